import { cached } from '../../base/cached';
import { field, listAt, scalarText, textAt, textsAt } from '../../base/json';
import type { Service } from '../../model/cluster/service';
import type { Manifest } from '../../model/documents/manifest';
import { CROSS_NETWORK_PORT, GATEWAY_PORT_LABEL } from '../../upstream/istio/multi-cluster';
import { speaksHttp } from '../../upstream/istio/port-protocol';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { MeshModel } from '../access/mesh-model';

/** A server of a Gateway that passes connections of other networks on unread. */
export interface WayIn {
  /** The Gateway it stands in. */
  readonly gateway: Manifest;
  /** Labels of the pods that it is for. */
  readonly selector: Readonly<Record<string, string>>;
  /** The hosts that it passes on; a namespace before one says nothing about it. */
  readonly hosts: readonly string[];
  /** The port it takes connections at. */
  readonly port: number | undefined;
  /** Whether pods of the gateway are among the manifests. */
  readonly hasPods: boolean;
  /** The Services of these pods: by one of them others find the gateway. */
  readonly services: readonly Service[];
}

/** The servers of a cluster by which other networks come in (tls mode AUTO_PASSTHROUGH). */
export function waysInto(model: MeshModel): readonly WayIn[] {
  return cached(known, model, () => findWays(model));
}

// Asked about for every pair of clusters and every Service.
const known = new WeakMap<MeshModel, readonly WayIn[]>();

function findWays({ manifests, cluster }: MeshModel): readonly WayIn[] {
  return manifests.ofKind('Gateway', ISTIO_NETWORKING).flatMap((gateway) => {
    // To a server whose port is for HTTP its TLS settings mean nothing (istio/istio pkg/config/gateway/gateway.go `IsTLSServer`).
    const servers = listAt(gateway.body, 'spec', 'servers').filter(
      (server) =>
        textAt(server, 'tls', 'mode') === 'AUTO_PASSTHROUGH' &&
        !speaksHttp((textAt(server, 'port', 'protocol') ?? '').toUpperCase()),
    );
    if (servers.length === 0 || cluster.discovery.includes(gateway.namespace ?? 'default') === false) return [];
    const selector = textsAt(gateway.body, 'spec', 'selector');
    const pods = cluster.policySubjects.select(selector, undefined);
    const services = [...new Set(pods.flatMap((pod) => cluster.servicesOf(pod)))];
    return servers.map((server) => {
      const port = Number(scalarText(field(server, 'port', 'number')));
      return {
        gateway,
        selector,
        hosts: listAt(server, 'hosts').flatMap((host) =>
          typeof host === 'string' ? host.slice(host.indexOf('/') + 1) : [],
        ),
        port: Number.isInteger(port) ? port : undefined,
        hasPods: pods.length > 0,
        services,
      };
    });
  });
}

/** Whether the port of a Service that other networks connect to leads to the port of a way. */
export function bringsTo({ labels, ports }: Service, { port }: WayIn): boolean {
  // Where somebody chose the port, or an installer's values may have, it is not known here.
  if (labels[GATEWAY_PORT_LABEL] !== undefined) return true;
  return ports.some(
    (one) =>
      one.port === CROSS_NETWORK_PORT &&
      (typeof one.target === 'string' || port === undefined || [one.port, one.target].includes(port)),
  );
}
