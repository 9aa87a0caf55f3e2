import { checkFiles, type Finding } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const KUSTOMIZATION = 'resources: [objects.yaml]\n';
const SERVICE_ACCOUNT = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n';
const BINDING =
  'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: web}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: web}\nsubjects: [{kind: ServiceAccount, name: web}]\n';

function findings(rule: string, files: Readonly<Record<string, string>>, complete = false): readonly Finding[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  return checkFiles(inputs, { rules: [rule], complete });
}

function found(rule: string, files: Readonly<Record<string, string>>): readonly string[] {
  return findings(rule, files).map(({ location }) => location.file);
}

function severities(rule: string, files: Readonly<Record<string, string>>, complete = false): readonly string[] {
  return findings(rule, files, complete).map(({ location, severity }) => `${severity} ${location.file}`);
}

describe('objects of one name', () => {
  test('may be in two kustomizations, which are built apart', () => {
    expect(
      found('dup-names-and-keys', {
        'base/kustomization.yaml': KUSTOMIZATION,
        'base/objects.yaml': SERVICE_ACCOUNT,
        'overlay/kustomization.yaml': KUSTOMIZATION,
        'overlay/objects.yaml': SERVICE_ACCOUNT,
        'plain/objects.yaml': SERVICE_ACCOUNT,
      }),
    ).toEqual([]);
  });

  test('may not be twice in one of them, whatever comes between', () => {
    const files = {
      'base/kustomization.yaml': 'resources: [objects.yaml, ./more.yaml]\n',
      'base/objects.yaml': SERVICE_ACCOUNT,
      'plain/objects.yaml': SERVICE_ACCOUNT,
      'base/more.yaml': SERVICE_ACCOUNT,
    };
    expect(severities('dup-names-and-keys', files)).toEqual(['error base/more.yaml']);
  });

  test('may not be twice in one file', () => {
    const files = { 'a.yaml': SERVICE_ACCOUNT, 'b.yaml': `${SERVICE_ACCOUNT}---\n${SERVICE_ACCOUNT}` };
    expect(severities('dup-names-and-keys', files)).toEqual(['error b.yaml']);
  });

  test('may be in files for namespaces of their own, also where the objects differ', () => {
    const labelled = SERVICE_ACCOUNT.replace('name: web', 'name: web, labels: {a: b}');
    expect(found('dup-names-and-keys', { 'alpha.yaml': SERVICE_ACCOUNT, 'beta.yaml': labelled })).toEqual([]);
  });

  test('may be copies of one object, and differing ones in two files are likely a mistake, surely if all is there', () => {
    const inShop = SERVICE_ACCOUNT.replace('name: web', 'name: web, namespace: shop');
    const labelled = inShop.replace('name: web', 'name: web, labels: {a: b}');
    expect(found('dup-names-and-keys', { 'a.yaml': inShop, 'b/a.yaml': inShop })).toEqual([]);
    const files = { 'a.yaml': inShop, 'b/a.yaml': labelled };
    expect(severities('dup-names-and-keys', files)).toEqual(['warning b/a.yaml']);
    expect(severities('dup-names-and-keys', files, true)).toEqual(['error b/a.yaml']);
  });

  test('may differ in two files if they are of no namespace by nature only as a likely mistake', () => {
    const role = (rules: string) =>
      `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: a}\n${rules}`;
    const files = { 'a.yaml': role('rules: []\n'), 'b.yaml': role('aggregationRule: {}\n') };
    expect(severities('dup-names-and-keys', files)).toEqual(['warning b.yaml']);
  });
});

