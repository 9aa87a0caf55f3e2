import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, Chart, Duration } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { load, loadAll } from 'js-yaml';
import {
  CredentialLifetime,
  IngressGateway,
  type IstioVersion,
  Jwks,
  KubeletTls,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  TeleportCluster,
  TeleportMesh,
  type TeleportMeshProps,
  WorkloadApiSocket,
} from '../../../lib';

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
type Document = any;

const TELEPORT = TeleportCluster.cloud('acme.teleport.sh');

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'mesh-'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true });
});

function makeMesh(props: Partial<TeleportMeshProps> = {}): { app: MeshApp; mesh: TeleportMesh } {
  const app = new MeshApp({ outdir });
  const mesh = new TeleportMesh(app, 'mesh', { teleport: TELEPORT, ...props });
  mesh.addNamespace('shop');
  return { app, mesh };
}

function documents(app: MeshApp, path: string): readonly Document[] {
  return loadAll(app.synthFiles().get(path) ?? '');
}

function find(documents: readonly Document[], kind: string): Document {
  return documents.find((document) => document.kind === kind);
}

const KEYS = Jwks.parse(JSON.stringify({ keys: [{ kty: 'RSA', kid: 'k', n: 'AQAB', e: 'AQAB', use: 'sig' }] }));

test('one value for the socket reaches tbot, the driver, the overlay and the proxies', () => {
  const socket = WorkloadApiSocket.csi({ directory: '/run/other', fileName: 'other.sock', driverName: 'csi.other.io' });
  const { app } = makeMesh({ socket });
  const mesh = documents(app, 'mesh.k8s.yaml');
  const [operator] = documents(app, 'istio/istio-operator.yaml');

  expect(find(mesh, 'ConfigMap').data['tbot.yaml']).toContain('listen: unix:///run/other/other.sock');
  expect(find(mesh, 'CSIDriver').metadata.name).toBe('csi.other.io');
  expect(operator.spec.meshConfig.defaultConfig.proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE).toBe('other.sock');
  expect(operator.spec.values.sidecarInjectorWebhook.templates.spire).toContain('driver: csi.other.io');
  for (const daemonSet of mesh.filter(({ kind }) => kind === 'DaemonSet')) {
    expect(daemonSet.spec.template.spec.volumes.map((v: Document) => v.hostPath?.path)).toContain('/run/other');
  }
});

test('with a host path there is no CSI driver, and pods mount the directory themselves', () => {
  const { app, mesh } = makeMesh({ socket: WorkloadApiSocket.hostPath() });
  const [operator] = documents(app, 'istio/istio-operator.yaml');

  expect(mesh.csiDriver).toBeUndefined();
  expect(find(documents(app, 'mesh.k8s.yaml'), 'CSIDriver')).toBeUndefined();
  expect(operator.spec.values.sidecarInjectorWebhook.templates.spire).toContain('path: /run/tbot/sockets');
});

test('a namespace is injected and allowed identities by being added, and by a workload being enrolled in it', () => {
  const { app, mesh } = makeMesh();
  const chart = new Chart(app, 'own');
  mesh.enroll(
    new Deployment(chart, 'web', { metadata: { name: 'web', namespace: 'own' }, containers: [{ image: 'web:1' }] }),
  );

  const [rule] = find(documents(app, 'teleport/teleport.yaml'), 'workload_identity').spec.rules.allow;
  expect(rule.conditions[1].in.values).toEqual(['own', 'shop']);
  const namespaces = documents(app, '00-namespaces.k8s.yaml');
  expect(namespaces.find(({ metadata }) => metadata.name === 'shop').metadata.labels).toMatchObject({
    'istio-injection': 'enabled',
  });
});

test('an enrolled workload has an account, the label and the annotation that give it a sidecar with the socket', () => {
  const { app, mesh } = makeMesh();
  const chart = new Chart(app, 'own');
  const object = new ApiObject(chart, 'web', {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web', namespace: 'own' },
    spec: { template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } } },
  });
  const enrolled = mesh.enroll(object);

  expect(String(enrolled.identity)).toBe('spiffe://acme.teleport.sh/ns/own/sa/web');
  const written = documents(app, 'own.k8s.yaml');
  expect(find(written, 'ServiceAccount').metadata).toMatchObject({ name: 'web', namespace: 'own' });
  expect(find(written, 'StatefulSet').spec.template).toMatchObject({
    metadata: {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: { 'inject.istio.io/templates': 'sidecar,spire' },
    },
    spec: { serviceAccountName: 'web' },
  });
});

