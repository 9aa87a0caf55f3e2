import { checkFiles } from '../../../lib/check';

const tbot = (kubelet = '{}') => `apiVersion: v1
kind: ConfigMap
metadata: {name: tbot, namespace: tp}
data:
  tbot.yaml: |
    version: v2
    proxy_server: example.teleport.sh:443
    services:
      - type: workload-identity-api
        listen: unix:///run/tbot/sockets/workload.sock
        selector: {name: mesh}
        attestors: {kubernetes: {enabled: true, kubelet: ${kubelet}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tbot, namespace: tp}
spec:
  selector: {matchLabels: {app: tbot}}
  template:
    metadata: {labels: {app: tbot}}
    spec:
      serviceAccountName: tbot
      containers: [{name: tbot, image: "public.ecr.aws/gravitational/tbot-distroless:18.7.3"}]
      volumes: [{name: config, configMap: {name: tbot}}]
`;

const role = (rule: string, name = 'kubelet', more = '') =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: ${name}}\n${more}rules: [{${rule}}]\n`;
const NODES_PODS = 'apiGroups: [""], resources: [nodes/pods], verbs: [get]';
const PODS = 'apiGroups: [""], resources: [pods], verbs: [get]';

const OWN = '{kind: ServiceAccount, name: tbot, namespace: tp}';
const group = (name: string) => `{kind: Group, apiGroup: rbac.authorization.k8s.io, name: "${name}"}`;
const binding = (roleName: string, subject = OWN, kind = 'ClusterRoleBinding') =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata: {name: b${kind === 'RoleBinding' ? ', namespace: tp' : ''}}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${roleName}"}\nsubjects: [${subject}]\n`;

const says = (documents: readonly string[], complete = false, rule = 'kubelet-rbac') =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: [rule], complete }).map(
    ({ found }) => found,
  );
const TURNED_AWAY = ["ServiceAccount tp/tbot may not read the kubelet's pods"];

test.each([
  ['a role that is about something else', [role(PODS), binding('kubelet')]],
  ['a role for another verb', [role('apiGroups: [""], resources: [nodes/pods], verbs: [list]'), binding('kubelet')]],
  [
    'a role for another API group',
    [role('apiGroups: [metrics.k8s.io], resources: [nodes/*], verbs: [get]'), binding('kubelet')],
  ],
  ['a RoleBinding, as nodes are in no namespace', [role(NODES_PODS), binding('kubelet', OWN, 'RoleBinding')]],
])('%s does not open the kubelet', (_, documents) => {
  expect(says([tbot(), ...documents])).toEqual(TURNED_AWAY);
});

test.each([
  ['nodes/pods', [role(NODES_PODS), binding('kubelet')]],
  ['every subresource of nodes', [role('apiGroups: ["*"], resources: ["nodes/*"], verbs: ["*"]'), binding('kubelet')]],
  ['the role Kubernetes has for kubelet clients', [binding('system:kubelet-api-admin')]],
  ['the role of administrators', [binding('cluster-admin')]],
  ["the group of its namespace's accounts", [role(NODES_PODS), binding('kubelet', group('system:serviceaccounts:tp'))]],
  ['the group of all accounts', [role(NODES_PODS), binding('kubelet', group('system:serviceaccounts'))]],
  ['the group of all users', [role(NODES_PODS), binding('kubelet', group('system:authenticated'))]],
  ['its name as a user', [role(NODES_PODS), binding('kubelet', '{kind: User, name: "system:serviceaccount:tp:tbot"}')]],
  ['a role that a controller fills', [role(PODS, 'kubelet', 'aggregationRule: {}\n'), binding('kubelet')]],
])('%s opens it', (_, documents) => {
  expect(says([tbot(), ...documents])).toEqual([]);
  expect(says([tbot(), ...documents], true)).toEqual([]);
});

test.each([
  ['a role of the account that is not among the files', [binding('kubelet')]],
  ["somebody else's binding", [role(PODS), binding('kubelet', '{kind: ServiceAccount, name: other, namespace: tp}')]],
  ['a binding of a group of another namespace', [role(PODS), binding('kubelet', group('system:serviceaccounts:shop'))]],
  ['a role everybody has', [role(PODS), binding('kubelet', group('system:authenticated'))]],
  ['a RoleBinding for something else', [role(PODS), binding('kubelet', OWN, 'RoleBinding')]],
  ['no binding at all', []],
])('%s says nothing about tbot, unless the files are all there is', (_, documents) => {
  expect(says([tbot(), ...documents])).toEqual([]);
  expect(says([tbot(), ...documents], true)).toEqual(TURNED_AWAY);
});

test.each(['{read_only_port: 10255}', '{anonymous: true}'])('with %s no account is asked for', (kubelet) => {
  expect(says([tbot(kubelet), role(PODS), binding('kubelet')], true)).toEqual([]);
});

test('only what is bound to tbot itself can be too wide for it', () => {
  const wide = role('apiGroups: [""], resources: [nodes/proxy], verbs: [get]');
  expect(says([tbot(), wide, binding('kubelet')], false, 'kubelet-rbac-too-wide')).toHaveLength(1);
  expect(says([tbot(), wide, binding('kubelet', group('system:masters'))], false, 'kubelet-rbac-too-wide')).toEqual([]);
});
