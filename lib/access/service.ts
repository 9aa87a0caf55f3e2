import { field, type JsonValue, listAt, type Manifest, type ManifestSet, textAt, textsAt } from '../manifests';
import { selects } from './policy-attachment';
import { type PortProtocol, portProtocol } from './port-protocol';
import type { Workload } from './workload';

/** A port of a Service and where it leads. */
export interface ServicePort {
  /** Empty if the port has none, as the only port of a Service may. */
  readonly name: string;
  /** The port clients use. */
  readonly port: number;
  /** The filter chain that the name or `appProtocol` asks for. */
  readonly protocol: PortProtocol;
  /** The number of the pods' port, or the name it has there. */
  readonly target: number | string;
}

/** A Kubernetes Service and the workloads it leads to. */
export interface Service {
  /** The Service object. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** Its name. */
  readonly name: string;
  /** Its namespace. */
  readonly namespace: string;
  /** Whether it has no address of its own (`clusterIP: None`), so that clients choose the pod. */
  readonly headless: boolean;
  /** Ports that a proxy handles, by number; UDP ports are not among them. */
  readonly ports: readonly ServicePort[];
  /** The workloads its selector finds in its namespace. */
  readonly workloads: readonly Workload[];
}

/** Reads the Services and finds their workloads. */
export function readServices(manifests: ManifestSet, workloads: readonly Workload[]): readonly Service[] {
  return manifests.ofKind('Service', '').map((manifest) => {
    const namespace = manifest.namespace ?? 'default';
    const selector = textsAt(manifest.body, 'spec', 'selector');
    const found =
      Object.keys(selector).length === 0
        ? []
        : workloads.filter((w) => w.namespace === namespace && selects(selector, w.labels));
    return {
      manifest,
      ref: `${namespace}/${manifest.name}`,
      name: manifest.name,
      namespace,
      headless: textAt(manifest.body, 'spec', 'clusterIP') === 'None',
      ports: listAt(manifest.body, 'spec', 'ports').flatMap(readPort),
      workloads: found,
    };
  });
}

/** The number of a workload's port that a Service port leads to; undefined if it has no port of that name. */
export function targetPort({ target }: ServicePort, workload: Workload): number | undefined {
  return typeof target === 'number' ? target : workload.ports.find(({ name }) => name === target)?.port;
}

/** The Service that leads to a pod's port; undefined if none does. */
export function serviceFor(services: readonly Service[], workload: Workload, podPort: number): Service | undefined {
  return services.find(
    (service) =>
      service.workloads.includes(workload) && service.ports.some((port) => targetPort(port, workload) === podPort),
  );
}

function readPort(port: JsonValue): readonly ServicePort[] {
  const number = field(port, 'port');
  const protocol = portProtocol(port);
  if (typeof number !== 'number' || protocol === 'udp') return [];
  const target = field(port, 'targetPort');
  return [
    {
      name: textAt(port, 'name') ?? '',
      port: number,
      protocol,
      target: typeof target === 'number' || (typeof target === 'string' && target !== '') ? target : number,
    },
  ];
}