test("the ingress gateway's namespace gets identities too: two CAs in one mesh cannot talk", () => {
  const gateway = IngressGateway.of({ namespace: 'ingress' });
  const { app } = makeMesh({ istio: { ingressGateway: gateway } });

  const [rule] = find(documents(app, 'teleport/teleport.yaml'), 'workload_identity').spec.rules.allow;
  expect(rule.conditions[1].in.values).toEqual(['ingress', 'shop']);
});

test('without a gateway none is written, and asking for it says how to get one', () => {
  const { app, mesh } = makeMesh();

  expect([...app.synthFiles().keys()]).not.toContain('istio/values-gateway.yaml');
  expect(() => mesh.ingressGateway).toThrow(/\[mesh\] the mesh has no ingress gateway.*ingressGateway: true/);
});

test('with the keys of the cluster the token is written, for the account tbot runs as', () => {
  const { app } = makeMesh({ join: KubernetesJoin.staticJwks(KEYS) });
  const written = documents(app, 'teleport/teleport.yaml');
  const daemonSet = documents(app, 'mesh.k8s.yaml').find(
    ({ metadata }) => metadata.name === 'tbot' && metadata.namespace,
  );
  const token = find(written, 'token');

  expect(written.map(({ kind }) => kind)).toEqual(['workload_identity', 'role', 'bot', 'token']);
  expect(token.spec.kubernetes.allow).toEqual([{ service_account: `${daemonSet.metadata.namespace}:tbot` }]);
  expect(JSON.parse(token.spec.kubernetes.static_jwks.jwks)).toEqual({ keys: [expect.objectContaining({ kid: 'k' })] });
});

test('without them all the rest is written, and the command that makes the token is printed', () => {
  const { app } = makeMesh();
  app.synth();

  expect(existsSync(join(outdir, 'teleport/teleport.yaml'))).toBe(true);
  const printed = (process.stderr.write as jest.Mock).mock.calls.join('');
  expect(printed).toContain('kubectl get --raw /openid/v1/jwks');
  expect(printed).toContain('--name istio-tbot-k8s-join --bot istio-tbot --service-account teleport-system:tbot');
});

