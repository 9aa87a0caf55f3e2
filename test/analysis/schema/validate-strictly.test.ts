import { type StrictViolation, validateStrictly } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';

function validate(text: string, target?: Target): readonly StrictViolation[] {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return manifests.all.filter(({ container }) => !container).flatMap((manifest) => validateStrictly(manifest, target));
}

const unknown = (pointer: string, meant?: string) => ({
  type: 'unknown-field',
  pointer,
  field: pointer.split('/').at(-1),
  meant,
});

const deployment = (container: string, spec = 'selector: {matchLabels: {app: a}}') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: shop}
spec:
  ${spec}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers: [{name: a, ${container}}]
`;

test.each([
  [
    'a core kind',
    deployment('image: a, imagePullPolcy: Always'),
    [unknown('/spec/template/spec/containers/0/imagePullPolcy', 'imagePullPolicy')],
  ],
  [
    'metadata',
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, label: {a: b}}',
    [unknown('/metadata/label', 'labels')],
  ],
  ['the top level', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspecs: {}', [unknown('/specs', 'spec')]],
  [
    'an Istio kind',
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {acton: DENY}',
    [unknown('/spec/acton', 'action')],
  ],
  [
    'a deep field of an Istio kind',
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {rules: [{from: [{source: {principal: [a]}}]}]}',
    [unknown('/spec/rules/0/from/0/source/principal', 'principals')],
  ],
  [
    'a Teleport custom resource',
    'apiVersion: resources.teleport.dev/v1\nkind: TeleportBotV1\nmetadata: {name: a}\nspec: {role: [a]}',
    [unknown('/spec/role', 'roles')],
  ],
  [
    'a resource for tctl',
    'kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {path: /a}}',
    [unknown('/spec/spiffe/path', undefined)],
  ],
  [
    'a role for tctl',
    'kind: role\nversion: v7\nmetadata: {name: a}\nspec: {alow: {}}',
    [unknown('/spec/alow', 'allow')],
  ],
  [
    "tbot's configuration",
    'version: v2\nproxy_server: a:443\nservices: [{type: workload-identity-api, listen: "unix:///a/b", selector: {name: a}, attestor: {}}]',
    [unknown('/services/0/attestor', 'attestors')],
  ],
  [
    'an IstioOperator',
    'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec: {meshconfig: {}}',
    [unknown('/spec/meshconfig', 'meshConfig')],
  ],
])('an unknown field in %s is found, with the one that was meant', (_, text, expected) => {
  expect(validate(text)).toEqual(expected);
});

const problems = (text: string, target?: Target) =>
  validate(text, target).map((one) => (one.type === 'invalid-value' ? `${one.pointer} ${one.problem}` : one.type));

test.each([
  [deployment('image: 7'), '/spec/template/spec/containers/0/image is the number 7, not a string'],
  [deployment('image: a', 'replicas: "2"\n  selector: {}'), '/spec/replicas is the string "2", not an integer'],
  [deployment('image: a', 'replicas: 1'), '/spec has no selector, which is required'],
  [
    'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec: {mtls: {mode: strict}}',
    '/spec/mtls/mode is "strict" (allowed: UNSET, DISABLE, PERMISSIVE, STRICT)',
  ],
  [
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {rules: [{from: [{source: {principals: a}}]}]}',
    '/spec/rules/0/from/0/source/principals is the string "a", not a list',
  ],
  [
    'version: v2\nproxy_server: a:443\nservices: [{type: workload-identity-apl}]',
    '/services/0 has the unknown type "workload-identity-apl", did you mean "workload-identity-api"?',
  ],
  [
    'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: {host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}}}',
    '/spec/trafficPolicy/loadBalancer must have at most one of simple, consistentHash',
  ],
  [
    deployment('image: a, imagePullPolicy: Allways'),
    '/spec/template/spec/containers/0/imagePullPolicy is "Allways" (allowed: Always, IfNotPresent, Never)',
  ],
  [
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: Loadbalancer}',
    '/spec/type is "Loadbalancer" (allowed: ClusterIP, NodePort, LoadBalancer, ExternalName)',
  ],
  [
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, protocol: tcp}]}',
    '/spec/ports/0/protocol is "tcp" (allowed: TCP, UDP, SCTP)',
  ],
  [
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {restartPolicy: always, containers: [{name: a}]}',
    '/spec/restartPolicy is "always" (allowed: Always, OnFailure, Never)',
  ],
  [
    'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {rules: [{http: {paths: [{path: /, pathType: "", backend: {}}]}}]}',
    '/spec/rules/0/http/paths/0/pathType is "" (allowed: Exact, Prefix, ImplementationSpecific)',
  ],
  [
    'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a}\nspec: {updateStrategy: {type: Recreate}, selector: {}, template: {}}',
    '/spec/updateStrategy/type is "Recreate" (allowed: RollingUpdate, OnDelete)',
  ],
  [
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a}\nroleRef: {kind: Clusterrole, name: a}',
    '/roleRef/kind is "Clusterrole" (allowed: Role, ClusterRole)',
  ],
  [
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}, policyTypes: [Ingress, Ingres]}',
    '/spec/policyTypes/1 is "Ingres" (allowed: Ingress, Egress)',
  ],
  ['kind: workload_identity\nversion: v2\nmetadata: {name: a}\nspec: {}', '/version is "v2" (allowed: v1)'],
  ['kind: token\nversion: v9\nmetadata: {name: a}\nspec: {roles: [Bot]}', '/version is "v9" (allowed: v2)'],
  [
    'kind: token\nversion: v2\nmetadata: {name: a}\nspec: {kubernetes: {type: in_clustr}}',
    '/spec/kubernetes/type is "in_clustr" (allowed: in_cluster, static_jwks, oidc)',
  ],
])('a value that cannot be is found', (text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test.each([
  ['a Deployment', deployment('image: a, ports: [{containerPort: 80}], resources: {limits: {cpu: 1, memory: 1Gi}}')],
  ['null as absence', deployment('image: a, command: null')],
  [
    'ports by number or name',
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: web}, {port: 81, targetPort: 8080}]}',
  ],
  ['a status', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\nstatus: {anything: true}'],
  [
    'an older served version',
    'apiVersion: security.istio.io/v1beta1\nkind: PeerAuthentication\nmetadata: {name: a}\nspec: {mtls: {mode: STRICT}}',
  ],
  [
    'an empty text where the API server fills in a value',
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: "", ports: [{port: 80, protocol: ""}]}',
  ],
  [
    'a join token of another method',
    'kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Node], join_method: ec2, allow: [{aws_account: "1"}]}',
  ],
  ['an older role', 'kind: role\nversion: v5\nmetadata: {name: a}\nspec: {allow: {}}'],
  ['a federation', 'kind: spiffe_federation\nversion: v1\nmetadata: {name: a}\nspec: {anything: 1}'],
  [
    'a kind of another maker',
    'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {anything: 1}',
  ],
  ['a core kind we have no schema of', 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: a}\nsubsets: []'],
  [
    'a join token of each kind',
    'kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {type: oidc, oidc: {issuer: "https://a"}, allow: [{service_account: "a:b"}]}}',
  ],
])('%s is sound', (_, text) => {
  expect(validate(text)).toEqual([]);
});

test('a kind or version that Istio does not have is found, with the one that was meant', () => {
  const text = (apiVersion: string, kind: string) =>
    `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {}`;
  expect(validate(text('security.istio.io/v2', 'PeerAuthentication'))).toEqual([
    { type: 'unknown-kind', pointer: '/apiVersion', meant: 'security.istio.io/v1/PeerAuthentication' },
  ]);
  expect(validate(text('security.istio.io/v1', 'PeerAuthentification'))).toMatchObject([
    { pointer: '/kind', meant: 'security.istio.io/v1/PeerAuthentication' },
  ]);
});

test('join methods are those of tokens', () => {
  const text = (method: string) => `kind: token\nversion: v2\nmetadata: {name: a}\nspec: {join_method: ${method}}`;
  expect(problems(text('kubernetess'))).toEqual([
    expect.stringMatching(/^\/spec\/join_method is "kubernetess" \(allowed/),
  ]);
  for (const method of ['kubernetes', 'iam', 'env0', 'bound_keypair', '""']) expect(problems(text(method))).toEqual([]);
});

test.each([
  ['bott', 'bot'],
  ['Role', 'role'],
  ['workload_identitty', 'workload_identity'],
  ['spiffe_federaton', 'spiffe_federation'],
])('a slip in a kind for tctl is found: %s', (kind, meant) => {
  expect(validate(`kind: ${kind}\nversion: v1\nmetadata: {name: a}\nspec: {}`)).toEqual([
    { type: 'unknown-kind', pointer: '/kind', meant },
  ]);
});

test.each([
  ['v1', 'TeleportWorkloadIdentity', '/kind', 'resources.teleport.dev/v1/TeleportWorkloadIdentityV1'],
  ['v1', 'TeleportBot', '/kind', 'resources.teleport.dev/v1/TeleportBotV1'],
  ['v2', 'TeleportProvisionTokenV2', '/kind', 'resources.teleport.dev/v2/TeleportProvisionToken'],
  ['v1', 'TeleportProvisionToken', '/apiVersion', 'resources.teleport.dev/v2/TeleportProvisionToken'],
])("the operator's %s/%s is found, with the one that was meant", (version, kind, pointer, meant) => {
  const text = `apiVersion: resources.teleport.dev/${version}\nkind: ${kind}\nmetadata: {name: a}\nspec: {}`;
  expect(validate(text)).toEqual([{ type: 'unknown-kind', pointer, meant }]);
});

test.each([
  ...['TeleportRole', 'TeleportRoleV6', 'TeleportRoleV9', 'TeleportRoleV10', 'TeleportUser', 'TeleportAppV3'],
  ...['TeleportLockV2', 'TeleportScopedTokenV1', 'TeleportScopedRoleV1', 'TeleportGithubConnector'],
])('the operator has more kinds than we know: %s', (kind) => {
  expect(validate(`apiVersion: resources.teleport.dev/v1\nkind: ${kind}\nmetadata: {name: a}\nspec: {a: 1}`)).toEqual(
    [],
  );
});

test('fields are those of the target release', () => {
  const text =
    'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a}\nspec: {rules: [{from: [{source: {trustDomains: [a]}}]}]}';
  expect(problems(text, Target.of({ istio: '1.29' }))).toEqual(['unknown-field']);
  expect(problems(text, Target.of({ istio: '1.30' }))).toEqual([]);
});

test('keys named like what every object has are unknown fields, not known ones', () => {
  expect(
    problems('apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {constructor: 1, __proto__: 1, toString: 1}'),
  ).toEqual(['unknown-field', 'unknown-field', 'unknown-field']);
});

test('fields that the API server fills in may be missing, whatever the published definitions say', () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: {name: a, namespace: shop}
spec:
  podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}
  template: {spec: {containers: [{name: a, image: a, resizePolicy: [{resourceName: cpu}]}]}}
`;
  const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a, namespace: shop}
