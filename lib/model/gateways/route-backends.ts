import { addTo } from '../../base/add-to';
import { field, listAt, numberAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import { type ServiceName, serviceOfHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import { selects } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { ManifestSet } from '../documents/manifest-set';

/** Pods and machines that something else than a Service leads to. */
export interface SelectedPods {
  /** The kind of object that selects them. */
  readonly by: 'ServiceEntry' | 'InferencePool';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Its ports. */
  readonly ports: readonly { readonly name: string; readonly port: number; readonly target: number }[];
}

/** What a route leads to by a host. */
export interface RouteBackend {
  /** The Service, or the ServiceEntry that selects pods. */
  readonly to: ServiceName;
  /** Those pods; undefined for a Service. */
  readonly pods?: SelectedPods;
}

/** How many names of names istiod is followed through. */
const MAX_ALIASES = 5;

/**
 * What in the mesh a host stands for: a Service, the Service that an ExternalName is a name for (istio/istio pilot/pkg/model/service.go
 * `ENABLE_EXTERNAL_NAME_ALIAS`), or pods and machines that a ServiceEntry selects; undefined for what is outside.
 */
export function backendOfHost(host: string, manifests: ManifestSet): RouteBackend | undefined {
  let current = host;
  for (let step = 0; step < MAX_ALIASES; step++) {
    const to = serviceOfHost(current);
    if (to === undefined) break;
    const service = manifests.find('Service', to.namespace, to.name);
    if (textAt(service?.body, 'spec', 'type') !== 'ExternalName') return { to };
    current = textAt(service?.body, 'spec', 'externalName') ?? '';
  }
  return selectingEntries(manifests).get(current.toLowerCase());
}

/** The pods of an InferencePool; undefined if it is not among the manifests (kubernetes-sigs/gateway-api-inference-extension api). */
export function backendOfPool(namespace: string, name: string, manifests: ManifestSet): RouteBackend | undefined {
  const pool = manifests.find('InferencePool', namespace, name);
  if (pool === undefined) return undefined;
  const selector = field(pool.body, 'spec', 'selector');
  // Its first versions had the labels without more, and one port.
  const listed = listAt(pool.body, 'spec', 'targetPorts').map((one) => numberAt(one, 'number'));
  const ports = [...listed, numberAt(pool.body, 'spec', 'targetPortNumber')]
    .filter((port) => port !== undefined)
    .map((port) => ({ name: '', port, target: port }));
  const labels = textsAt(field(selector, 'matchLabels') === undefined ? selector : field(selector, 'matchLabels'));
  return { to: { namespace, name }, pods: { by: 'InferencePool', namespace, labels, ports } };
}

/** `namespace/name` of a ServiceEntry that leads to a port of a workload's pods; undefined if none does. */
export function entryLeadingTo(workload: Workload, podPort: number, manifests: ManifestSet): string | undefined {
  const byNamespace = onceFor(manifests, 'ServiceEntries that select pods by namespace', () => {
    const found = new Map<string, RouteBackend[]>();
    for (const backend of selectingEntries(manifests).values()) addTo(found, backend.to.namespace, backend);
    return found;
  });
  const here = byNamespace.get(workload.namespace) ?? [];
  const leading = here.find(({ pods }) => pods !== undefined && leadsTo(pods, workload, podPort, undefined));
  return leading && `${leading.to.namespace}/${leading.to.name}`;
}

/**
 * Whether selected pods are those of a workload, with a port of it.
 *
 * @param port that of the ServiceEntry; any if it is left out
 */
export function leadsTo(pods: SelectedPods, workload: Workload, podPort: number, port: number | undefined): boolean {
  if (!selects(pods.labels, workload.labels)) return false;
  const leading = pods.ports.filter((one) => port === undefined || one.port === port);
  return leading.some((one) => portsOf(one, workload).includes(podPort));
}

/** The ports of a workload that a port of a ServiceEntry leads to: a machine says its own by name. */
function portsOf({ name, target }: SelectedPods['ports'][number], { kind, ports }: Workload): readonly number[] {
  const named = ports.filter((port) => port.name === name).map(({ port }) => port);
  const isMachine = kind === 'WorkloadEntry' || kind === 'WorkloadGroup';
  return isMachine && named.length > 0 ? named : [target];
}

/** The ServiceEntries that select pods, by their hosts. */
function selectingEntries(manifests: ManifestSet): ReadonlyMap<string, RouteBackend> {
  return onceFor(manifests, 'ServiceEntries that select pods', () => {
    const found = new Map<string, RouteBackend>();
    for (const { body, name, namespace = 'default' } of manifests.ofKind('ServiceEntry', ISTIO_NETWORKING)) {
      const labels = textsAt(body, 'spec', 'workloadSelector', 'labels');
      if (Object.keys(labels).length === 0) continue;
      const ports = listAt(body, 'spec', 'ports').flatMap((one) => {
        const port = numberAt(one, 'number');
        if (port === undefined) return [];
        return [{ name: textAt(one, 'name') ?? '', port, target: numberAt(one, 'targetPort') ?? port }];
      });
      const backend = { to: { namespace, name }, pods: { by: 'ServiceEntry', namespace, labels, ports } } as const;
      for (const host of scalarTextsAt(body, 'spec', 'hosts')) found.set(host.toLowerCase(), backend);
    }
    return found;
  });
}
