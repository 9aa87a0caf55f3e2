import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { DaemonSetSpec } from 'kubernetes-types/apps/v1';
import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../errors';
import { addObject, checkObjectName } from '../kubernetes';
import type { WorkloadApiSocket } from '../spiffe';
import { Target } from '../target';
import type { JoinToken, ServiceAccountReference } from '../teleport';
import type { CredentialLifetime } from './credential-lifetime';
import type { KubeletTls } from './kubelet-tls';
import { TbotConfig } from './tbot-config';
import {
  checkTbotVersion,
  chooseServiceAccount,
  configChecksum,
  configMapData,
  DIAGNOSTICS_PORT,
} from './tbot-container';
import { type KubeletAddress, type TbotPrivilege, tbotDaemonSetPod } from './tbot-daemon-set-pod';
import { type KubeletAuthorization, kubeletRules } from './tbot-rbac';
import type { WorkloadIdentitySelector } from './workload-identity-selector';

/** What tbot of one Kubernetes cluster needs; see {@link TbotDaemonSet}. */
export interface TbotDaemonSetProps {
  /** How tbot joins; the Teleport cluster, the namespace and the ServiceAccount come from it. */
  readonly token: JoinToken;
  /** The identity that workloads get: one by name for Istio and Envoy. */
  readonly identity: WorkloadIdentitySelector;
  /** Where tbot listens on each node. */
  readonly socket: WorkloadApiSocket;
  /** How tbot knows that it talks to the node's kubelet. */
  readonly kubelet: KubeletTls;
  /**
   * Name of the DaemonSet and its ConfigMap.
   *
   * @default - the name of the ServiceAccount
   */
  readonly name?: string;
  /**
   * Which of the join token's ServiceAccounts tbot runs as. Its namespace must exist and admit privileged pods
   * (`pod-security.kubernetes.io/enforce: privileged`).
   *
   * @default - the only one
   */
  readonly serviceAccount?: ServiceAccountReference;
  /**
   * Releases to write for; the image tag is `target.teleport`.
   *
   * @default - the defaults of `Target.of()`
   */
  readonly target?: Target;
  /**
   * Where the image is pulled from, without a tag.
   *
   * @default 'public.ecr.aws/gravitational/tbot-distroless'
   */
  readonly imageRepository?: string;
  /**
   * Lifetime of SVIDs and of tbot's own certificates; at most 24 hours.
   *
   * @default - 1 hour, renewed every 20 minutes; set by tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
  /**
   * How tbot calls its node's kubelet: by the node's name, which kubelet certificates name, or by its IP address, for
   * clusters whose DNS does not know node names.
   *
   * @default 'nodeName'
   */
  readonly kubeletAddress?: KubeletAddress;
  /**
   * The right that opens the kubelet's list of pods.
   *
   * @default - 'nodes/pods' if the target's kubelets know it, otherwise 'nodes/proxy', which also lets tbot run commands in
   * every pod
   */
  readonly kubeletAuthorization?: KubeletAuthorization;
  /**
   * `capabilities`: root with only what reading other processes needs. `privileged`: for nodes that forbid that all the
   * same, because SELinux is enforced or workloads run without the AppArmor profile that containers usually have.
   *
   * @default 'capabilities'
   */
  readonly privilege?: TbotPrivilege;
  /**
   * IP address in the pod that the diagnostics are served at; `::` for pods with IPv6 addresses. The kubelet's probes and
   * Prometheus come from outside, so loopback is no choice.
   *
   * @default '0.0.0.0' - every IPv4 address of the pod
   */
  readonly bindAddress?: string;
  /**
   * Priority of the pods. Without tbot no SVID on the node is renewed, so nothing may evict it. GKE admits the `system-`
   * classes outside `kube-system` only where a ResourceQuota allows them.
   *
   * @default 'system-node-critical'
   */
  readonly priorityClassName?: string;
  /**
   * How many nodes may be without tbot during a roll-out, as a number or a percentage. Proxies keep their SVIDs meanwhile;
   * only new pods wait.
   *
   * @default '10%'
   */
  readonly maxUnavailable?: number | `${number}%`;
  /**
   * Resources of the container. No CPU limit by default: a throttled tbot delays every pod start.
   *
   * @default - requests of 50m CPU and 128Mi memory, limited to 512Mi memory
   */
  readonly resources?: ResourceRequirements;
}

/** Annotation of the ConfigMap that says why the kubelet's certificate is not verified. */
export const SKIP_VERIFY_REASON = 'teleport-istio/kubelet-skip-verify-reason';