roleRef: {kind: Role, name: a}
`;
  expect(validate(`${job}---\n${binding}`)).toEqual([]);
});

test('choices in a resource for tctl may be booleans, which the operator’s objects may not', () => {
  const spec = '{options: {require_session_mfa: yes, create_host_user_mode: off}, allow: {}}';
  expect(validate(`kind: role\nversion: v7\nmetadata: {name: a}\nspec: ${spec}`)).toEqual([]);
  const custom = `apiVersion: resources.teleport.dev/v1\nkind: TeleportRoleV7\nmetadata: {name: a}\nspec: ${spec}`;
  expect(validate(custom)).toMatchObject([
    { type: 'invalid-value', pointer: '/spec/options/require_session_mfa' },
    { type: 'invalid-value', pointer: '/spec/options/create_host_user_mode' },
  ]);
});

test.each([
  ['1e3', '1000'],
  ['-1.5', '-1.5'],
])('the number %s is called by its name', (number, name) => {
  expect(problems(deployment(`image: ${number}`))).toEqual([
    `/spec/template/spec/containers/0/image is the number ${name}, not a string`,
  ]);
});

test('a list that has to have an entry and has none is called empty', () => {
  const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: a, namespace: shop}
spec: {gatewayClassName: istio, listeners: []}
`;
  expect(validate(gateway)).toMatchObject([{ pointer: '/spec/listeners', code: 'too-few', problem: 'is empty' }]);
});
