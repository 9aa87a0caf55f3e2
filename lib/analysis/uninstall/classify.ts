import { listAt, objectAt, textAt } from '../../base/json';
import { Cluster } from '../../model/cluster/cluster';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf, type ManifestSet } from '../../model/documents/manifest-set';
import { chartReleases } from '../../model/installation/chart-releases';
import { ISTIOD_NAME } from '../../upstream/istio/istiod-environment';
import { POLICY_AND_ROUTE_GROUPS, TELEPORT_OPERATOR } from '../../upstream/kubernetes/api-groups';
import { CSI_DRIVER_IMAGE, TBOT_IMAGE } from '../../upstream/kubernetes/known-images';

/** The role of an object in the order of removal. */
export type Part = 'workload' | 'istio' | 'data' | 'policy' | 'tbot' | 'csi-driver' | 'teleport-operator' | 'namespace';

/** Sorts the Kubernetes objects by role; tbot and the CSI driver are recognized by their images. */
export function classify(manifests: ManifestSet): ReadonlyMap<Manifest, Part> {
  const owners = findOwners(manifests);
  return new Map(
    manifests.all
      .filter(({ shape }) => shape === 'kubernetes')
      .map((manifest) => [manifest, owners.get(objectKey(manifest)) ?? ownPart(manifest)]),
  );
}

function ownPart({ kind, apiVersion }: Manifest): Part {
  const group = groupOf(apiVersion);
  if (kind === 'Namespace') return 'namespace';
  if (kind === 'CSIDriver') return 'csi-driver';
  if (kind === 'PersistentVolumeClaim' || kind === 'PersistentVolume') return 'data';
  if (group === TELEPORT_OPERATOR) return 'teleport-operator';
  return POLICY_AND_ROUTE_GROUPS.has(group) ? 'policy' : 'workload';
}

/** istiod, the node agents and everything that is there for them: accounts, configuration, rights. */
function findOwners(manifests: ManifestSet): ReadonlyMap<string, Part> {
  const owners = new Map<string, Part>();
  for (const object of istioObjects(manifests)) owners.set(objectKey(object), 'istio');
  for (const deployment of manifests.ofKind('Deployment', 'apps')) {
    if (owners.get(objectKey(deployment)) === 'istio') addNeeds(owners, deployment, 'istio');
  }
  for (const daemonSet of manifests.ofKind('DaemonSet', 'apps')) {
    const pod = objectAt(daemonSet.body, 'spec', 'template', 'spec');
    const images = listAt(pod, 'containers').map((container) => textAt(container, 'image') ?? '');
    const part = images.some((image) => CSI_DRIVER_IMAGE.test(image))
      ? 'csi-driver'
      : images.some((image) => TBOT_IMAGE.test(image))
        ? 'tbot'
        : undefined;
    if (part === undefined) continue;
    owners.set(objectKey(daemonSet), part);
    addNeeds(owners, daemonSet, part);
  }
  for (const binding of [...manifests.ofKind('ClusterRoleBinding'), ...manifests.ofKind('RoleBinding')]) {
    const subjects = listAt(binding.body, 'subjects').map((subject) =>
      owners.get(
        objectKey({
          kind: 'ServiceAccount',
          // A RoleBinding means an account of its own namespace if it names none.
          namespace: textAt(subject, 'namespace') ?? binding.namespace,
          name: textAt(subject, 'name') ?? '',
        }),
      ),
    );
    const part = subjects.find((owner) => owner !== undefined);
    if (part === undefined) continue;
    const kind = textAt(binding.body, 'roleRef', 'kind') ?? '';
    const namespace = kind === 'Role' ? binding.namespace : undefined;
    owners.set(objectKey(binding), part);
    owners.set(objectKey({ kind, namespace, name: textAt(binding.body, 'roleRef', 'name') ?? '' }), part);
  }
  return owners;
}

/** The account and the configuration that pods need. */
function addNeeds(owners: Map<string, Part>, { namespace, body }: Manifest, part: Part): void {
  const pod = objectAt(body, 'spec', 'template', 'spec');
  owners.set(objectKey({ kind: 'ServiceAccount', namespace, name: textAt(pod, 'serviceAccountName') ?? '' }), part);
  for (const volume of listAt(pod, 'volumes')) {
    owners.set(objectKey({ kind: 'ConfigMap', namespace, name: textAt(volume, 'configMap', 'name') ?? '' }), part);
  }
}

/** What installs Istio, or is istiod where it is applied as it was rendered: workloads need it until they have ended. */
function istioObjects(manifests: ManifestSet): readonly Manifest[] {
  const { installations } = Cluster.of(manifests);
  const settings = installations.flatMap(({ layers, environment }) => [...layers, ...environment]);
  const objects = settings.map(({ manifest }) => manifest.container?.manifest ?? manifest);
  const istiod = manifests
    .ofKind('Deployment', 'apps')
    .filter(({ name, namespace }) => ISTIOD_NAME.test(name) && objects.some((one) => one.namespace === namespace));
  return [...objects, ...istiod, ...chartReleases(manifests).map(({ manifest }) => manifest)];
}

function objectKey({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}
