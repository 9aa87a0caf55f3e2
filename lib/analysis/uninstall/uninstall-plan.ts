import { addTo } from '../../base/add-to';
import { field, isObject, listAt, objectAt, textAt } from '../../base/json';
import { shellQuote } from '../../base/shell-quote';
import { Cluster } from '../../model/cluster/cluster';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf, type ManifestSet } from '../../model/documents/manifest-set';
import { istioctlReleases } from '../../model/installation/installations';
import { isNameSecret } from '../../model/secrets/known-secrets';
import { SECRET_JOIN_METHOD } from '../../upstream/teleport/join-secrets';
import { MESH_RESOURCE_KINDS } from '../../upstream/teleport/resource-kinds';
import { classify, type Part } from './classify';

/** One step of removing a mesh; the steps are safe only in their order. */
export interface UninstallStep {
  readonly title: string;
  /** The reason for its position, and what to know. */
  readonly why: string;
  /** Command lines for a POSIX shell. */
  readonly commands: readonly string[];
  /** Whether the commands are optional and therefore commented out. */
  readonly optional: boolean;
}

/** The steps to remove what the manifests describe, from the users of identities to their issuers. */
export function uninstallPlan(manifests: ManifestSet): readonly UninstallStep[] {
  return everyStep(manifests).filter(({ commands }) => commands.length > 0);
}

/** The steps with those that have nothing to do, the same for any manifests. */
export function everyStep(manifests: ManifestSet): readonly UninstallStep[] {
  const parts = classify(manifests);
  const remove = (part: Part, flags = '') =>
    deleteCommands(
      [...parts].filter(([, of]) => of === part).map(([manifest]) => manifest),
      flags,
    );
  const drivers = manifests.ofKind('CSIDriver').map(({ name }) => name);
  return [
    step(
      'Workloads',
      'First, while everything they need is still running. The commands wait until the pods are gone: without policies, a terminating pod answers any caller, also in plain text.',
      remove('workload', WITH_PODS),
    ),
    step('Policies and routes', 'Only after the pods that they protect are gone.', remove('policy')),
    step(
      'Istio',
      `Proxies of other namespaces stop getting configuration: check that no other namespace uses the mesh. istioctl returns before the gateway pods are gone. These remain: the CustomResourceDefinitions of istio.io, the namespace istio-system with the secret of istiod’s own CA, its ConfigMaps (istio-ca-root-cert in every namespace), and with istioctl the ServiceAccount istio-reader-service-account. If Helm installed it: ${HELM}. Deleting an Argo CD Application also deletes what it installed only if it has the finalizer resources-finalizer.argocd.argoproj.io.`,
      [...istioCommands(manifests), ...remove('istio')],
    ),
    step(
      'tbot',
      'No proxy requests certificates any more. From now on no identity is issued or renewed.',
      remove('tbot'),
    ),
    step(
      'Teleport resources, kept by the operator',
      'The operator must still be running, because it removes them from Teleport.',
      remove('teleport-operator'),
    ),
    step(
      'Teleport resources',
      'The token first, so that nothing can join again. Issued certificates stay valid until they expire.',
      tctlCommands(manifests),
    ),
    step(
      'SPIFFE CSI driver',
      'The last of the running components: without it, pods that still use its volume never terminate. The first command must print 0.',
      [
        ...drivers.map(
          (driver) => `kubectl get pods --all-namespaces --output=yaml | grep -c ${shellQuote(`driver: ${driver}`)}`,
        ),
        ...remove('csi-driver'),
      ],
    ),
    { ...step('PersistentVolumeClaims', 'Deleting them deletes their data.', remove('data')), optional: true },
    {
      ...step(
        'Namespaces',
        'This also deletes everything else in them, including objects that are not in these manifests.',
        remove('namespace'),
      ),
      optional: true,
    },
    {
      ...step(
        'Directories on every node',
        'Kubernetes does not remove them; run this on each node.',
        nodeCommands(manifests, parts),
      ),
      optional: true,
    },
  ];
}

function step(title: string, why: string, commands: readonly string[]): UninstallStep {
  return { title, why, commands, optional: false };
}

