import { cached } from '../../base/cached';
import { listAt, textAt, textsAt } from '../../base/json';
import type { Workload } from '../../model/cluster/workload';
import { PROXY_CONFIG_ANNOTATION } from '../../upstream/istio/injection';
import { NETWORK_VIEW_VARIABLE } from '../../upstream/istio/multi-cluster';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { MeshModel } from '../access/mesh-model';

/**
 * Why the proxy of a workload may get no endpoints of a network, as a clause about it: it asks for those of some networks only (istio/istio
 * pilot/pkg/model/context.go `GetView`). What asks in a way that is not read may ask for any.
 */
export function whyNotInView(
  model: MeshModel,
  { annotations, containers }: Pick<Workload, 'annotations' | 'containers'>,
  network: string | undefined,
): string | undefined {
  const own = containers.flatMap(({ body }) =>
    listAt(body, 'env').filter((entry) => textAt(entry, 'name') === NETWORK_VIEW_VARIABLE),
  );
  const asked = [...own.map((entry) => textAt(entry, 'value')), ...cached(known, model, () => askedByAll(model))];
  if (annotations[PROXY_CONFIG_ANNOTATION]?.includes(NETWORK_VIEW_VARIABLE)) asked.push(undefined);
  const narrow = asked.find((text) => text === undefined || !isIn(text, network));
  if (narrow === undefined && !asked.includes(undefined)) return undefined;
  return `may see only some networks (${NETWORK_VIEW_VARIABLE}${narrow === undefined ? '' : `: ${narrow}`})`;
}

/** What the mesh's configuration and ProxyConfigs ask for. */
function askedByAll({ manifests, cluster }: MeshModel): readonly (string | undefined)[] {
  const ofMesh = cluster.installations.flatMap(({ proxyMetadata }) => proxyMetadata[NETWORK_VIEW_VARIABLE] ?? []);
  const ofResources = manifests
    .ofKind('ProxyConfig', ISTIO_NETWORKING)
    .flatMap(({ body }) => textsAt(body, 'spec', 'environmentVariables')[NETWORK_VIEW_VARIABLE] ?? []);
  return [...ofMesh, ...ofResources];
}

// The same for every caller of a cluster.
const known = new WeakMap<MeshModel, readonly (string | undefined)[]>();

/** An empty text asks for all networks. */
function isIn(text: string, network: string | undefined): boolean {
  const names = text.split(',').map((name) => name.trim());
  return text.trim() === '' || (network !== undefined && names.includes(network));
}
