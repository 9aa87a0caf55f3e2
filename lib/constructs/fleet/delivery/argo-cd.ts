import { stringifyManifests } from '../../../base/yaml/write-yaml';
import { DELIVERED_CLUSTER_LABEL } from '../../../upstream/istio/multi-cluster';
import { ADMISSION, ARGO_CD_V1ALPHA1 } from '../../../upstream/kubernetes/api-groups';
import { LASTING_CHARTS } from '../../../upstream/releases/hosting';
import { type ClusterPart, STEPS } from './cluster-part';
import { FILE_PATTERNS } from './cluster-parts';
import type { DeliveredCluster, FleetDelivery, RenderedDelivery } from './fleet-delivery';
import { type CompleteGitOpsOptions, completeOptions, type GitOpsOptions, rolloutGroups } from './git-ops-options';

/** Options of {@link ArgoCd.applicationSet}. */
export interface ArgoCdOptions extends GitOpsOptions {
  /**
   * Name of the ApplicationSet.
   *
   * @default 'mesh'
   */
  readonly name?: string;
  /**
   * Namespace of the ApplicationSet, which is the one that Argo CD runs in.
   *
   * @default 'argocd'
   */
  readonly namespace?: string;
  /**
   * Project of the Applications.
   *
   * @default 'default'
   */
  readonly project?: string;
}

/** Label of an Application: which group of clusters that is in, counted from 1. */
const ROLLOUT_LABEL = 'teleport-istio/rollout';

/** Label of an Application: its step. */
const STEP_LABEL = 'teleport-istio/step';

/** Name of the cluster that Argo CD runs in (argoproj/argo-cd pkg/apis/application/v1alpha1/application_defaults.go). */
const OWN_CLUSTER = 'in-cluster';

/** How an Application's sources name the repository that its values are in. */
const VALUES_REFERENCE = 'mesh';

/**
 * Fills in what is not a text (argoproj/argo-cd applicationset/controllers/template/patch.go). RollingSync starts every sync itself and
 * switches the automatic ones off, but takes from their settings whether to prune
 * (argoproj/argo-cd applicationset/progressivesync/progressive_sync.go).
 */
const PATCH = `spec:
  sources: {{ toJson .sources }}
  syncPolicy:
    automated:
      prune: {{ toJson .prune }}
`;

const NOTICE = `Argo CD follows the order in gitops/argocd/applicationset.yaml only if progressive syncs are enabled: set "applicationsetcontroller.enable.progressive.syncs: 'true'" in the ConfigMap argocd-cmd-params-cm. Otherwise, all Applications are synced at once, and pods that start before istiod get no sidecar.`;

/** Argo CD as the delivery engine of a fleet. */
export class ArgoCd implements FleetDelivery {
  /**
   * One ApplicationSet for the whole fleet: Applications for each step of each cluster, synced in the order of the
   * steps and one group of clusters after the other, each when the previous one is healthy. The names of the clusters
   * in Argo CD must be those in the fleet.
   *
   * A cluster that leaves the fleet keeps its objects: if its Applications deleted them, policies would be removed
   * while the pods they protect still run.
   *
   * @throws InvalidInputError if the repository URL, the branch or the path is not valid
   */
  public static applicationSet(options: ArgoCdOptions): ArgoCd {
    return new ArgoCd(options, completeOptions('ArgoCd.applicationSet', options));
  }

  /** Name of the engine. */
  public readonly engine = 'Argo CD';

  /**
   * Keeps a Namespace that was removed from the files, and lets its Application be in sync nevertheless: otherwise no
   * rollout would proceed.
   */
  public readonly namespaceAnnotations = {
    'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
    'argocd.argoproj.io/sync-options': 'Prune=false',
  };

  private constructor(
    private readonly options: ArgoCdOptions,
    private readonly git: CompleteGitOpsOptions,
  ) {}

  /** The ApplicationSet. */
  public render(clusters: readonly DeliveredCluster[]): RenderedDelivery {
    const groups = rolloutGroups('ArgoCd.applicationSet', clusters, this.options);
    return {
      files: new Map([['argocd/applicationset.yaml', stringifyManifests([this.manifest(groups)])]]),
      notices: [NOTICE],
    };
  }

