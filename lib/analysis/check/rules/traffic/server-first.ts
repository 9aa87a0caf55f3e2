import type { Service } from '../../../../model/cluster/service';
import type { CheckContext } from '../../context/check-context';

/** Whose server speaks first: asking what the client says never ends. By port of the pod, then by words. */
const SERVER_FIRST_PORTS: ReadonlySet<number> = new Set([21, 25, 110, 143, 465, 587, 3306, 5672, 27017]);
const SERVER_FIRST_NAME = /mysql|mariadb|smtp|mongo|ftp|amqp|rabbit/i;
const SERVER_FIRST_IMAGE = /(?:^|\/)(?:mysql|mariadb|percona|mongo|rabbitmq|postfix|vsftpd)[^/]*$/i;

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
  if (SERVER_FIRST_PORTS.has(target) || SERVER_FIRST_NAME.test(`${port.name} ${port.target}`)) return true;
  const images = one.workloads.flatMap(({ containers }) => containers.map(({ image }) => image));
  return one.ports.length === 1 && images.some(isServerFirstImage);
}

/** Whether an image is that of a server that speaks first. */
export function isServerFirstImage(image: string): boolean {
  return SERVER_FIRST_IMAGE.test(image.split(/[:@]/)[0] ?? '');
}
