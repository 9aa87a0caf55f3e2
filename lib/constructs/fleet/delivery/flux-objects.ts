import { DELIVERED_CLUSTER_LABEL } from '../../../upstream/istio/multi-cluster';
import { FLUX_HELM_V2, FLUX_KUSTOMIZE_V1 } from '../../../upstream/kubernetes/api-groups';
import { type ChartPart, type ClusterPart, STEPS } from './cluster-part';

/** What Flux's objects call each other. */
export interface FluxNames {
  readonly namespace: string;
  /** The GitRepository. */
  readonly repository: string;
  /** The HelmRepository with Istio's charts. */
  readonly charts: string;
}

/** Properties of a Kustomization. */
export interface FluxKustomization {
  readonly name: string;
  /** The cluster that it is for. */
  readonly cluster: string;
  readonly path: string;
  readonly dependsOn: readonly string[];
  /** Secret with the kubeconfig of the cluster; left out for the one that Flux runs in. */
  readonly kubeconfig?: string;
}

/** Name of the ConfigMap with the values of a cluster's Helm releases. */
export function valuesName(cluster: string): string {
  return `${cluster}-istio-values`;
}

/** Key of a file with Helm values in that ConfigMap: the name of the file. */
export function valuesKey(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A Kustomization. All are of one source: only then does Flux wait until what it depends on has applied the same commit
 * (fluxcd/kustomize-controller internal/controller/kustomization_controller.go `checkDependencies`).
 */
export function kustomizationOf(
  { namespace, repository }: FluxNames,
  { name, cluster, path, dependsOn, kubeconfig }: FluxKustomization,
): object {
  return {
    apiVersion: FLUX_KUSTOMIZE_V1,
    kind: 'Kustomization',
    metadata: { name, namespace, labels: { [DELIVERED_CLUSTER_LABEL]: cluster } },
    spec: {
      ...(dependsOn.length > 0 && { dependsOn: dependsOn.map((other) => ({ name: other })) }),
      interval: '1h',
      retryInterval: '2m',
      timeout: '10m',
      sourceRef: { kind: 'GitRepository', name: repository },
      path,
      ...(kubeconfig !== undefined && { kubeConfig: { secretRef: { name: kubeconfig } } }),
      // The Helm release with the definitions of Istio's kinds is there as long as its Kustomization is.
      prune: true,
      // Without it a cluster that leaves the fleet would lose its policies while its pods still run.
      deletionPolicy: 'Orphan',
      wait: true,
    },
  };
}

/** Istio's charts as Helm releases, each after those of the step before. */
export function helmReleases(
  names: FluxNames,
  cluster: string,
  parts: readonly ClusterPart[],
  kubeconfig: string | undefined,
): readonly object[] {
  const steps = STEPS.filter((step) => parts.some((part) => part.step === step));
  return parts.flatMap((part) => {
    if (part.chart === undefined) return [];
    const previous = steps[steps.indexOf(part.step) - 1];
    const dependsOn = parts.filter(({ step }) => step === previous).map(({ name }) => ({ name: `${cluster}-${name}` }));
    return [helmRelease(names, cluster, part.name, part.chart, dependsOn, kubeconfig)];
  });
}

function helmRelease(
  { namespace, charts }: FluxNames,
  cluster: string,
  name: string,
  chart: ChartPart,
  dependsOn: readonly object[],
  kubeconfig: string | undefined,
): object {
  const hasDefinitions = chart.chart === 'base';
  return {
    apiVersion: FLUX_HELM_V2,
    kind: 'HelmRelease',
    metadata: { name: `${cluster}-${name}`, namespace, labels: { [DELIVERED_CLUSTER_LABEL]: cluster } },
    spec: {
      ...(dependsOn.length > 0 && { dependsOn }),
      interval: '1h',
      releaseName: chart.release,
      targetNamespace: chart.namespace,
      storageNamespace: chart.namespace,
      ...(kubeconfig !== undefined && { kubeConfig: { secretRef: { name: kubeconfig } } }),
      install: { createNamespace: true, ...(hasDefinitions && { crds: 'CreateReplace' }) },
      ...(hasDefinitions && { upgrade: { crds: 'CreateReplace' } }),
      valuesFrom: [{ kind: 'ConfigMap', name: valuesName(cluster), valuesKey: valuesKey(chart.values) }],
      chart: {
        spec: { chart: chart.chart, version: chart.version, sourceRef: { kind: 'HelmRepository', name: charts } },
      },
    },
  };
}
