import { textAt } from '../../base/json';
import { readYaml } from '../../base/yaml/yaml-value';
import { PROXY_CONFIG_ANNOTATION } from './injection';
import {
  EXCLUDED_OUTBOUND_PORTS_ANNOTATION,
  EXCLUDED_OUTBOUND_RANGES_ANNOTATION,
  EXCLUDED_PORTS_ANNOTATION,
  INCLUDED_OUTBOUND_PORTS_ANNOTATION,
  INCLUDED_OUTBOUND_RANGES_ANNOTATION,
  INCLUDED_PORTS_ANNOTATION,
  INTERCEPTION_ANNOTATION,
} from './pod-annotations';
import { PROXY_PORTS } from './scrape-annotations';

/** What an installation says about the traffic of pods that say nothing themselves: `global.proxy` of its Helm values, and the mesh's `defaultConfig`. */
export interface CaptureSettings {
  /** Ports that proxies take; `*` stands for all. */
  readonly includeInboundPorts?: string;
  /** Ports that pass proxies by. */
  readonly excludeInboundPorts?: string;
  /** Ports that proxies take whatever the address. */
  readonly includeOutboundPorts?: string;
  /** Ports of others that pass proxies by. */
  readonly excludeOutboundPorts?: string;
  /** Addresses of others that proxies take; `*` stands for all. */
  readonly includeIPRanges?: string;
  /** Addresses of others that pass proxies by. */
  readonly excludeIPRanges?: string;
  /** How traffic gets to proxies: with `NONE` it does not. */
  readonly interceptionMode?: string;
}

type Annotations = Readonly<Record<string, string>>;

const ALL = '*';

/** Ranges that hold every IPv4 address, or every IPv6 address. */
const EVERYTHING: readonly string[] = ['0.0.0.0/0', '::/0'];

/**
 * Why connections to a pod's port pass its sidecar by, as a clause; undefined if the sidecar takes them. Excluded ports
 * count only where all are included (istio/istio tools/istio-iptables/pkg/capture/run.go).
 */
export function whyNotInbound(annotations: Annotations, mesh: CaptureSettings, port: number): string | undefined {
  const purpose = PROXY_PORTS.get(port);
  if (purpose !== undefined) return `port ${port} is for ${purpose}`;
  if (interceptionOf(annotations, mesh) === 'NONE') return `${INTERCEPTION_ANNOTATION} is NONE`;
  const included = annotations[INCLUDED_PORTS_ANNOTATION] ?? mesh.includeInboundPorts ?? ALL;
  if (included !== ALL) {
    return portsIn(included).includes(port)
      ? undefined
      : `${INCLUDED_PORTS_ANNOTATION} is "${included}", without ${port}`;
  }
  const excluded = annotations[EXCLUDED_PORTS_ANNOTATION] ?? mesh.excludeInboundPorts ?? '';
  return portsIn(excluded).includes(port) ? `${EXCLUDED_PORTS_ANNOTATION} has ${port}` : undefined;
}

/**
 * Why connections of a pod to a port of others pass its sidecar by, as a clause; undefined if the sidecar takes them, or
 * that depends on addresses.
 */
export function whyNotOutbound(annotations: Annotations, mesh: CaptureSettings, port: number): string | undefined {
  if (interceptionOf(annotations, mesh) === 'NONE') return `${INTERCEPTION_ANNOTATION} is NONE`;
  const excluded = annotations[EXCLUDED_OUTBOUND_PORTS_ANNOTATION] ?? mesh.excludeOutboundPorts ?? '';
  if (portsIn(excluded).includes(port)) return `${EXCLUDED_OUTBOUND_PORTS_ANNOTATION} has ${port}`;
  const ports = annotations[INCLUDED_OUTBOUND_PORTS_ANNOTATION] ?? mesh.includeOutboundPorts ?? '';
  if (portsIn(ports).includes(port)) return undefined;
  const { included, excludedRanges } = ranges(annotations, mesh);
  if (included.trim() === '') return `${INCLUDED_OUTBOUND_RANGES_ANNOTATION} is empty`;
  const hasAll = listed(excludedRanges).find((range) => range === ALL || EVERYTHING.includes(range));
  return hasAll === undefined ? undefined : `${EXCLUDED_OUTBOUND_RANGES_ANNOTATION} has ${hasAll}`;
}

/** How traffic gets to a pod's proxy, by its annotation, its own configuration of the proxy, or the mesh's. */
function interceptionOf(annotations: Annotations, mesh: CaptureSettings): string | undefined {
  const config = annotations[PROXY_CONFIG_ANNOTATION] ?? '';
  // Nearly no configuration says it.
  const own = config.includes('interceptionMode') ? readYaml(config, { duplicateKeys: 'last-wins' }).value : undefined;
  return annotations[INTERCEPTION_ANNOTATION] ?? textAt(own, 'interceptionMode') ?? mesh.interceptionMode;
}

/** The settings by which some of what a pod sends may pass its sidecar by. */
export function outboundExceptions(annotations: Annotations, mesh: CaptureSettings): readonly string[] {
  const limits = OUTBOUND_LIMITS.filter(([annotation, key, everything]) => {
    const value = annotations[annotation] ?? mesh[key] ?? everything;
    return value.trim() !== everything;
  }).map(([annotation, key]) => (annotations[annotation] === undefined ? `global.proxy.${key}` : annotation));
  return interceptionOf(annotations, mesh) === 'NONE' ? [INTERCEPTION_ANNOTATION, ...limits] : limits;
}

/** An annotation that limits what a sidecar takes, its default in an installation, and the value without which it limits nothing. */
const OUTBOUND_LIMITS: readonly (readonly [annotation: string, key: keyof CaptureSettings, everything: string])[] = [
  [EXCLUDED_OUTBOUND_RANGES_ANNOTATION, 'excludeIPRanges', ''],
  [EXCLUDED_OUTBOUND_PORTS_ANNOTATION, 'excludeOutboundPorts', ''],
  [INCLUDED_OUTBOUND_RANGES_ANNOTATION, 'includeIPRanges', ALL],
];

/** Whether it depends on the callee's address if the sidecar of a pod takes what the pod sends. */
export function dependsOnAddress(annotations: Annotations, mesh: CaptureSettings): boolean {
  const { included, excludedRanges } = ranges(annotations, mesh);
  return included !== ALL || listed(excludedRanges).length > 0;
}

function ranges(annotations: Annotations, mesh: CaptureSettings) {
  return {
    included: annotations[INCLUDED_OUTBOUND_RANGES_ANNOTATION] ?? mesh.includeIPRanges ?? ALL,
    excludedRanges: annotations[EXCLUDED_OUTBOUND_RANGES_ANNOTATION] ?? mesh.excludeIPRanges ?? '',
  };
}

/** Nearly no pod says anything. */
const NONE: readonly string[] = [];

function listed(text: string): readonly string[] {
  if (text === '') return NONE;
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function portsIn(text: string): readonly number[] {
  return listed(text).map(Number);
}
