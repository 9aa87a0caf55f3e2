import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { CronJobSpec } from 'kubernetes-types/batch/v1';
import type { PodSpec } from 'kubernetes-types/core/v1';
import type { PolicyRule } from 'kubernetes-types/rbac/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { POD_INJECTION_LABEL } from '../../upstream/istio/injection';
import { RBAC, RBAC_V1 } from '../../upstream/kubernetes/api-groups';
import { KUBECTL_REPOSITORY } from '../../upstream/kubernetes/known-images';
import { APP_NAME_LABEL, checkObjectName } from '../../upstream/kubernetes/names';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import type { Target } from '../../upstream/releases/target';
import { pinnedImage } from '../kubernetes/image';
import { addObject } from '../kubernetes/kubernetes-object';
import type { CertificateRefreshProps, RefreshInterval, RestartableWorkload } from './certificate-refresh-props';

/** Annotation of the CronJob that says what the restarts are for. */
export const CERTIFICATE_REFRESH_REASON = 'teleport-istio/certificate-refresh-reason';

/** Resources of the kinds that `kubectl rollout restart` knows. */
const RESOURCES: ReadonlyMap<string, string> = new Map([
  ['DaemonSet', 'daemonsets'],
  ['Deployment', 'deployments'],
  ['StatefulSet', 'statefulsets'],
]);

/**
 * Restarts the workloads of a namespace before the certificates of their proxies expire.
 *
 * **Needed only for a tbot older than 18.6.4 (17.7.14 in Teleport 17) that cannot be upgraded**: such a tbot keeps
 * sending the certificate that it issued when the proxy connected, until it expires (gravitational/teleport#62813).
 * Newer releases send renewed certificates over the same connection, so restarts would only lose connections and warm
 * caches.
 */
export class CertificateRefresh extends Construct {
  /** The ServiceAccount that restarts the workloads. */
  public readonly serviceAccount: ApiObject;
  /** The permission to restart these workloads, and nothing else. */
  public readonly role: ApiObject;
  /** Binds the role to the ServiceAccount. */
  public readonly roleBinding: ApiObject;
  /** The schedule of the restarts. */
  public readonly cronJob: ApiObject;

  /**
   * @throws InvalidInputError if the target's tbot makes restarts needless and no reason is given, if there is
   * no workload or one of another kind or namespace, or if Kubernetes is older than 1.28
   */
  public constructor(scope: Construct, id: string, props: CertificateRefreshProps) {
    super(scope, id);
    const where = this.node.path;
    const { namespace, target } = props;
    const name = props.name ?? 'certificate-refresh';
    const reason = props.reason?.trim() || reasonToRestart(where, target);
    checkKubernetesVersion(where, target);
    checkWorkloads(where, props);

    const metadata = { name, namespace, labels: { [APP_NAME_LABEL]: name } };
    this.serviceAccount = addObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    });
    this.role = addObject(this, 'role', {
      apiVersion: RBAC_V1,
      kind: 'Role',
      metadata,
      rules: restartRules(props.workloads),
    });
    this.roleBinding = addObject(this, 'role-binding', {
      apiVersion: RBAC_V1,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
    this.cronJob = addObject(this, 'cron-job', {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { ...metadata, annotations: { [CERTIFICATE_REFRESH_REASON]: reason } },
      spec: cronJobSpec(props.everyMinutes ?? 20, metadata.labels, restartPod(where, name, props)),
    });
  }
}

function reasonToRestart(where: string, target: Target): string {
  if (!target.sdsRenewsSvids) {
    return `tbot ${target.teleport} never sends a renewed certificate (gravitational/teleport#62813); ${RELEASE_FACTS.sdsRenewsSvids} do`;
  }
  throw new InvalidInputError({
    where,
    problem: 'restarts are not needed: this tbot sends renewed certificates to running proxies',
    value: target.teleport.toString(),
    allowed: `a tbot that does not (fixed in ${RELEASE_FACTS.sdsRenewsSvids}), or a reason`,
    fix: 'remove CertificateRefresh',
  });
}