  private manifest(groups: readonly (readonly DeliveredCluster[])[]): Readonly<Record<string, unknown>> {
    const { name = 'mesh', namespace = 'argocd', project = 'default' } = this.options;
    return {
      apiVersion: ARGO_CD_V1ALPHA1,
      kind: 'ApplicationSet',
      metadata: { name, namespace },
      spec: {
        goTemplate: true,
        goTemplateOptions: ['missingkey=error'],
        generators: [{ list: { elements: groups.flatMap((group, index) => this.elements(group, index + 1)) } }],
        strategy: { type: 'RollingSync', rollingSync: { steps: groups.flatMap(rollingSteps) } },
        // Whoever leaves the fleet keeps its policies: they must not go before the workloads.
        syncPolicy: { preserveResourcesOnDeletion: true },
        template: {
          metadata: {
            name: '{{ .name }}',
            labels: {
              [DELIVERED_CLUSTER_LABEL]: '{{ .cluster }}',
              [ROLLOUT_LABEL]: '{{ .rollout }}',
              [STEP_LABEL]: '{{ .step }}',
            },
          },
          spec: {
            project,
            destination: { name: '{{ .destination }}', namespace: '{{ .namespace }}' },
            // istiod sets it to Fail once it can answer; without this the Application would never be in sync.
            ignoreDifferences: [
              {
                group: ADMISSION,
                kind: 'ValidatingWebhookConfiguration',
                jqPathExpressions: ['.webhooks[].failurePolicy'],
              },
            ],
            // Istio's definitions are too long for the annotation of a client-side apply.
            syncPolicy: {
              syncOptions: ['CreateNamespace=true', 'RespectIgnoreDifferences=true', 'ServerSideApply=true'],
            },
          },
        },
        templatePatch: PATCH,
      },
    };
  }

  private elements(group: readonly DeliveredCluster[], rollout: number): readonly Readonly<Record<string, unknown>>[] {
    return group.flatMap(({ cluster, parts }) =>
      parts.map((part) => ({
        name: `${cluster.name}-${part.name}`,
        cluster: cluster.name,
        destination: cluster === this.options.runsIn ? OWN_CLUSTER : cluster.name,
        namespace: part.chart?.namespace ?? '',
        rollout: String(rollout),
        step: part.step,
        prune: part.prune,
        sources: this.sources(cluster.name, part),
      })),
    );
  }

  private sources(cluster: string, { chart, step }: ClusterPart): readonly Readonly<Record<string, unknown>>[] {
    const { repository, branch, path } = this.git;
    const here = { repoURL: repository, targetRevision: branch };
    if (chart === undefined) return [{ ...here, path: `${path}/${cluster}`, directory: filesOf(step) }];
    return [
      {
        repoURL: LASTING_CHARTS,
        chart: chart.chart,
        targetRevision: chart.version,
        helm: {
          releaseName: chart.release,
          valueFiles: [`$${VALUES_REFERENCE}/${path}/${cluster}/${chart.values}`],
        },
      },
      { ...here, ref: VALUES_REFERENCE },
    ];
  }
}

/** The steps of one group: each one for itself, and none that has no Application. */
function rollingSteps(group: readonly DeliveredCluster[], index: number): readonly Readonly<Record<string, unknown>>[] {
  const used = new Set(group.flatMap(({ parts }) => parts.map(({ step }) => step)));
  return STEPS.filter((step) => used.has(step)).map((step) => ({
    matchExpressions: [
      { key: ROLLOUT_LABEL, operator: 'In', values: [String(index + 1)] },
      { key: STEP_LABEL, operator: 'In', values: [step] },
    ],
  }));
}

/** Files of a step by their names; directories below are never looked at. */
function filesOf(step: ClusterPart['step']): Readonly<Record<string, string>> {
  const glob = (patterns: readonly string[]) =>
    patterns.length === 1 ? String(patterns[0]) : `{${patterns.join(',')}}`;
  if (step === 'teleport' || step === 'platform' || step === 'policies') return { include: glob(FILE_PATTERNS[step]) };
  return { exclude: glob(Object.values(FILE_PATTERNS).flat()) };
}
