import { type JsonValue, listAt } from '../../manifests';
import { type CheckContext, grantsOf, kubeletOf, type RoleGrant, type TbotWorkload } from '../model';
import { defineRule } from '../rule';
import { attesting } from './attestation';
import { stream } from './examples';
import { tbotPods } from './teleport-examples';

/** The right of tbot's account to one resource. */
const clusterRole = (resource: string) => `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tbot}
rules:
  - {apiGroups: [""], resources: [${resource}], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: tbot}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tbot}
subjects: [{kind: ServiceAccount, name: tbot, namespace: teleport}]
`;

/** Resources of a rule that open more of the kubelet than its list of pods. */
const WIDE = ['nodes/proxy', 'nodes/*', '*/proxy', '*'];

/** Resources of which any lets an account ask a kubelet for its pods. */
const SUFFICIENT = [...WIDE, 'nodes/pods', '*/pods'];

/** Roles of every cluster that let an account ask a kubelet (kubernetes/kubernetes plugin/pkg/auth/authorizer/rbac). */
const BUILT_IN = ['cluster-admin', 'system:kubelet-api-admin'];

/** Whether some attestor shows its kubelet the account's token: the read-only port and `anonymous` ask for none. */
function usesAccount({ configs }: TbotWorkload): boolean {
  return configs.some(({ attestsKubernetes, workloadApis }) => {
    const kubelets = workloadApis.map(kubeletOf);
    return attestsKubernetes && kubelets.some((one) => one.read_only_port === undefined && one.anonymous !== true);
  });
}

function allows(rule: JsonValue, resources: readonly string[]): boolean {
  const has = (key: string, ...names: readonly string[]) =>
    listAt(rule, key).some((name) => typeof name === 'string' && names.includes(name));
  return has('apiGroups', '', '*') && has('verbs', 'get', '*') && has('resources', ...resources);
}

function readsPods({ rules }: RoleGrant): boolean {
  return rules.some(({ body }) => allows(body, SUFFICIENT));
}

/** Whether the account surely cannot ask the kubelet: its own roles are here, and none of them lets it. */
function isTurnedAway({ manifests, complete }: CheckContext, { workload }: TbotWorkload): boolean {
  const grants = grantsOf(manifests, 'ClusterRoleBinding', workload);
  const mayAsk = (grant: RoleGrant) =>
    readsPods(grant) || BUILT_IN.includes(grant.roleName) || grant.writtenBy === 'controller';
  if (grants.some(mayAsk)) return false;
  if (complete) return true;
  const isMeant = grants.some(({ isOwn }) => isOwn) || grantsOf(manifests, 'RoleBinding', workload).some(readsPods);
  return isMeant && grants.every(({ writtenBy }) => writtenBy === 'manifest');
}

/** What the kubelet lets tbot do. */
export const KUBELET_ACCESS_RULES = [
  defineRule({
    id: 'kubelet-rbac',
    severity: 'error',
    title: 'An attestor the kubelet turns away',
    found: "ServiceAccount {account} may not read the kubelet's pods",
    why: 'The kubelet answers 403, and attestation fails softly: workloads get no attributes.',
    fix: 'give the account a ClusterRole with get on nodes/pods (or nodes/proxy where the kubelet does not know nodes/pods) by a ClusterRoleBinding; a RoleBinding gives no right to nodes',
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbotPods(), clusterRole('pods, nodes')),
    right: stream(tbotPods(), clusterRole('nodes/pods')),
    check(context, report) {
      for (const tbot of attesting(context)) {
        if (!usesAccount(tbot) || !isTurnedAway(context, tbot)) continue;
        const { workload } = tbot;
        const account = `${workload.namespace}/${workload.serviceAccount}`;
        report(workload.manifest, `${workload.podPointer}/spec/serviceAccountName`, { account });
      }
    },
  }),
  defineRule({
    id: 'kubelet-rbac-too-wide',
    severity: 'warning',
    title: 'A right that opens more than it is for',
    found: 'the ClusterRole of tbot has {resource}',
    why: 'nodes/proxy also opens exec into every container through the kubelet; pods and nodes are not used.',
    fix: 'grant get on nodes/pods only, which kubelets of Kubernetes 1.33 and later know',
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbotPods(), clusterRole('nodes/proxy')),
    right: stream(tbotPods(), clusterRole('nodes/pods')),
    check(context, report) {
      if (!context.target.kubeletAuthorizesPods) return;
      for (const { workload } of attesting(context)) {
        for (const { rules, isOwn } of grantsOf(context.manifests, 'ClusterRoleBinding', workload)) {
          if (!isOwn) continue;
          for (const { role, pointer, body } of rules) {
            const resources = listAt(body, 'resources');
            const wide = WIDE.find((one) => resources.includes(one));
            if (wide !== undefined) report(role, pointer, { resource: wide });
          }
        }
      }
    },
  }),
];