/** Kubernetes publishes an image of kubectl with every release since 1.28 (kubernetes/kubernetes#116672). */
function checkKubernetesVersion(where: string, target: Target): void {
  if (!target.has('hasKubectlImage')) {
    throw new InvalidInputError({
      where,
      problem: 'there is no kubectl image for this Kubernetes release',
      value: target.kubernetes.toString(),
      allowed: `${RELEASE_FACTS.hasKubectlImage}`,
      fix: "set the target's Kubernetes release to that of the cluster",
    });
  }
}

function checkWorkloads(where: string, { namespace, workloads }: CertificateRefreshProps): void {
  // Without names kubectl would restart nothing, and a rule without resourceNames would open every workload.
  if (workloads.length === 0) {
    throw new InvalidInputError({ where, problem: 'no workloads are given', allowed: 'at least one workload' });
  }
  for (const workload of workloads) checkWorkload(where, namespace, workload);
}

function checkWorkload(where: string, namespace: string, { kind, name, metadata }: RestartableWorkload): void {
  checkObjectName(where, name);
  if (!RESOURCES.has(kind)) {
    throw new InvalidInputError({
      where,
      problem: 'kubectl cannot restart this kind',
      value: `${kind}/${name}`,
      allowed: [...RESOURCES.keys()].join(', '),
      fix: 'name the workload that creates the pods',
    });
  }
  const own = metadata?.namespace;
  if (own !== undefined && own !== namespace) {
    throw new InvalidInputError({
      where,
      problem: 'the workload is in another namespace, where the restarts have no permissions',
      value: `${own}/${name}`,
      allowed: `workloads of "${namespace}"`,
      fix: `create a second CertificateRefresh for "${own}"`,
    });
  }
}

/**
 * `rollout restart` reads the object and patches its pod template, so `get` and `patch` are all it needs; by name, because
 * whoever may patch a workload may run any image with its ServiceAccount.
 */
function restartRules(workloads: readonly RestartableWorkload[]): readonly PolicyRule[] {
  return [...RESOURCES].flatMap(([kind, resource]) => {
    const names = workloads.filter((workload) => workload.kind === kind).map(({ name }) => name);
    const resourceNames = [...new Set(names)].sort();
    if (resourceNames.length === 0) return [];
    return [{ apiGroups: ['apps'], resources: [resource], resourceNames, verbs: ['get', 'patch'] }];
  });
}

function cronJobSpec(minutes: RefreshInterval, labels: Readonly<Record<string, string>>, pod: PodSpec): CronJobSpec {
  return {
    schedule: `*/${minutes} * * * *`,
    concurrencyPolicy: 'Forbid',
    // A late run is still of use for half an interval; after that the next one is nearer.
    startingDeadlineSeconds: minutes * 30,
    successfulJobsHistoryLimit: 1,
    failedJobsHistoryLimit: 3,
    jobTemplate: {
      spec: {
        // A second try would restart what the first one has restarted already, and the next run is soon enough.
        backoffLimit: 0,
        // Half of the shortest interval: kubectl only asks for the restarts and is done in seconds.
        activeDeadlineSeconds: 300,
        template: {
          // With a sidecar the pod would need a certificate itself, and the Job would wait for the proxy to end.
          metadata: { labels: { ...labels, [POD_INJECTION_LABEL]: 'false' } },
          spec: pod,
        },
      },
    },
  };
}

/** All workloads in one command, so that one that is missing or stuck keeps no other from being restarted. */
function restartPod(where: string, serviceAccountName: string, props: CertificateRefreshProps): PodSpec {
  const { namespace, workloads, target, imageRepository = KUBECTL_REPOSITORY } = props;
  const names = workloads.map(({ kind, name }) => `${kind.toLowerCase()}/${name}`);
  return {
    serviceAccountName,
    automountServiceAccountToken: true,
    restartPolicy: 'Never',
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'kubectl',
        // kubectl works with API servers at most one minor release away from its own.
        image: pinnedImage(where, imageRepository, `v${target.kubernetes}`),
        command: ['kubectl', 'rollout', 'restart', `--namespace=${namespace}`, ...[...new Set(names)].sort()],
        resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  };
}