/**
 * tbot on every node: serves the SPIFFE Workload API and Envoy SDS on a unix socket, and finds out from the kubelet which
 * pod asks.
 */
export class TbotDaemonSet extends Construct {
  /** Identity of the pods, which the join token admits. */
  public readonly serviceAccount: ApiObject;
  /** The right to ask a kubelet for its pods, and nothing else. */
  public readonly clusterRole: ApiObject;
  public readonly clusterRoleBinding: ApiObject;
  /** Holds `tbot.yaml`. */
  public readonly configMap: ApiObject;
  /** tbot, on every Linux node. */
  public readonly daemonSet: ApiObject;
  /** What tbot is told. */
  public readonly config: TbotConfig;

  /**
   * @throws InvalidInputError if tbot is too old to renew SVIDs, the join token does not admit the ServiceAccount, the CA of
   * the kubelets is in a file that nothing mounts, or a name is no object name
   */
  public constructor(scope: Construct, id: string, props: TbotDaemonSetProps) {
    super(scope, id);
    const where = this.node.path;
    const { token, socket, kubelet } = props;
    const target = props.target ?? Target.of();
    const account = chooseServiceAccount(where, token, props.serviceAccount);
    const { namespace } = account;
    const name = props.name ?? account.name;
    checkObjectName(where, name);
    checkTbotVersion(where, target);
    checkCaIsMounted(where, kubelet);
    this.config = new TbotConfig(
      {
        server: token.cluster,
        join: token,
        ...(props.credentialLifetime && { credentialLifetime: props.credentialLifetime }),
        diagnostics: { host: props.bindAddress ?? '0.0.0.0', port: DIAGNOSTICS_PORT },
        services: [
          {
            type: 'workload-identity-api',
            listen: socket,
            selector: props.identity,
            attestors: { kubernetes: { kubelet: { tls: kubelet } } },
          },
        ],
      },
      where,
    );

    const labels = { 'app.kubernetes.io/name': name };
    this.serviceAccount = addObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account.name, namespace, labels },
      automountServiceAccountToken: false,
    });

    // Cluster-wide names: two of these may be in one cluster.
    const roleName = `${namespace}-${name}`;
    this.clusterRole = addObject(this, 'cluster-role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: roleName, labels },
      rules: kubeletRules(props.kubeletAuthorization ?? (target.kubeletAuthorizesPods ? 'nodes/pods' : 'nodes/proxy')),
    });
    this.clusterRoleBinding = addObject(this, 'cluster-role-binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: roleName, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: roleName },
      subjects: [{ kind: 'ServiceAccount', name: account.name, namespace }],
    });

    const { skipReason } = kubelet;
    this.configMap = addObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name,
        namespace,
        labels,
        ...(skipReason !== undefined && { annotations: { [SKIP_VERIFY_REASON]: skipReason } }),
      },
      data: configMapData(this.config),
    });

    const spec: DaemonSetSpec = {
      selector: { matchLabels: labels },
      // No surge: a second tbot on the node would take the socket away from the first.
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: props.maxUnavailable ?? '10%', maxSurge: 0 },
      },
      template: {
        metadata: {
          // tbot brings identities to sidecars; one of its own could never start.
          labels: { ...labels, 'sidecar.istio.io/inject': 'false' },
          annotations: configChecksum(this.config),
        },
        spec: tbotDaemonSetPod({
          where,
          token,
          socket,
          kubelet,
          target,
          serviceAccountName: account.name,
          configMapName: name,
          imageRepository: props.imageRepository,
          kubeletAddress: props.kubeletAddress ?? 'nodeName',
          privilege: props.privilege ?? 'capabilities',
          priorityClassName: props.priorityClassName ?? 'system-node-critical',
          resources: props.resources ?? {
            requests: { cpu: '50m', memory: '128Mi' },
            limits: { memory: '512Mi' },
          },
        }),
      },
    };
    this.daemonSet = addObject(this, 'daemon-set', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, namespace, labels },
      spec,
    });
  }
}

function checkCaIsMounted(where: string, kubelet: KubeletTls): void {
  if (kubelet.caPath !== undefined && kubelet.caVolumeSource === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'nothing mounts the CA of the kubelets into the pod',
      value: kubelet.caPath,
      allowed: 'the CA of the cluster, a ConfigMap, or a file of the node',
      fix: 'use KubeletTls.verify({ caConfigMap: … }) or KubeletTls.verify({ caNodeFile: … })',
    });
  }
}
