import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { DaemonSetSpec } from 'kubernetes-types/apps/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { POD_INJECTION_LABEL } from '../../upstream/istio/injection';
import { RBAC, RBAC_V1 } from '../../upstream/kubernetes/api-groups';
import { APP_NAME_LABEL, checkObjectName } from '../../upstream/kubernetes/names';
import { Target } from '../../upstream/releases/target';
import { addObject } from '../kubernetes/kubernetes-object';
import type { CredentialLifetime } from './credential-lifetime';
import { addDiagnosticsPolicy } from './diagnostics-policy';
import type { KubeletTls } from './kubelet-tls';
import { TbotConfig } from './tbot-config';
import {
  checkTbotVersion,
  chooseServiceAccount,
  configChecksum,
  configMapData,
  DIAGNOSTICS_PORT,
} from './tbot-container';
import { tbotDaemonSetPod } from './tbot-daemon-set-pod';
import type { TbotDaemonSetProps } from './tbot-daemon-set-props';
import { kubeletRules } from './tbot-rbac';

/** Annotation of the ConfigMap that says why the kubelet's certificate is not verified. */
export const SKIP_VERIFY_REASON = 'teleport-istio/kubelet-skip-verify-reason';

/**
 * tbot on every node: serves the SPIFFE Workload API and Envoy SDS on a unix socket, and identifies the calling pod
 * with the kubelet.
 */
export class TbotDaemonSet extends Construct {
  /** Identity of the pods, which the join token allows. */
  public readonly serviceAccount: ApiObject;
  /** The permission to read a kubelet's list of pods, and nothing else. */
  public readonly clusterRole: ApiObject;
  /** Binds the role to the ServiceAccount. */
  public readonly clusterRoleBinding: ApiObject;
  /** The ConfigMap with `tbot.yaml`. */
  public readonly configMap: ApiObject;
  /** The DaemonSet that runs tbot on every Linux node. */
  public readonly daemonSet: ApiObject;
  /** The NetworkPolicy that denies tbot's diagnostics to other pods; undefined if it is not configured. */
  public readonly diagnosticsPolicy: ApiObject | undefined;
  /** The configuration of tbot. */
  public readonly config: TbotConfig;
  /** Lifetime of SVIDs; undefined for tbot's default. */
  public readonly credentialLifetime: CredentialLifetime | undefined;
  /** Namespaces whose pods may read tbot's health and metrics; undefined if every pod may. */
  public readonly diagnosticsFrom: readonly string[] | undefined;

  /**
   * @throws InvalidInputError if tbot is too old to renew SVIDs, the join token does not admit the ServiceAccount, the CA of
   * the kubelets is in a file that nothing mounts, or a name is not a valid object name
   */
  public constructor(scope: Construct, id: string, props: TbotDaemonSetProps) {
    super(scope, id);
    const where = this.node.path;
    const { token, socket, kubelet, credentialLifetime } = props;
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
        diagnostics: { host: props.bindAddress ?? '0.0.0.0', port: DIAGNOSTICS_PORT },
        services: [
          {
            type: 'workload-identity-api',
            listen: socket,
            selector: props.identity,
            attestors: { kubernetes: { kubelet: { tls: kubelet } } },
            ...(credentialLifetime && { credentialLifetime }),
          },
        ],
      },
      where,
    );

    const labels = { [APP_NAME_LABEL]: name };
    this.serviceAccount = addObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: account.name, namespace, labels },
      automountServiceAccountToken: false,
    });

    // Cluster-wide names: two of these may be in one cluster.
    const roleName = `${namespace}-${name}`;
    this.clusterRole = addObject(this, 'cluster-role', {
      apiVersion: RBAC_V1,
      kind: 'ClusterRole',
      metadata: { name: roleName, labels },
      rules: kubeletRules(props.kubeletAuthorization ?? (target.kubeletAuthorizesPods ? 'nodes/pods' : 'nodes/proxy')),
    });
    this.clusterRoleBinding = addObject(this, 'cluster-role-binding', {
      apiVersion: RBAC_V1,
      kind: 'ClusterRoleBinding',
      metadata: { name: roleName, labels },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
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
          labels: { ...labels, [POD_INJECTION_LABEL]: 'false' },
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
    this.credentialLifetime = credentialLifetime;
    const from = props.diagnosticsFrom;
    this.diagnosticsFrom = from;
    this.diagnosticsPolicy = from && addDiagnosticsPolicy(this, { name, namespace, labels, from });
  }
}

function checkCaIsMounted(where: string, kubelet: KubeletTls): void {
  if (kubelet.caPath !== undefined && kubelet.caVolumeSource === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'the CA of the kubelets is not mounted into the pod',
      value: kubelet.caPath,
      allowed: 'the CA of the cluster, a ConfigMap, or a file on the node',
      fix: 'use KubeletTls.verify({ caConfigMap: … }) or KubeletTls.verify({ caNodeFile: … })',
    });
  }
}