test('in operator mode the Teleport resources are objects in the namespace of the operator', () => {
  const { app } = makeMesh({
    join: KubernetesJoin.staticJwks(KEYS),
    teleportResources: { kind: 'operator', namespace: 'teleport' },
  });
  const objects = documents(app, 'mesh.k8s.yaml').filter(({ apiVersion }) =>
    apiVersion.startsWith('resources.teleport.dev/'),
  );

  expect([...app.synthFiles().keys()]).not.toContain('teleport/teleport.yaml');
  expect(objects.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([
    ['TeleportWorkloadIdentityV1', 'teleport'],
    ['TeleportRoleV7', 'teleport'],
    ['TeleportBotV1', 'teleport'],
    ['TeleportProvisionToken', 'teleport'],
  ]);
});

test('two meshes that share a Teleport cluster keep their resources apart by name', () => {
  const { app } = makeMesh({ name: 'staging' });
  const names = documents(app, 'teleport/teleport.yaml').map(({ metadata }) => metadata.name);

  expect(names).toEqual(['staging-workloads', 'staging-workload-identity-issuer', 'staging-tbot']);
  const config: Document = load(find(documents(app, 'mesh.k8s.yaml'), 'ConfigMap').data['tbot.yaml']);
  expect(config.onboarding.token).toBe('staging-tbot-k8s-join');
  expect(config.services[0].selector.name).toBe('staging-workloads');
});

test('native sidecars are off while tbot cannot attest them, and left to Istio when it can', () => {
  const environment = (version: string): unknown =>
    documents(makeMesh({ tbot: { version } }).app, 'istio/istio-operator.yaml')[0].spec.values.pilot?.env;

  expect(environment('18.6.4')).toEqual({ ENABLE_NATIVE_SIDECARS: 'false' });
  expect(environment('18.11.10')).toBeUndefined();
});

test('objects are public, and patches to them survive', () => {
  const { app, mesh } = makeMesh();
  mesh.tbot.daemonSet.addJsonPatch({
    _toJson: () => ({ op: 'add', path: '/spec/template/spec/future', value: 1 }),
  } as never);

  expect(find(documents(app, 'mesh.k8s.yaml'), 'DaemonSet').spec.template.spec.future).toBe(1);
});

describe('wrong values are refused before anything is written', () => {
  const shop = (app: MeshApp, mesh: TeleportMesh) => new MeshNamespace(app, 'shop-2', { mesh });

  test.each<[string, RegExp, () => unknown]>([
    [
      'a trust domain with a port',
      /must not have a user or a port: ":443"/,
      () => TeleportCluster.cloud('acme.teleport.sh:443'),
    ],
    [
      'a trust domain with a scheme',
      /must not have a scheme: "https:\/\/"/,
      () => TeleportCluster.cloud('https://acme.teleport.sh'),
    ],
    ['a trust domain with an underscore', /acme_1\.teleport\.sh/, () => TeleportCluster.cloud('acme_1.teleport.sh')],
    [
      'a trust domain with upper-case letters',
      /must not have upper-case letters.*write "acme/,
      () => TeleportCluster.cloud('Acme.teleport.sh'),
    ],
    [
      'a proxy address without a port',
      /has no valid port.*: "teleport\.acme\.io".*"teleport\.acme\.io:443"/,
      () => TeleportCluster.selfHosted({ name: 'acme.io', proxyAddress: 'teleport.acme.io' }),
    ],
    [
      'a proxy address with a scheme',
      /has a scheme.*remove "https:\/\/"/,
      () => TeleportCluster.selfHosted({ name: 'acme.io', proxyAddress: 'https://teleport.acme.io:443' }),
    ],
    [
      'a relative socket directory',
      /not a plain absolute path.*"run\/tbot"/,
      () => WorkloadApiSocket.csi({ directory: 'run/tbot' }),
    ],
    [
      'a slash in the socket file name',
      /not a plain file name: "a\/b"/,
      () => WorkloadApiSocket.csi({ fileName: 'a/b' }),
    ],
    ['a JWKS that is not JSON', /JSON/, () => Jwks.parse('not json')],
    ['a JWKS without keys', /keys/, () => Jwks.parse('{"keys":[]}')],
    [
      'a JWKS with private fields',
      /private/,
      () => Jwks.parse(JSON.stringify({ keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB', d: 'AQAB' }] })),
    ],
    ['tbot 18.6.3', /\[mesh\/tbot\].*18\.6\.3.*18\.6\.4/, () => makeMesh({ tbot: { version: '18.6.3' } })],
    [
      'tbot 17.7.13, with a release that a cluster of the same major version takes',
      /\[mesh\/tbot\].*17\.7\.13.*Fix: .*tbot: { version: '17\.7\.14' }/,
      () => makeMesh({ tbot: { version: '17.7.13' } }),
    ],
    [
      'a floating tbot tag',
      /\[mesh: teleport\] not a release number: "18"/,
      () => makeMesh({ tbot: { version: '18' } }),
    ],
    [
      'a renewal interval above the lifetime',
      /renew/,
      () => new CredentialLifetime({ ttl: Duration.minutes(10), renewalInterval: Duration.minutes(20) }),
    ],
    ['CSI driver 0.2.11', /\[mesh\/csi\].*0\.2\.11.*0\.2\.12/, () => makeMesh({ csiDriver: { version: '0.2.11' } })],
    [
      'Istio 1.27',
      /\[mesh\].*does not support the Istio release.*1\.27\.0.*1\.31/,
      () => makeMesh({ istio: { version: '1.27' as IstioVersion } }),
    ],
    [
      'Istio 1.28',
      /\[mesh\].*reached its end of life on 2026-07-01/,
      () => makeMesh({ istio: { version: '1.28.10' as IstioVersion } }),
    ],
    [
      'Istio 1.33',
      /\[mesh\].*does not support.*upgrade this package/,
      () => makeMesh({ istio: { version: '1.33' as IstioVersion } }),
    ],
    ['Istio latest', /such as "1\.31\.4"/, () => makeMesh({ istio: { version: 'latest' as IstioVersion } })],
    ['kubelet verification skipped without a reason', /reason/, () => KubeletTls.skipVerify({ reason: ' ' })],
    ['in_cluster with Teleport Cloud', /in_cluster/, () => makeMesh({ join: KubernetesJoin.inCluster() })],
    [
      'a namespace Kubernetes would refuse',
      /not a valid namespace name: "Shop"/,
      () => makeMesh().mesh.addNamespace('Shop'),
    ],
    [
      'a label Kubernetes would refuse',
      /\[00-namespaces\/other\] not a valid label key: "not a key"/,
      () => makeMesh().mesh.addNamespace('other', { labels: { 'not a key': '' } }),
    ],
    [
      'two objects of one kind, namespace and name',
      /\[own\/a\] ConfigMap shop\/same already exists at own\/b/,
      () => {
        const { app } = makeMesh();
        const own = new Chart(app, 'own');
        for (const id of ['b', 'a']) {
          new ApiObject(own, id, {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'same', namespace: 'shop' },
          });
        }
        app.synth();
      },
    ],
    [
      'no namespace at all',
      /\[mesh\] the mesh has no namespace/,
      () => {
        const app = new MeshApp({ outdir });
        new TeleportMesh(app, 'mesh', { teleport: TELEPORT });
        app.synth();
      },
    ],
    [
      'a workload that shares the account of another',
      /\[own\/b\] own\/a has the same identity: "spiffe:\/\/acme\.teleport\.sh\/ns\/own\/sa\/one"/,
      () => {
        const { app, mesh } = makeMesh();
        const own = new Chart(app, 'own');
        for (const id of ['a', 'b']) {
          mesh.enroll(
            new Deployment(own, id, { metadata: { name: id, namespace: 'own' }, containers: [{ image: 'a:1' }] }),
            { serviceAccountName: 'one' },
          );
        }
      },
    ],
    [
      'a service whose image is not pinned',
      /\[shop-2\/web\] the image is not pinned: "web"/,
      () => {
        const { app, mesh } = makeMesh();
        shop(app, mesh).addService('web', { image: 'web' });
      },
    ],
    [
      'a service with fewer than no pods',
      /\[shop-2\/web\] not a valid number of pods: -1/,
      () => {
        const { app, mesh } = makeMesh();
        shop(app, mesh).addService('web', { image: 'web:1', replicas: -1 });
      },
    ],
    [
      'a service whose account Kubernetes would refuse',
      /not a valid object name: "Web"/,
      () => {
        const { app, mesh } = makeMesh();
        shop(app, mesh).addService('web', { image: 'web:1', serviceAccountName: 'Web' });
      },
    ],
  ])('%s', (_what, message, make) => {
    expect(make).toThrow(message);
    expect(readdirSync(outdir)).toEqual([]);
  });

  test('gateways alone have nobody behind them, so that is an error as well', () => {
    const make = () => {
      const app = new MeshApp();
      const mesh = new TeleportMesh(app, 'mesh', {
        teleport: TeleportCluster.cloud('acme.teleport.sh'),
        istio: { ingressGateway: true, egressGateway: true },
      });
      return { app, mesh };
    };
    const { app } = make();

    expect(() => app.synthFiles()).toThrow(
      /\[mesh\] the mesh has gateways but no namespace with workloads.*\["istio-system"\].*Fix: add a MeshNamespace.*allowNamespaces/,
    );
    const added = make();
    added.mesh.addNamespace('shop');
    expect(() => added.app.synthFiles()).not.toThrow();
    // Workloads that something else deploys are behind the gateway too.
    const elsewhere = make();
    elsewhere.mesh.identity.allowNamespaces('shop');
    expect(() => elsewhere.app.synthFiles()).not.toThrow();
  });
});

test.each(['labels', 'annotations'] as const)('a workload whose %s turn injection off is not enrolled', (field) => {
  const { app, mesh } = makeMesh();
  const object = new ApiObject(new Chart(app, 'own'), 'web', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'own' },
    spec: { template: { metadata: { [field]: { 'sidecar.istio.io/inject': 'false' } }, spec: { containers: [] } } },
  });

  expect(() => mesh.enroll(object)).toThrow(/\[own\/web\] the pod disables injection with sidecar\.istio\.io\/inject/);
});

test.each<[string, unknown, RegExp]>([
  ['no cluster', {}, /^\[mesh\] the mesh has no Teleport cluster\. Allowed.*TeleportCluster\.cloud/],
  ['a text', { teleport: 'acme.teleport.sh' }, /no Teleport cluster: "acme\.teleport\.sh"/],
  ['nothing at all', undefined, /no Teleport cluster/],
])('refuses %s in the place of its Teleport cluster', (_, props, message) => {
  expect(() => new TeleportMesh(new MeshApp(), 'mesh', props as TeleportMeshProps)).toThrow(message);
});
