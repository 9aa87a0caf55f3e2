import { addTo } from '../../base/add-to';
import { field, type JsonValue, listAt, numberAt, textAt, textsAt } from '../../base/json';
import { trimmed } from '../../base/trimmed';
import { NODE_SELECTOR_ANNOTATION } from '../../upstream/istio/multi-cluster';
import type { PortProtocol } from '../../upstream/istio/port-protocol';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { LabelIndex } from './label-index';
import { portProtocol } from './port-protocol';
import type { Workload } from './workload';

/** A port of a Service and its target. */
export interface ServicePort {
  /** Empty if the port has none, as the only port of a Service may. */
  readonly name: string;
  /** The port that clients use. */
  readonly port: number;
  /** Transport protocol: `TCP`, `UDP` or `SCTP`. */
  readonly transport: string;
  /** The protocol that Istio assumes for it. */
  readonly protocol: PortProtocol;
  /** The number or name of the pods' port. */
  readonly target: number | string;
  /** JSON pointer to it. */
  readonly pointer: string;
}

/** A Kubernetes Service and the workloads that it selects. */
export interface Service {
  /** The object itself. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** `metadata.name`. */
  readonly name: string;
  /** `default` if the manifest names none, as with kubectl. */
  readonly namespace: string;
  /** `metadata.labels`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether istiod may know an address at which other clusters reach it; false if it certainly has none. */
  readonly mayHaveOuterAddress: boolean;
  /** Labels of the pods that it selects; empty if its endpoints are managed otherwise. */
  readonly selector: Readonly<Record<string, string>>;
  /** Whether it is headless (`clusterIP: None`), so that clients choose the pod. */
  readonly headless: boolean;
  /** The host that it is an alias for (`type: ExternalName`); undefined for other types. */
  readonly externalName: string | undefined;
  /** Its ports, as listed. */
  readonly ports: readonly ServicePort[];
  /** The workloads that its selector matches in its namespace; none without a selector. */
  readonly workloads: readonly Workload[];
}

/** Reads the Services and finds their workloads. */
export function readServices(manifests: ManifestSet, workloads: LabelIndex<Workload>): readonly Service[] {
  return manifests.ofKind('Service', '').map((manifest) => {
    const namespace = manifest.namespace ?? 'default';
    const isName = textAt(manifest.body, 'spec', 'type') === 'ExternalName';
    // A mere name leads to no pods, whatever else it says.
    const selector = isName ? {} : textsAt(manifest.body, 'spec', 'selector');
    return {
      manifest,
      ref: `${namespace}/${manifest.name}`,
      name: manifest.name,
      namespace,
      labels: textsAt(manifest.body, 'metadata', 'labels'),
      mayHaveOuterAddress: mayHaveOuterAddress(
        field(manifest.body, 'spec'),
        field(manifest.body, 'metadata', 'annotations'),
      ),
      selector,
      headless: textAt(manifest.body, 'spec', 'clusterIP') === 'None',
      externalName: isName ? (textAt(manifest.body, 'spec', 'externalName') ?? '') : undefined,
      ports: toServicePorts(listAt(manifest.body, 'spec', 'ports')),
      workloads: Object.keys(selector).length === 0 ? [] : workloads.select(selector, namespace),
    };
  });
}

/**
 * Whether istiod may know an address of a Service outside its cluster: that of a load balancer, those of nodes that an annotation selects,
 * or external IPs (istio/istio pilot/pkg/serviceregistry/kube/conversion.go `ConvertService`).
 */
export function mayHaveOuterAddress(spec: JsonValue | undefined, annotations: JsonValue | undefined): boolean {
  if (listAt(spec, 'externalIPs').length > 0) return true;
  const type = textAt(spec, 'type') ?? 'ClusterIP';
  if (type === 'NodePort') return field(annotations, NODE_SELECTOR_ANNOTATION) !== undefined;
  // A type that Kubernetes does not know may be a variable.
  return type !== 'ClusterIP' && type !== 'ExternalName';
}

/** The Services that select each workload. */
export function servicesByWorkload(services: readonly Service[]): ReadonlyMap<Workload, readonly Service[]> {
  const found = new Map<Workload, Service[]>();
  for (const service of services) {
    for (const workload of service.workloads) {
      addTo(found, workload, service);
    }
  }
  return found;
}

/** The number of the workload's port that a Service port targets; undefined if it has no port of that name. */
export function targetPort({ target, transport }: ServicePort, workload: Workload): number | undefined {
  if (typeof target === 'number') return target;
  return workload.ports.find((port) => port.name === target && port.transport === transport)?.port;
}

/** Reads the ports of a Service. */
export function toServicePorts(list: readonly JsonValue[]): readonly ServicePort[] {
  const ports: ServicePort[] = [];
  list.forEach((port, index) => {
    const number = numberAt(port, 'port');
    if (number === undefined) return;
    const target = field(port, 'targetPort');
    ports.push({
      name: textAt(port, 'name') ?? '',
      port: number,
      transport: textAt(port, 'protocol') ?? 'TCP',
      protocol: portProtocol(port),
      target: typeof target === 'number' || (typeof target === 'string' && target !== '') ? target : number,
      pointer: `/spec/ports/${index}`,
    });
  });
  return trimmed(ports);
}
