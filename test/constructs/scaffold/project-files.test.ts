import { projectFiles } from '../../../lib/constructs/scaffold/project-files';
import { DEFAULT_PROJECT, type ProjectOptions } from '../../../lib/constructs/scaffold/project-options';

const DEPENDENCIES = { runtime: { 'cdk8s-teleport-istio': '^1.0.0' }, development: { typescript: '^7.0.0' } };
const files = (options: Partial<ProjectOptions> = {}, name = 'demo') =>
  projectFiles(name, { ...DEFAULT_PROJECT, ...options }, DEPENDENCIES);
const main = (options: Partial<ProjectOptions>) => files(options).get('main.ts') ?? '';

test.each([
  [{ address: 'acme.teleport.sh' }, "TeleportCluster.cloud('acme.teleport.sh')"],
  [{ address: 'acme.teleport.sh:443' }, "TeleportCluster.cloud('acme.teleport.sh')"],
  [
    { address: 'teleport.acme.com' },
    "TeleportCluster.selfHosted({ name: 'teleport.acme.com', proxyAddress: 'teleport.acme.com:443' })",
  ],
  [
    { address: 'teleport.acme.com:3080' },
    "TeleportCluster.selfHosted({ name: 'teleport.acme.com', proxyAddress: 'teleport.acme.com:3080' })",
  ],
  [
    { address: 'teleport.acme.com', clusterName: 'acme' },
    "TeleportCluster.selfHosted({ name: 'acme', proxyAddress: 'teleport.acme.com:443' })",
  ],
  [{ join: 'oidc', issuer: 'https://issuer.acme.com' } as const, "KubernetesJoin.oidc('https://issuer.acme.com')"],
  [{ join: 'in_cluster', address: 'teleport.acme.com' } as const, 'KubernetesJoin.inCluster()'],
  [{ delivery: 'hostPath' } as const, 'WorkloadApiSocket.hostPath()'],
  [{ istio: '1.29.2' }, "istio: { version: '1.29.2'"],
  [{ kubernetes: '1.31' }, "kubernetes: { version: '1.31' }"],
  [{ namespaces: ['shop', 'back-office'] }, "backOfficeNamespace = new MeshNamespace(app, 'back-office'"],
  [{ namespaces: ['1st'] }, "n1stNamespace = new MeshNamespace(app, '1st'"],
])('%j is written into main.ts', (options, expected) => {
  expect(main(options)).toContain(expected);
});

test.each([
  [{ address: 'https://teleport.acme.com' }, 'has a scheme'],
  [{ address: "a'b.example.com" }, 'not allowed'],
  [{ address: 'acme' }, '"acme.teleport.sh" for a Cloud tenant'],
  [{ address: 'acme:443' }, '"acme.teleport.sh" for a Cloud tenant'],
  [{ address: 'acme.teleport.sh', clusterName: 'acme' }, 'a Cloud tenant has a different cluster name'],
  [{ address: 'teleport.acme.com', clusterName: "a'b" }, 'not'],
  [{ join: 'oidc' } as const, 'needs an issuer'],
  [{ join: 'oidc', issuer: 'http://issuer.acme.com' } as const, 'not a valid https URL'],
  [{ join: 'in_cluster' } as const, 'Teleport Cloud'],
  [{ istio: '1.27' }, 'does not support the Istio release'],
  [{ istio: 'v1.31' }, 'does not support the Istio release'],
  [{ istio: 'latest' }, 'does not support the Istio release'],
  [{ kubernetes: 'new' }, 'not a release number'],
  [{ namespaces: [] }, 'no namespace'],
  [{ namespaces: ['Shop'] }, 'not a valid namespace name'],
  [{ namespaces: ["a'; evil()"] }, 'not a valid namespace name'],
  [{ namespaces: ['shop', 'shop'] }, 'already used'],
  [{ namespaces: ['istio-system'] }, 'already used'],
  [{ namespaces: ['mesh'] }, 'already used'],
])('%j is refused before anything is written', (options, problem) => {
  expect(() => files(options)).toThrow(problem);
});

test.each([
  ['demo', 'demo'],
  ['My Mesh', 'my-mesh'],
  ['.hidden', 'hidden'],
  ['ü', 'mesh'],
])('a directory called %j makes a package that npm accepts', (folder, expected) => {
  expect(JSON.parse(files({}, folder).get('package.json') ?? '').name).toBe(expected);
});

test('keys are asked for only where they are used', () => {
  expect(files().get('README.md')).toContain('jwks.json');
  expect(files({ join: 'oidc', issuer: 'https://a.example' }).get('README.md')).not.toContain('jwks.json');
  expect(main({ join: 'oidc', issuer: 'https://a.example' })).not.toMatch(/Jwks|existsSync/);
});
