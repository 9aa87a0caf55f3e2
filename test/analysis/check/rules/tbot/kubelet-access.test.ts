import { checkFiles } from '../../../../../lib/check';

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
const TURNED_AWAY = ['ServiceAccount tp/tbot may not read the pods of any kubelet'];
const NAMESPACE = group('system:serviceaccounts:tp');
const proxy = (more: string) => role(`apiGroups: [""], resources: [nodes/proxy], ${more}`);

test.each([
  ['a role that is about something else', [role(PODS), binding('kubelet')]],
  ['a role for another verb', [role('apiGroups: [""], resources: [nodes/pods], verbs: [list]'), binding('kubelet')]],
  [
    'a role for another API group',
    [role('apiGroups: [metrics.k8s.io], resources: [nodes/*], verbs: [get]'), binding('kubelet')],
  ],
  [
    'an asterisk for subresources, which RBAC does not know',
    [role('apiGroups: [""], resources: ["nodes/*"], verbs: [get]'), binding('kubelet')],
  ],
  [
    'a role for another verb of the kubelet, for its namespace',
    [proxy('verbs: [create]'), binding('kubelet', NAMESPACE)],
  ],
  [
    'a role for the kubelet in another API group, for its namespace',
    [role('apiGroups: [v1], resources: [nodes/pods], verbs: [get]'), binding('kubelet', NAMESPACE)],
  ],
  ['a RoleBinding, as nodes are in no namespace', [role(NODES_PODS), binding('kubelet', OWN, 'RoleBinding')]],
])('%s does not open the kubelet', (_, documents) => {
  expect(says([tbot(), ...documents])).toEqual(TURNED_AWAY);
});

test.each([
  ['nodes/pods', [role(NODES_PODS), binding('kubelet')]],
  ['every resource', [role('apiGroups: ["*"], resources: ["*"], verbs: ["*"]'), binding('kubelet')]],
  ['a list of names that is empty', [proxy('verbs: [get], resourceNames: []'), binding('kubelet')]],
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
  ['a role of its namespace for something else', [role(PODS), binding('kubelet', NAMESPACE)]],
  [
    "a role of its namespace for the kubelet's metrics",
    [role('apiGroups: [""], resources: [nodes/metrics], verbs: [get]'), binding('kubelet', NAMESPACE)],
  ],
  [
    'a role everybody has for another verb of the kubelet',
    [proxy('verbs: [create]'), binding('kubelet', group('system:authenticated'))],
  ],
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

describe('a role for the kubelets of named nodes', () => {
  const named = proxy('verbs: [get], resourceNames: [n1]');
  const onNodes = (constraint: string) =>
    tbot().replace('serviceAccountName:', `${constraint}\n      serviceAccountName:`);

  test.each([
    ['bound to the account', OWN],
    ['bound to its namespace', NAMESPACE],
  ])('%s leaves the kubelets of the others closed', (_, subject) => {
    expect(says([tbot(), named, binding('kubelet', subject)])).toEqual([
      'ServiceAccount tp/tbot may not read the pods of kubelets its roles do not name',
    ]);
  });

  test('is enough beside a role for all of them', () => {
    const all = role(NODES_PODS, 'all');
    const second = binding('all').replace('{name: b}', '{name: c}');
    expect(says([tbot(), named, binding('kubelet'), all, second])).toEqual([]);
  });

  test.each(['nodeName: n1', 'nodeSelector: {kubernetes.io/hostname: n1}', 'affinity: {nodeAffinity: {}}'])(
    'may be enough for pods with %s',
    (constraint) => {
      expect(says([onNodes(constraint), named, binding('kubelet')], true)).toEqual([]);
    },
  );
});

describe('a right that is too wide', () => {
  const wide = (rule: string, subject = OWN) =>
    says([tbot(), role(rule), binding('kubelet', subject)], false, 'kubelet-rbac-too-wide');
  const PROXY = 'apiGroups: [""], resources: [nodes/proxy], verbs: [get]';
  const ALL = 'apiGroups: ["*"], resources: ["*"], verbs: ["*"]';

  test.each([
    ['nodes/proxy of the account', PROXY, OWN],
    ['nodes/proxy of the account, to post', PROXY.replace('get', 'create'), OWN],
    ['nodes/proxy of its namespace', PROXY, NAMESPACE],
    ['everything, of its namespace', ALL, NAMESPACE],
    ['everything, of its namespace and itself', ALL, `${NAMESPACE}, ${OWN}`],
  ])('is %s', (_, rule, subject) => {
    expect(wide(rule, subject)).toHaveLength(1);
  });

  test.each([
    ["what is another group's", ALL, group('system:masters')],
    ['what is not for tbot but for everybody', ALL, group('system:authenticated')],
    ['everything of another API', 'apiGroups: [apps], resources: ["*"], verbs: ["*"]', NAMESPACE],
    ['what can only be listed', 'apiGroups: ["*"], resources: ["*"], verbs: [list, watch]', NAMESPACE],
    ['nodes/pods', NODES_PODS, NAMESPACE],
  ])('is not %s', (_, rule, subject) => {
    expect(wide(rule, subject)).toEqual([]);
  });

  test('is reported once, however often it is bound', () => {
    const second = binding('kubelet', NAMESPACE).replace('{name: b}', '{name: c}');
    expect(says([tbot(), role(ALL), binding('kubelet'), second], false, 'kubelet-rbac-too-wide')).toHaveLength(1);
  });
});