/** One command for each namespace: what runs pods first, as they need the rest to end in order. */
function deleteCommands(objects: readonly Manifest[], flags: string): readonly string[] {
  const byNamespace = new Map<string | undefined, string[]>();
  const runsPods = ({ body, kind }: Manifest) => kind === 'Pod' || isObject(field(body, 'spec', 'template'));
  const inOrder = [...objects.filter(runsPods), ...objects.filter((object) => !runsPods(object))];
  for (const { kind, apiVersion, namespace, name } of inOrder.filter((object) => !isNameSecret(object))) {
    const group = groupOf(apiVersion);
    // What is not a kind could be read as a flag, and no cluster has such an object.
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(kind) || !/^[a-z0-9.-]*$/.test(group) || name.startsWith('-')) continue;
    const reference = `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${name}`;
    addTo(byNamespace, namespace, shellQuote(reference));
  }
  const commands = [...byNamespace].map(([namespace, references]) => {
    const where = namespace === undefined ? '' : ` --namespace=${shellQuote(namespace)}`;
    return `kubectl delete --ignore-not-found${flags}${where} -- ${references.join(' ')}`;
  });
  // The name of such a token is the secret, which a script must not show.
  return objects.some(isNameSecret)
    ? [...commands, "kubectl get teleportprovisiontokens -A  # and 'kubectl delete' those that tbot joined with"]
    : commands;
}

/** Deletes a Deployment after its pods; by default kubectl waits for the Deployment alone, and its pods are still ending. */
const WITH_PODS = ' --cascade=foreground';

/** By the tool that installed it; what Flux, Argo CD or `kubectl apply` installed are objects like others. */
function istioCommands(manifests: ManifestSet): readonly string[] {
  const operators = istioctlReleases(manifests.ofKind('IstioOperator'));
  if (operators.length > 0) {
    return operators.flatMap(([first]) => (first ? [`istioctl uninstall --filename=${shellQuote(first.file)}`] : []));
  }
  const { installations, installedGateways } = Cluster.of(manifests);
  const written = [
    ...installations.filter(({ by }) => by === 'helm').flatMap(({ layers }) => layers.map(({ manifest }) => manifest)),
    ...installedGateways.map(({ workload }) => workload.manifest),
  ];
  return written.some(({ kind, container }) => kind === 'HelmValues' && container === undefined) ? [HELM] : [];
}

/** Releases as Istio's documentation calls them. */
const HELM = 'helm uninstall --namespace=istio-system istio-ingressgateway istiod istio-base';

/** What refers to others goes before them. */
const TCTL_ORDER: readonly string[] = [...MESH_RESOURCE_KINDS].reverse();

function tctlCommands(manifests: ManifestSet): readonly string[] {
  const resources = manifests.all
    .filter((manifest) => manifest.shape === 'teleport' && !isNameSecret(manifest))
    .map(({ kind, name }) => `${kind}/${name}`);
  const all = [...new Set([...joinTokens(manifests), ...resources])];
  const rank = (resource: string) => TCTL_ORDER.indexOf(resource.slice(0, resource.indexOf('/')));
  const secrets = manifests.ofKind('token').some(isNameSecret);
  return [
    ...all.sort((a, b) => rank(a) - rank(b)).map((resource) => `tctl rm ${shellQuote(resource)}`),
    // The name of such a token is the secret, which a script must not show.
    ...(secrets ? ["tctl tokens ls  # and 'tctl tokens rm' the one that tbot joined with"] : []),
  ];
}

/** Tokens that tbot's configuration names; with the join method `token` the name is a secret, and useless by now. */
function joinTokens(manifests: ManifestSet): readonly string[] {
  return manifests.ofKind('TbotConfig').flatMap(({ body }) => {
    const onboarding = objectAt(body, 'onboarding');
    const name = textAt(onboarding, 'token');
    const method = textAt(onboarding, 'join_method') ?? SECRET_JOIN_METHOD;
    return name === undefined || method === SECRET_JOIN_METHOD ? [] : [`token/${name}`];
  });
}

/** Directories that the node agents had made on every node. */
function nodeCommands(manifests: ManifestSet, parts: ReadonlyMap<Manifest, Part>): readonly string[] {
  const folders = manifests.ofKind('DaemonSet', 'apps').flatMap((daemonSet) => {
    const part = parts.get(daemonSet);
    if (part !== 'tbot' && part !== 'csi-driver') return [];
    return listAt(daemonSet.body, 'spec', 'template', 'spec', 'volumes').flatMap((volume) => {
      const path = textAt(volume, 'hostPath', 'path');
      // What had to be there before, such as the kubelet's directory, is not ours.
      return path !== undefined && textAt(volume, 'hostPath', 'type') === 'DirectoryOrCreate' ? [path] : [];
    });
  });
  return [...new Set(folders)].map((path) => `rm -r ${shellQuote(path)}`);
}
