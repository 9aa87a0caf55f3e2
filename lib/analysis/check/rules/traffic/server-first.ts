import type { Service } from '../../../../model/cluster/service';
import { isServerFirstImage, speaksFirst } from '../../../../upstream/network/server-first';
import type { CheckContext } from '../../context/check-context';

/**
 * Whether the Service belongs to the mesh: some pod behind it gets a proxy. `perhaps` if the manifests do not tell and are
 * about Istio at all; files of a cluster without it have no such Service.
 */
export function isInMesh(context: CheckContext, one: Service): boolean | 'perhaps' {
  const states = one.workloads.map((workload) => context.isInjected(workload));
  if (states.includes(true)) return true;
  return states.includes(undefined) && context.concernsIstio ? 'perhaps' : false;
}

/** Whether the server behind a port speaks first. */
export function isServerFirst(one: Service, port: Service['ports'][number]): boolean {
  const target = typeof port.target === 'number' ? port.target : port.port;
  if (speaksFirst(target, `${port.name} ${port.target}`)) return true;
  const images = one.workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
  return one.ports.length === 1 && images.some(isServerFirstImage);
}
