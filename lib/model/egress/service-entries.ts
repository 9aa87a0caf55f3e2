import { field, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { onceFor } from '../../base/once-for';
import { WAYPOINT_LABEL } from '../../upstream/istio/outbound-traffic';
import { hostCovers } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A ServiceEntry as callers of its hosts see it. */
export interface ServiceEntry {
  readonly manifest: Manifest;
  readonly namespace: string;
  /** `namespace/name`. */
  readonly ref: string;
  /** Hosts and wildcards. */
  readonly hosts: readonly string[];
  /** Ports it lists. */
  readonly ports: readonly number[];
  /** Namespaces that see it, including `.` and `*`; empty for the mesh's default. */
  readonly exportTo: readonly string[];
  /** Whether its endpoints are in the mesh and may have their own proxies with policies. */
  readonly isInternal: boolean;
  /** Whether it has `resolution: STATIC` and lists no endpoints. */
  readonly hasNoEndpoints: boolean;
  /** Name of the waypoint that its own label requests; undefined without one. */
  readonly waypoint: string | undefined;
}

/** The ServiceEntries for a host: first those that name it, then those whose wildcard matches it. */
export function serviceEntriesFor(host: string, manifests: ManifestSet): readonly ServiceEntry[] {
  return onceFor(manifests, `ServiceEntries for ${host}`, () => {
    const found = serviceEntries(manifests).filter(({ hosts }) =>
      hosts.some((one) => hostCovers(one.toLowerCase(), host)),
    );
    const names = ({ hosts }: ServiceEntry) => hosts.some((one) => one.toLowerCase() === host);
    return [...found.filter(names), ...found.filter((entry) => !names(entry))];
  });
}

/** Every ServiceEntry among the manifests. */
export function serviceEntries(manifests: ManifestSet): readonly ServiceEntry[] {
  return onceFor(manifests, 'ServiceEntries', () =>
    manifests.ofKind('ServiceEntry', ISTIO_NETWORKING).map(toServiceEntry),
  );
}

function toServiceEntry(manifest: Manifest): ServiceEntry {
  const { body, name } = manifest;
  const namespace = manifest.namespace ?? 'default';
  const ports = listAt(body, 'spec', 'ports').map((port) => field(port, 'number'));
  return {
    manifest,
    namespace,
    ref: `${namespace}/${name}`,
    hosts: scalarTextsAt(body, 'spec', 'hosts'),
    ports: ports.filter((port) => typeof port === 'number'),
    exportTo: scalarTextsAt(body, 'spec', 'exportTo'),
    isInternal: textAt(body, 'spec', 'location') === 'MESH_INTERNAL' || field(body, 'spec', 'workloadSelector') != null,
    hasNoEndpoints:
      textAt(body, 'spec', 'resolution') === 'STATIC' &&
      listAt(body, 'spec', 'endpoints').length === 0 &&
      field(body, 'spec', 'workloadSelector') == null,
    waypoint: textsAt(body, 'metadata', 'labels')[WAYPOINT_LABEL],
  };
}
