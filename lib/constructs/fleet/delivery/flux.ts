import { stringifyManifests } from '../../../base/yaml/write-yaml';
import { FLUX_SOURCE_V1, KUSTOMIZE_V1BETA1 } from '../../../upstream/kubernetes/api-groups';
import { LASTING_CHARTS } from '../../../upstream/releases/hosting';
import type { DeliveredCluster, FleetDelivery, RenderedDelivery } from './fleet-delivery';
import { GITOPS_FOLDER } from './fleet-delivery';
import { ISTIO_LAYER, layersOf } from './flux-layers';
import { type FluxNames, helmReleases, kustomizationOf, valuesKey, valuesName } from './flux-objects';
import { type CompleteGitOpsOptions, completeOptions, type GitOpsOptions, rolloutGroups } from './git-ops-options';

/** Options of {@link Flux.hub}. */
export interface FluxOptions extends GitOpsOptions {
  /**
   * Name of the fleet's sources.
   *
   * @default 'mesh'
   */
  readonly name?: string;
  /**
   * Namespace of Flux's objects.
   *
   * @default 'flux-system'
   */
  readonly namespace?: string;
  /**
   * Secret in that namespace with the credential for the repository.
   *
   * @default - the repository is public
   */
  readonly repositorySecret?: string;
}

/** File that tells kustomize where else the names of ConfigMaps stand. */
const NAME_REFERENCES = 'name-references.yaml';

/**
 * The name of the ConfigMap with Helm values has a hash of them, and the releases name it: values that change are a change of the release,
 * so that what depends on it waits.
 */
const VALUES_REFERENCES = {
  nameReference: [
    { kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ kind: 'HelmRelease', path: 'spec/valuesFrom/name' }] },
  ],
};

/** Flux as the delivery engine of a fleet. */
export class Flux implements FleetDelivery {
  /**
   * One Flux that applies the directories of all clusters: a Kustomization for each step of each cluster, which waits
   * until the previous step is ready, and, for the next group of clusters, until the previous group is. A Flux in each
   * cluster could not wait for other clusters.
   *
   * It accesses a cluster with the kubeconfig in the Secret `<cluster>-kubeconfig`.
   *
   * @throws InvalidInputError if the repository URL, the branch or the path is not valid
   */
  public static hub(options: FluxOptions): Flux {
    return new Flux(options, completeOptions('Flux.hub', options));
  }

  /** Name of the engine. */
  public readonly engine = 'Flux';

  /** Keeps a Namespace that was removed from the files. */
  public readonly namespaceAnnotations = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' };

  private constructor(
    private readonly options: FluxOptions,
    private readonly git: CompleteGitOpsOptions,
  ) {}

  /** The sources, and the Kustomizations of each cluster with the objects that they refer to. */
  public render(clusters: readonly DeliveredCluster[]): RenderedDelivery {
    const groups = rolloutGroups('Flux.hub', clusters, this.options);
    const names = this.names;
    const files = new Map<string, string>();
    const add = (path: string, ...documents: readonly object[]) =>
      files.set(`flux/${path}`, stringifyManifests(documents));
    // Flux would take every directory below for its own, but for this file.
    const order = groups.flat().map(({ cluster }) => `${cluster.name}/kustomizations.yaml`);
    add('kustomization.yaml', kustomize({ resources: ['sources.yaml', ...order] }));
    add('sources.yaml', ...this.sources());
    groups.forEach((group, index) => {
      const before = (groups[index - 1] ?? []).map((delivered) => lastOf(delivered));
      for (const delivered of group) this.addCluster(add, names, delivered, before);
    });
    return { files, notices: this.notices(clusters) };
  }

  private addCluster(
    add: (path: string, ...documents: readonly object[]) => void,
    names: FluxNames,
    { cluster, parts }: DeliveredCluster,
    before: readonly string[],
  ): void {
    const { name } = cluster;
    const isRemote = cluster !== this.options.runsIn;
    const layers = layersOf(parts);
    const path = (layer: string) => `${this.git.path}/${GITOPS_FOLDER}/flux/${name}/${layer}`;
    add(
      `${name}/kustomizations.yaml`,
      ...layers.map((layer, index) => {
        const previous = layers[index - 1];
        return kustomizationOf(names, {
          name: `${name}-${layer.name}`,
          cluster: name,
          path: `./${path(layer.name)}`,
          dependsOn: previous === undefined ? before : [`${name}-${previous.name}`],
          // Helm releases are objects of the cluster that Flux runs in, and know by themselves where they go.
          ...(isRemote && layer.name !== ISTIO_LAYER && { kubeconfig: kubeconfigOf(name) }),
        });
      }),
    );
    const up = '../../../..';
    for (const layer of layers) {
      if (layer.name !== ISTIO_LAYER) {
        add(
          `${name}/${layer.name}/kustomization.yaml`,
          kustomize({ resources: layer.parts.flatMap(({ files }) => files).map((file) => `${up}/${name}/${file}`) }),
        );
        continue;
      }
      const values = [...new Set(layer.parts.flatMap(({ chart }) => chart?.values ?? []))];
      add(
        `${name}/${layer.name}/kustomization.yaml`,
        kustomize({
          namespace: names.namespace,
          resources: ['releases.yaml'],
          configMapGenerator: [
            { name: valuesName(name), files: values.map((file) => `${valuesKey(file)}=${up}/${name}/${file}`) },
          ],
          configurations: [NAME_REFERENCES],
        }),
      );
      add(`${name}/${layer.name}/${NAME_REFERENCES}`, VALUES_REFERENCES);
      add(
        `${name}/${layer.name}/releases.yaml`,
        ...helmReleases(names, name, layer.parts, isRemote ? kubeconfigOf(name) : undefined),
      );
    }
  }

  private get names(): FluxNames {
    const { name = 'mesh', namespace = 'flux-system' } = this.options;
    return { namespace, repository: name, charts: `${name}-istio` };
  }

  private sources(): readonly object[] {
    const { namespace, repository, charts } = this.names;
    const { repositorySecret } = this.options;
    return [
      {
        apiVersion: FLUX_SOURCE_V1,
        kind: 'GitRepository',
        metadata: { name: repository, namespace },
        spec: {
          interval: '5m',
          url: this.git.repository,
          ref: { branch: this.git.branch },
          ...(repositorySecret !== undefined && { secretRef: { name: repositorySecret } }),
        },
      },
      {
        apiVersion: FLUX_SOURCE_V1,
        kind: 'HelmRepository',
        metadata: { name: charts, namespace },
        spec: { interval: '24h', url: LASTING_CHARTS },
      },
    ];
  }

  private notices(clusters: readonly DeliveredCluster[]): readonly string[] {
    const remote = clusters.map(({ cluster }) => cluster).filter((cluster) => cluster !== this.options.runsIn);
    if (remote.length === 0) return [];
    const secrets = remote.map(({ name }) => kubeconfigOf(name)).join(', ');
    return [
      `Flux accesses the clusters with kubeconfigs in Secrets in ${this.names.namespace}, which are not written: ${secrets}. Each is a credential with all permissions that an installation of Istio needs.`,
    ];
  }
}

function kubeconfigOf(cluster: string): string {
  return `${cluster}-kubeconfig`;
}

function lastOf({ cluster, parts }: DeliveredCluster): string {
  return `${cluster.name}-${layersOf(parts).at(-1)?.name}`;
}

function kustomize(fields: object): object {
  return { apiVersion: KUSTOMIZE_V1BETA1, kind: 'Kustomization', ...fields };
}
