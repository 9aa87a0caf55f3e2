import { field, type JsonValue, listAt } from '../../../../base/json';
import { grantsOf, type RoleGrant, type RoleRule } from '../../../../model/cluster/cluster-rights';
import type { Workload } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { kubeletOf } from '../../../../model/teleport/tbot-config';
import type { TbotWorkload } from '../../../../model/teleport/tbot-workload';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { tbotPods } from '../teleport-examples';
import { attesting } from './attestation';

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

/**
 * Resources of a rule that open more of the kubelet than its list of pods. A `nodes/*` is not among them: an asterisk stands for a
 * resource, never for a subresource (kubernetes/kubernetes pkg/apis/rbac/v1/evaluation_helpers.go).
 */
const WIDE = ['nodes/proxy', '*/proxy', '*'];

/** Resources of which any lets an account ask a kubelet for its pods. */
const SUFFICIENT = [...WIDE, 'nodes/pods', '*/pods'];

/** Resources nobody lists but for the kubelet's API, whether or not the rule gives a right to it. */
const MEANT = ['nodes/proxy', 'nodes/pods', 'nodes/*'];

/** Verbs of the two methods by which the kubelet lets a client into a container: GET for a WebSocket, POST for SPDY. */
const EXEC_VERBS = ['get', 'create'];

/** Roles of every cluster that let an account ask a kubelet (kubernetes/kubernetes plugin/pkg/auth/authorizer/rbac). */
const BUILT_IN = ['cluster-admin', 'system:kubelet-api-admin'];

/** Whether some attestor shows its kubelet the account's token: the read-only port and `anonymous` ask for none. */
function usesAccount({ configs }: TbotWorkload): boolean {
  return configs.some(({ attestsKubernetes, workloadApis }) => {
    const kubelets = workloadApis.map(kubeletOf);
    return attestsKubernetes && kubelets.some((one) => one.read_only_port === undefined && one.anonymous !== true);
  });
}

function has(rule: JsonValue, key: string, names: readonly string[]): boolean {
  return listAt(rule, key).some((name) => typeof name === 'string' && names.includes(name));
}

function allows(rule: JsonValue, verbs: readonly string[], resources: readonly string[]): boolean {
  return has(rule, 'apiGroups', ['', '*']) && has(rule, 'verbs', [...verbs, '*']) && has(rule, 'resources', resources);
}

/** The rules by which an account may ask a kubelet for its pods, if only some nodes' kubelet. */
function rulesForPods({ rules }: RoleGrant): readonly JsonValue[] {
  return rules.map(({ body }) => body).filter((body) => allows(body, ['get'], SUFFICIENT));
}

function namesNodes(rule: JsonValue): boolean {
  return listAt(rule, 'resourceNames').length > 0;
}

/** Whether the pods may be for the very nodes that a rule names. */
function mayBeForFewNodes({ podSpec }: Workload): boolean {
  return ['nodeName', 'nodeSelector', 'affinity'].some((key) => field(podSpec, key) != null);
}

/** Whether a role is the one by which somebody wanted the account to ask the kubelet. */
function isMeant({ to, rules }: RoleGrant): boolean {
  return to === 'account' || (to === 'namespace' && rules.some(({ body }) => has(body, 'resources', MEANT)));
}

/** The kubelets that the account surely cannot ask: its own roles are here, and they do not allow it. */
function closedKubelets({ manifests, complete }: CheckContext, { workload }: TbotWorkload): string | undefined {
  const grants = grantsOf(manifests, 'ClusterRoleBinding', workload);
  const isOpen = (rule: JsonValue) => !namesNodes(rule) || mayBeForFewNodes(workload);
  const mayAsk = (grant: RoleGrant) =>
    rulesForPods(grant).some(isOpen) || BUILT_IN.includes(grant.roleName) || grant.writtenBy === 'controller';
  if (grants.some(mayAsk)) return undefined;
  const closed = grants.some((grant) => rulesForPods(grant).length > 0)
    ? 'kubelets its roles do not name'
    : 'any kubelet';
  if (complete) return closed;
  const isKnown =
    grants.some(isMeant) || grantsOf(manifests, 'RoleBinding', workload).some((one) => rulesForPods(one).length > 0);
  return isKnown && grants.every(({ writtenBy }) => writtenBy === 'manifest') ? closed : undefined;
}

/** What the kubelet lets tbot do. */
export const KUBELET_ACCESS_RULES = [
  defineRule({
    id: 'kubelet-rbac',
    subject: 'What the kubelet lets tbot do',
    since: '0.1.0',
    severity: 'error',
    title: 'tbot lacks access to the kubelet',
    found: 'ServiceAccount {account} may not read the pods of {kubelets}',
    why: 'The kubelet answers 403, and attestation fails softly: workloads get no attributes.',
    fix: 'give the account a ClusterRole with get on nodes/pods (or nodes/proxy where the kubelet does not know nodes/pods), without resourceNames, by a ClusterRoleBinding; a RoleBinding does not grant access to nodes',
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbotPods(), clusterRole('pods, nodes')),
    right: stream(tbotPods(), clusterRole('nodes/pods')),
    check(context, report) {
      for (const tbot of attesting(context)) {
        const kubelets = usesAccount(tbot) ? closedKubelets(context, tbot) : undefined;
        if (kubelets === undefined) continue;
        const { workload } = tbot;
        const account = `${workload.namespace}/${workload.serviceAccount}`;
        report(workload.manifest, `${workload.podPointer}/spec/serviceAccountName`, { account, kubelets });
      }
    },
  }),
  defineRule({
    id: 'kubelet-rbac-too-wide',
    subject: 'What the kubelet lets tbot do',
    since: '0.1.0',
    severity: 'warning',
    title: "tbot's access to the kubelet is too broad",
    found: 'the ClusterRole of tbot has {resource}',
    why: 'nodes/proxy also opens exec into every container through the kubelet; pods and nodes are not used.',
    fix: `grant get on nodes/pods only, which kubelets of Kubernetes ${RELEASE_FACTS.kubeletAuthorizesPods} know`,
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbotPods(), clusterRole('nodes/proxy')),
    right: stream(tbotPods(), clusterRole('nodes/pods')),
    check(context, report) {
      if (!context.target.kubeletAuthorizesPods) return;
      const roles = new Map<Manifest, readonly RoleRule[]>();
      for (const { workload } of attesting(context)) {
        for (const { rules, to } of grantsOf(context.manifests, 'ClusterRoleBinding', workload)) {
          if (rules[0] && to !== 'everybody') roles.set(rules[0].role, rules);
        }
      }
      for (const { role, pointer, body } of [...roles.values()].flat()) {
        const wide = WIDE.find((one) => allows(body, EXEC_VERBS, [one]));
        if (wide !== undefined) report(role, pointer, { resource: wide });
      }
    },
  }),
];