describe('the namespace of objects', () => {
  const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: pipes}
spec: {rules: [{from: [{source: {principals: [cluster.local/ns/pipes/sa/web]}}]}]}
`;
  const files = (kustomization: string) => ({
    'base/kustomization.yaml': KUSTOMIZATION,
    'base/objects.yaml': SERVICE_ACCOUNT,
    'overlay/kustomization.yaml': `${kustomization}resources: [../base, policy.yaml]\n`,
    'overlay/policy.yaml': POLICY,
  });
  const rule = 'principal-without-service-account';

  test('is what the outermost kustomization says that comes to the file', () => {
    const { manifests } = readManifests(
      Object.entries(files('namespace: pipes\n')).map(([file, text]) => ({ file, text })),
    );
    expect(manifests.ofKind('ServiceAccount')[0]?.namespace).toBe('pipes');
    expect(severities(rule, files('namespace: pipes\n'), true)).toEqual([]);
  });

  test('is open where two overlays build on one base: the account may be in either', () => {
    const more = {
      ...files('namespace: pipes\n'),
      'dev/kustomization.yaml': 'namespace: dev\nresources: [../base/]\n',
    };
    expect(severities(rule, more, true)).toEqual([]);
  });

  test('is not given to what is in no namespace', () => {
    const { manifests } = readManifests([
      { file: 'kustomization.yaml', text: `namespace: pipes\n${KUSTOMIZATION}` },
      { file: 'objects.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n' },
    ]);
    expect(manifests.ofKind('Namespace')[0]?.namespace).toBeUndefined();
  });
});

describe('what may be missing for lack of knowledge only', () => {
  const policy = (account: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: api, namespace: shop}
spec: {rules: [{from: [{source: {principals: [cluster.local/ns/shop/sa/${account}]}}]}]}
`;
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: front-end, namespace: shop}\n';
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: {name: sleep, namespace: shop}\nspec: {containers: [{name: a, image: b}]}\n';
  const rule = 'principal-without-service-account';

  test('an account that a chart or another cluster may have is not a finding, and an error if all is there', () => {
    const files = { 'a.yaml': account, 'b.yaml': policy('prometheus') };
    expect(severities(rule, files)).toEqual([]);
    expect(severities(rule, files, true)).toEqual(['error b.yaml']);
  });

  test('a slip, and a workload of that name with another account, are likely mistakes', () => {
    expect(severities(rule, { 'a.yaml': account, 'b.yaml': policy('frontend') })).toEqual(['warning b.yaml']);
    expect(severities(rule, { 'a.yaml': pod, 'b.yaml': policy('sleep') })).toEqual(['warning b.yaml']);
  });

  test('an account that a kustomization may still rename is not a finding', () => {
    const files = {
      'base/kustomization.yaml': KUSTOMIZATION,
      'base/objects.yaml': SERVICE_ACCOUNT,
      'a.yaml': account,
      'b.yaml': policy('shop-web'),
    };
    expect(severities(rule, files, true)).toEqual([]);
  });

  test('accounts of trust domains that the mesh accepts are not looked for, and are not foreign', () => {
    const mesh = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  meshConfig:
    trustDomain: east.local
    caCertificates: [{spiffeBundleUrl: "https://west.example", trustDomains: [west.local]}]
`;
    const files = (domain: string) => ({
      'a.yaml': account,
      'b.yaml': policy('frontend').replace('cluster.local', domain),
      'mesh.yaml': mesh,
    });
    expect(severities(rule, files('west.local'))).toEqual([]);
    expect(severities(rule, files('east.local'))).toEqual(['warning b.yaml']);
    expect(severities('principal-foreign-trust-domain', files('west.local'))).toEqual([]);
    expect(severities('principal-foreign-trust-domain', files('north.local'))).toEqual(['error b.yaml']);
  });

  test('a role of Teleport itself exists everywhere, and another one only if somebody says that all is there', () => {
    const bot = (role: string) => `kind: bot\nversion: v1\nmetadata: {name: mesh}\nspec: {roles: [${role}]}\n`;
    const role = 'kind: role\nversion: v7\nmetadata: {name: mesh-issuer}\nspec: {}\n';
    expect(severities('bot-wiring', { 'a.yaml': bot('access'), 'b.yaml': role }, true)).toEqual([]);
    expect(severities('bot-wiring', { 'a.yaml': bot('other'), 'b.yaml': role }, true)).toEqual(['error a.yaml']);
    expect(severities('bot-wiring', { 'a.yaml': bot('other'), 'b.yaml': role })).toEqual(['warning a.yaml']);
  });
});

test('the namespace of an account may be left to kustomize, and to nobody else', () => {
  expect(
    found('subject-namespace', {
      'base/kustomization.yaml': KUSTOMIZATION,
      'base/objects.yaml': BINDING,
      'plain/objects.yaml': BINDING,
    }),
  ).toEqual(['plain/objects.yaml']);
});

test('a patch, and what kustomize may complete, are not held to what an object needs', () => {
  const patch = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n';
  expect(
    found('invalid-value', {
      'overlay/kustomization.yaml': 'patches: [{path: patch.yaml}]',
      'overlay/patch.yaml': patch,
      'overlay/other.yaml': patch,
      'scripts/limits_patch.yaml': patch,
      'plain/other.yaml': patch,
    }),
  ).toEqual(['plain/other.yaml', 'plain/other.yaml']);
});
