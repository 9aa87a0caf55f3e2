import { isPortText } from '../network/port-number';
import { PROXY_CONFIG_ANNOTATION, USER_VOLUME_ANNOTATION, USER_VOLUME_MOUNT_ANNOTATION } from './injection';
import { readBool } from './parse-bool';
import { proxyConfigProblem } from './proxy-config-annotation';

/** Annotation of a pod that decides whether its HTTP probes are sent through the agent. */
export const REWRITE_PROBES_ANNOTATION = 'sidecar.istio.io/rewriteAppHTTPProbers';

/** Annotation of a pod with the ports whose inbound traffic passes its proxy by. */
export const EXCLUDED_PORTS_ANNOTATION = 'traffic.sidecar.istio.io/excludeInboundPorts';

/** Annotation of a pod with the only ports whose inbound traffic its proxy takes; `*` stands for all. */
export const INCLUDED_PORTS_ANNOTATION = 'traffic.sidecar.istio.io/includeInboundPorts';

/** Annotation of a pod with ports of others to which its traffic passes its proxy by. */
export const EXCLUDED_OUTBOUND_PORTS_ANNOTATION = 'traffic.sidecar.istio.io/excludeOutboundPorts';

/** Annotation of a pod with ports of others that its proxy takes whatever the address. */
export const INCLUDED_OUTBOUND_PORTS_ANNOTATION = 'traffic.sidecar.istio.io/includeOutboundPorts';

/** Annotation of a pod with addresses to which its traffic passes its proxy by. */
export const EXCLUDED_OUTBOUND_RANGES_ANNOTATION = 'traffic.sidecar.istio.io/excludeOutboundIPRanges';

/** Annotation of a pod with the only addresses to which its proxy takes the traffic; `*` stands for all. */
export const INCLUDED_OUTBOUND_RANGES_ANNOTATION = 'traffic.sidecar.istio.io/includeOutboundIPRanges';

/** Annotation of a pod with the way its traffic is redirected to its proxy. */
export const INTERCEPTION_ANNOTATION = 'sidecar.istio.io/interceptionMode';

/** What is wrong with a value, as a clause; undefined if it is right. */
type Problem = (text: string) => string | undefined;

const MODES: ReadonlySet<string> = new Set(['REDIRECT', 'TPROXY', 'NONE']);

/** Annotations whose value the injector checks in every release (istio/istio pkg/kube/inject/validate.go). */
const CHECKED: ReadonlyMap<string, Problem> = new Map<string, Problem>([
  [INTERCEPTION_ANNOTATION, (text) => (MODES.has(text) ? undefined : `"${text}" is not a mode`)],
  ['status.sidecar.istio.io/port', portProblem],
  ['readiness.status.sidecar.istio.io/initialDelaySeconds', numberProblem],
  ['readiness.status.sidecar.istio.io/periodSeconds', numberProblem],
  ['readiness.status.sidecar.istio.io/failureThreshold', numberProblem],
  [INCLUDED_OUTBOUND_RANGES_ANNOTATION, (text) => (text === '*' ? undefined : rangesProblem(text))],
  [EXCLUDED_OUTBOUND_RANGES_ANNOTATION, rangesProblem],
  [INCLUDED_PORTS_ANNOTATION, (text) => (text === '*' ? undefined : portsProblem(text))],
  [EXCLUDED_PORTS_ANNOTATION, portsProblem],
  [EXCLUDED_OUTBOUND_PORTS_ANNOTATION, portsProblem],
  [PROXY_CONFIG_ANNOTATION, proxyConfigProblem],
  ...['proxyCPU', 'proxyCPULimit', 'proxyMemory', 'proxyMemoryLimit'].map(
    (name) => [`sidecar.istio.io/${name}`, quantityProblem] as const,
  ),
  [
    'prometheus.istio.io/merge-metrics',
    (text) => (readBool(text) !== undefined ? undefined : `"${text}" is not a boolean`),
  ],
]);

/** Why the injector refuses a pod for the value of an annotation of Istio's; undefined if it does not. */
export function annotationProblem(
  annotations: Readonly<Record<string, string>>,
): { readonly annotation: string; readonly problem: string } | undefined {
  for (const [annotation, problemOf] of CHECKED) {
    const text = annotations[annotation];
    const problem = text === undefined ? undefined : problemOf(text);
    if (problem !== undefined) return { annotation, problem };
  }
  return undefined;
}

/**
 * Why a template that adds a pod's own volumes cannot be filled in, as a clause (istio/istio pkg/kube/inject/template.go
 * `fromJSON`); undefined if it can.
 */
export function userVolumeProblem(
  annotations: Readonly<Record<string, string>>,
): { readonly annotation: string; readonly problem: string } | undefined {
  for (const annotation of [USER_VOLUME_ANNOTATION, USER_VOLUME_MOUNT_ANNOTATION]) {
    const text = annotations[annotation];
    if (text !== undefined && !isJsonCollection(text)) return { annotation, problem: 'it is not a JSON object' };
  }
  return undefined;
}

function isJsonCollection(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** A quantity as Kubernetes writes it (kubernetes/apimachinery pkg/api/resource/quantity.go). */
function quantityProblem(text: string): string | undefined {
  const isQuantity = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(text);
  return isQuantity ? undefined : `"${text}" is not a quantity`;
}

function portProblem(text: string): string | undefined {
  const port = text.trim();
  return isPortText(port) ? undefined : `"${text}" is not a valid port number`;
}

function portsProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  return text
    .split(',')
    .map(portProblem)
    .find((problem) => problem !== undefined);
}

function numberProblem(text: string): string | undefined {
  return /^\d+$/.test(text) && Number(text) < 2 ** 32 ? undefined : `"${text}" is not a whole number`;
}

function rangesProblem(text: string): string | undefined {
  const ranges = text === '' ? [] : text.split(',');
  const bad = ranges.find(
    (range) => !/^(?:\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\/\d{1,3})$/.test(range),
  );
  return bad === undefined ? undefined : `"${bad}" is not a range of addresses (CIDR)`;
}
