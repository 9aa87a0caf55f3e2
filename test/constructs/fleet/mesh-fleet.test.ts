import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { PARTNER_ROOTS } from '../../../examples/partner/partner-roots';
import {
  type FleetCluster,
  type FleetClusterProps,
  IngressGateway,
  Jwks,
  KubernetesJoin,
  MeshFleet,
  MeshNamespace,
  Port,
  TeleportCluster,
  TrustBundle,
  TrustDomain,
} from '../../../lib';

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
type Document = any;

const TELEPORT = TeleportCluster.cloud('acme.teleport.sh');
const STAGING = TeleportCluster.cloud('acme-staging.teleport.sh');
const IMAGE = { image: 'registry.example/app:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };

let outdir: string;
let printed: string[];
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'fleet-'));
  printed = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true });
});

const join_ = (name: string) => KubernetesJoin.oidc(`https://issuer.example/${name}`);

function newFleet(): MeshFleet {
  return new MeshFleet({ teleport: TELEPORT, outdir: join(outdir, 'dist') });
}

function add(fleet: MeshFleet, name: string, props: Partial<FleetClusterProps> = {}): FleetCluster {
  return fleet.addCluster(name, { join: join_(name), network: `net-${name}`, ...props });
}

/** Two clusters of one mesh, and one on another Teleport cluster. */
function threeClusters() {
  const fleet = newFleet();
  const eu = add(fleet, 'eu-1');
  const us = add(fleet, 'us-1');
  const staging = fleet.addCluster('staging', { join: join_('staging'), teleport: STAGING });
  return { fleet, eu, us, staging };
}

function documents(fleet: MeshFleet, path: string): readonly Document[] {
  return loadAll(fleet.synthFiles().get(path) ?? '') as Document[];
}

function find(documents: readonly Document[], kind: string, name?: string): Document {
  return documents.find(
    (document) => document.kind === kind && (name === undefined || document.metadata.name === name),
  );
}

describe('what is written', () => {
  test('a directory for each cluster, which holds everything that the cluster needs', () => {
    const { fleet } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' }).addService('web', IMAGE);
    fleet.synth();

    expect(readdirSync(join(outdir, 'dist')).sort()).toEqual(['.teleport-istio', 'eu-1', 'staging', 'us-1']);
    for (const name of ['eu-1', 'us-1', 'staging']) {
      const files = readdirSync(join(outdir, 'dist', name), { recursive: true }).map(String);
      expect(files).toEqual(
        expect.arrayContaining([
          '00-namespaces.k8s.yaml',
          'istio/istio-operator.yaml',
          'mesh.k8s.yaml',
          'shop.k8s.yaml',
          'teleport/teleport.yaml',
        ]),
      );
    }
  });

  test("a cluster's resources in Teleport have its name, and let it issue its own namespaces only", () => {
    const { fleet, us } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [us] });

    for (const [name, namespaces] of [
      ['eu-1', ['istio-system', 'shop']],
      ['us-1', ['istio-system', 'ledger', 'shop']],
    ] as const) {
      const teleport = documents(fleet, `${name}/teleport/teleport.yaml`);
      const identity = find(teleport, 'workload_identity');
      expect(identity.spec.rules.allow[0].conditions[1].in.values).toEqual(namespaces);
      const role = find(teleport, 'role');
      expect(Object.values(role.spec.allow.workload_identity_labels)).toEqual([[identity.metadata.name]]);
      expect(find(teleport, 'bot').spec.roles).toEqual([role.metadata.name]);
      expect(find(teleport, 'token').spec.bot_name).toBe(find(teleport, 'bot').metadata.name);
      for (const { metadata } of teleport) expect(metadata.name).toMatch(new RegExp(`^${name}-`));
    }
  });

  test('what is said for the fleet holds for a cluster, except for what the cluster says itself', () => {
    const fleet = new MeshFleet({ teleport: TELEPORT, istio: { version: '1.31.4', cni: true } });
    const eu = add(fleet, 'eu-1');
    const us = add(fleet, 'us-1', { istio: { version: '1.30.1' } });

    expect([eu.mesh.target.istio.line, us.mesh.target.istio.line]).toEqual(['1.31', '1.30']);
    expect([eu.mesh.istio.cni, us.mesh.istio.cni]).toEqual([true, true]);
  });

  test('an error in one cluster names it, and writes none of the others', () => {
    const { fleet, eu } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    eu.app.node.addValidation({ validate: () => ['broken on purpose'] });

    expect(() => fleet.synth()).toThrow(/^eu-1: .*\n.*broken on purpose/);
    expect(existsSync(join(outdir, 'dist'))).toBe(false);
  });

  test('the directory of a cluster that is gone is removed, and a file of somebody else stays and is named', () => {
    const first = threeClusters();
    first.fleet.addNamespace('shop', { identity: 'shared' });
    first.fleet.synth();
    writeFileSync(join(outdir, 'dist/eu-1/own.k8s.yaml'), 'apiVersion: v1\n');
    const fleet = newFleet();
    add(fleet, 'eu-1');
    fleet.addNamespace('shop', { identity: 'shared' });
    fleet.synth();

    expect(readdirSync(join(outdir, 'dist')).sort()).toEqual(['.teleport-istio', 'eu-1']);
    expect(readFileSync(join(outdir, 'dist/eu-1/own.k8s.yaml'), 'utf8')).toBe('apiVersion: v1\n');
    expect(printed.join('')).toContain('Warning: eu-1/own.k8s.yaml');
  });
});

describe('Istio', () => {
  test('each cluster knows its mesh, its name and its network, in both files to install from', () => {
    const { fleet } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    const operator = documents(fleet, 'eu-1/istio/istio-operator.yaml')[0];
    const values = documents(fleet, 'eu-1/istio/values-istiod.yaml')[0];

    for (const { global } of [operator.spec.values, values]) {
      expect(global).toMatchObject({
        meshID: 'acme.teleport.sh',
        multiCluster: { clusterName: 'eu-1' },
        network: 'net-eu-1',
      });
    }
    expect(documents(fleet, 'staging/istio/istio-operator.yaml')[0].spec.values.global).not.toHaveProperty('network');
    const namespaces = documents(fleet, 'eu-1/00-namespaces.k8s.yaml');
    expect(find(namespaces, 'Namespace', 'istio-system').metadata.labels).toMatchObject({
      'topology.istio.io/network': 'net-eu-1',
    });
  });

  test('a network is entered through a gateway with an identity from Teleport, which passes connections on unread', () => {
    const { fleet } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    const [operator] = documents(fleet, 'us-1/istio/istio-operator.yaml');
    const [gateway] = operator.spec.components.ingressGateways;
    expect(gateway.label).toEqual({
      app: 'istio-eastwestgateway',
      istio: 'eastwestgateway',
      'topology.istio.io/network': 'net-us-1',
    });
    expect(gateway.k8s.env).toEqual([{ name: 'ISTIO_META_REQUESTED_NETWORK_VIEW', value: 'net-us-1' }]);
    expect(gateway.k8s.service.ports.map(({ port }: Document) => port)).toEqual([15021, 15443, 15012, 15017]);
    expect(JSON.stringify(gateway.k8s.overlays)).toContain('csi.spiffe.io');

    const [values] = documents(fleet, 'us-1/istio/values-eastwest-gateway.yaml');
    expect(values).toMatchObject({ networkGateway: 'net-us-1', name: gateway.name });
    // The chart writes the ports itself, and refuses nothing that stands beside them.
    expect(values.service).not.toHaveProperty('ports');

    const opened = find(documents(fleet, 'us-1/mesh-policies.k8s.yaml'), 'Gateway');
    expect(opened.spec.servers).toEqual([
      { port: { number: 15443, name: 'tls', protocol: 'TLS' }, tls: { mode: 'AUTO_PASSTHROUGH' }, hosts: ['*.local'] },
    ]);
    expect(gateway.label).toMatchObject(opened.spec.selector);
  });

  test('istiod looks at the namespaces of the mesh: its own, those of Services elsewhere, and those of ways into networks', () => {
    const fleet = new MeshFleet({ teleport: TELEPORT, istio: { discovery: {} } });
    const eu = add(fleet, 'eu-1');
    const us = add(fleet, 'us-1', { eastWestGateway: { namespace: 'ways-in' } });
    fleet.addCluster('lone', { join: join_('lone'), mesh: 'lone' });
    const shop = fleet.addNamespace('shop', { identity: 'shared', clusters: [eu] });
    const ledger = fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [us] });
    fleet.addNamespace('own', { identity: 'exclusive', clusters: [us] });
    shop.addService('web', IMAGE).calls(ledger.addService('accounts', IMAGE));
    fleet.addNamespace('alone', { identity: 'exclusive', clusters: fleet.clusters.slice(2) });
    const selected = (cluster: string) =>
      documents(fleet, `${cluster}/istio/istio-operator.yaml`)[0].spec.meshConfig.discoverySelectors[0]
        .matchExpressions[0].values;

    expect(selected('eu-1')).toEqual(['istio-system', 'ledger', 'shop', 'ways-in']);
    expect(selected('us-1')).toEqual(['istio-system', 'ledger', 'own', 'ways-in']);
    expect(selected('lone')).toEqual(['alone', 'istio-system']);
  });

  test('credentials for the other API server are commands, one for each direction and mesh, and in no file', () => {
    const { fleet } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    fleet.synth();

    expect(printed.join('')).toContain('The credential can read every Secret there');
    const commands = printed.join('').match(/istioctl create-remote-secret.*/g);
    expect(commands).toEqual([
      'istioctl create-remote-secret --context=us-1 --name=us-1 | kubectl --context=eu-1 apply -f -',
      'istioctl create-remote-secret --context=eu-1 --name=eu-1 | kubectl --context=us-1 apply -f -',
    ]);
    for (const text of fleet.synthFiles().values()) expect(text).not.toMatch(/^kind: Secret$/m);
  });
});

test('of many clusters some commands are printed, and the others counted', () => {
  const fleet = newFleet();
  for (let index = 0; index < 6; index++) add(fleet, `c-${index}`);
  fleet.addNamespace('shop', { identity: 'shared' });
  fleet.synth();

  const text = printed.join('');
  expect(text.match(/create-remote-secret/g)).toHaveLength(20);
  expect(text).toContain('and 10 more like these');
});

describe('calls', () => {
  test('the policy is written in every cluster of the callee, and its Service where only callers are', () => {
    const { fleet, eu, us, staging } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, clusters: [eu, us, staging] });
    const carts = shop.addService('carts', { ...IMAGE, clusters: [us, staging] });
    web.calls(carts, { methods: ['GET'] });

    const principals = (cluster: string) =>
      find(documents(fleet, `${cluster}/shop-policies.k8s.yaml`), 'AuthorizationPolicy', 'carts')?.spec.rules[0].from[0]
        .source.principals;
    expect(principals('us-1')).toEqual(['acme.teleport.sh/ns/shop/sa/web']);
    expect(principals('staging')).toEqual(['acme-staging.teleport.sh/ns/shop/sa/web']);
    expect(principals('eu-1')).toBeUndefined();
    const [stub] = documents(fleet, 'eu-1/remote-services.k8s.yaml');
    expect(stub).toMatchObject({ kind: 'Service', metadata: { name: 'carts', namespace: 'shop' } });
    expect(stub.spec.ports).toEqual(find(documents(fleet, 'us-1/shop.k8s.yaml'), 'Service', 'carts').spec.ports);
    // Pods of this cluster that happen to carry the labels are not the service.
    expect(stub.spec).not.toHaveProperty('selector');
    expect([...fleet.synthFiles().keys()].filter((path) => path.includes('remote-services'))).toHaveLength(1);
  });

  test("a service of another cluster's exclusive namespace is found by name, and its identities stay where they are", () => {
    const { fleet, eu, us, staging } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared', clusters: [eu, staging] });
    const ledger = fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [us] });
    const accounts = ledger.addService('accounts', IMAGE);
    const audit = ledger.addService('audit', IMAGE);
    const web = shop.addService('web', { ...IMAGE, clusters: [eu] });
    web.calls(accounts);
    web.calls(accounts, { methods: ['GET'] });
    web.calls(audit);

    const namespace = find(documents(fleet, 'eu-1/00-namespaces.k8s.yaml'), 'Namespace', 'ledger');
    expect(namespace.metadata.labels ?? {}).not.toHaveProperty('istio-injection');
    expect(documents(fleet, 'eu-1/remote-services.k8s.yaml').map(({ metadata }) => metadata.name)).toEqual([
      'accounts',
      'audit',
    ]);
    expect(eu.mesh.identity.namespaces).not.toContain('ledger');
  });

  test('a service differs by cluster in what the placement says', () => {
    const { fleet, eu, staging } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    shop.addService('web', {
      ...IMAGE,
      replicas: 3,
      clusters: [eu, { cluster: staging, replicas: 1, image: 'web:2.0.0' }],
    });

    const workload = (cluster: string) => find(documents(fleet, `${cluster}/shop.k8s.yaml`), 'Deployment', 'web').spec;
    expect([workload('eu-1').replicas, workload('staging').replicas]).toEqual([3, 1]);
    expect(workload('eu-1').template.spec.containers[0].image).toBe(IMAGE.image);
    expect(workload('staging').template.spec.containers[0].image).toBe('web:2.0.0');
  });

  test('a service is exposed at the gateway of every cluster that it runs in', () => {
    const fleet = new MeshFleet({ teleport: TELEPORT, istio: { ingressGateway: true } });
    const eu = add(fleet, 'eu-1');
    add(fleet, 'us-1');
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    shop.addService('web', { ...IMAGE, clusters: [eu] }).exposeThroughIngress({ hosts: ['shop.example'] });

    expect(find(documents(fleet, 'eu-1/shop.k8s.yaml'), 'VirtualService').spec.hosts).toEqual(['shop.example']);
    expect(find(documents(fleet, 'us-1/shop.k8s.yaml'), 'VirtualService')).toBeUndefined();
  });
});

describe('two trust domains', () => {
  const roots = TrustBundle.of(TrustDomain.parse('acme-staging.teleport.sh'), PARTNER_ROOTS);

  test('a service of one is let in through the gateway of the other, by its identity there and the roots of that', () => {
    const fleet = new MeshFleet({ teleport: TELEPORT, istio: { ingressGateway: true } });
    const eu = add(fleet, 'eu-1');
    const staging = fleet.addCluster('staging', { join: join_('staging'), teleport: STAGING });
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, serviceAccountName: 'front', clusters: [eu, staging] });
    const carts = shop.addService('carts', { ...IMAGE, clusters: [eu] });
    carts.in(eu).exposeThrough(eu.mesh.ingressGateway, {
      hosts: ['carts.example'],
      tlsSecret: 'carts',
      clients: [web.callerOf(roots)],
    });

    const refused = find(documents(fleet, 'eu-1/shop-policies.k8s.yaml'), 'AuthorizationPolicy', 'shop-carts-clients');
    expect(refused.spec.rules[0].from[0].source.notPrincipals).toEqual(['acme-staging.teleport.sh/ns/shop/sa/front']);
    expect(find(documents(fleet, 'eu-1/shop.k8s.yaml'), 'ConfigMap', 'carts-clients').data['ca.crt']).toBe(roots.pem);
    const { servers } = find(documents(fleet, 'eu-1/shop.k8s.yaml'), 'Gateway', 'carts').spec;
    expect(servers.map(({ tls }: Document) => tls?.mode)).toContain('MUTUAL');
  });

  test('a service that has no identity there is refused, and a call between sidecars says what to do instead', () => {
    const { fleet, eu, us, staging } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, clusters: [eu, us] });
    const carts = shop.addService('carts', { ...IMAGE, clusters: [staging] });

    expect(() => web.callerOf(roots)).toThrow(/no identity in the trust domain.*"eu-1".*"us-1"/s);
    expect(() => web.calls(carts)).toThrow(/ROOTCA.*callerOf\(bundle\)/s);
  });
});

describe('refused, with the names of both clusters', () => {
  const both = /eu-1.*us-1|us-1.*eu-1/s;

  function withEu(second: (fleet: MeshFleet, eu: FleetCluster) => void, first: Partial<FleetClusterProps> = {}) {
    const fleet = newFleet();
    const eu = add(fleet, 'eu-1', first);
    return () => second(fleet, eu);
  }

  test('two clusters of one name', () => {
    expect(withEu((fleet) => add(fleet, 'eu-1', { join: join_('x'), network: 'x' }))).toThrow(
      /two clusters are named "eu-1"/,
    );
  });

  test.each(['', 'EU', 'a/b', '..', 'variants', 'gitops', 'a.b'])('the name %j', (name) => {
    expect(() => add(newFleet(), name, { join: join_('x'), network: 'x' })).toThrow(/not a valid cluster name/);
  });

  test('two clusters on one network', () => {
    const act = withEu((fleet) => add(fleet, 'us-1', { network: 'net-eu-1' }));
    expect(act).toThrow(both);
    expect(act).toThrow(/on one network/);
  });

  test('a cluster without a network, whichever of the two it is', () => {
    const second = withEu((fleet) => fleet.addCluster('us-1', { join: join_('us-1') }));
    expect(second).toThrow(both);
    expect(second).toThrow(/"us-1" has no network/);
    const fleet = newFleet();
    fleet.addCluster('eu-1', { join: join_('eu-1') });
    const first = () => add(fleet, 'us-1');
    expect(first).toThrow(both);
    expect(first).toThrow(/"eu-1" has no network/);
  });

  test('clusters of one Teleport cluster that are meshes of their own need no network', () => {
    const fleet = newFleet();
    fleet.addCluster('eu-1', { join: join_('eu-1') });
    expect(() => fleet.addCluster('us-1', { join: join_('us-1'), mesh: 'us' })).not.toThrow();
  });

  test('two trust domains under one mesh ID', () => {
    const act = withEu((fleet) => add(fleet, 'us-1', { teleport: STAGING, mesh: 'acme.teleport.sh' }));
    expect(act).toThrow(both);
    expect(act).toThrow(/trust domains differ.*ROOTCA/s);
  });

  test.each([
    ['1.29.6', '1.31.4', true],
    ['1.30.1', '1.31.4', false],
  ] as const)('Istio %s and %s: %s', (first, second, isRefused) => {
    const act = withEu((fleet) => add(fleet, 'us-1', { istio: { version: second } }), { istio: { version: first } });
    if (isRefused) expect(act).toThrow(both);
    else expect(act).not.toThrow();
  });

  test('a cluster without keys', () => {
    expect(() => add(newFleet(), 'eu-1', { join: KubernetesJoin.staticJwks() })).toThrow(
      /cluster "eu-1".*public keys are not known/,
    );
  });

  const keys = (...all: readonly { readonly kid: string; readonly n: string }[]) =>
    KubernetesJoin.staticJwks(
      Jwks.parse(JSON.stringify({ keys: all.map((key) => ({ kty: 'RSA', e: 'AQAB', ...key })) })),
    );
  const [K, L, M] = [
    { kid: 'k', n: 'AQAB' },
    { kid: 'l', n: 'AQAC' },
    { kid: 'm', n: 'AQAD' },
  ] as const;
  test.each([
    ['issuer', join_('x'), join_('x'), join_('y')],
    ['issuer, once with a slash at its end,', join_('x'), join_('x/'), join_('y/')],
    ['keys', keys(K), keys(K), keys(L)],
    ['key among others', keys(K, L), keys(L, M), keys(M)],
    ['key under another ID', keys(K), keys({ ...K, kid: 'x' }), keys({ ...L, kid: 'k' })],
  ])('the same %s for two clusters: pods of one could join as the other', (_what, first, same, other) => {
    expect(withEu((fleet) => add(fleet, 'us-1', { join: same }), { join: first })).toThrow(both);
    expect(withEu((fleet) => add(fleet, 'us-1', { join: other }), { join: first })).not.toThrow();
    expect(withEu((fleet) => add(fleet, 'us-1', { join: same, teleport: STAGING }), { join: first })).not.toThrow();
  });

  test('an issuer that is written in two ways, of which Teleport accepts one', () => {
    const act = withEu((fleet) => add(fleet, 'us-1', { join: join_('x/') }), { join: join_('x') });
    expect(act).toThrow(
      /accepts only the tokens of one.*"https:\/\/issuer\.example\/x","https:\/\/issuer\.example\/x\/"/,
    );
  });

  test('an Auth Service that runs in two clusters', () => {
    const teleport = TeleportCluster.selfHosted({ name: 'acme.example', proxyAddress: 'acme.example:443' });
    const here = { teleport, join: KubernetesJoin.inCluster() };
    const act = withEu((fleet) => add(fleet, 'us-1', here), here);
    expect(act).toThrow(both);
    expect(act).toThrow(/can ask only the cluster it runs in/);
  });

  test('an exclusive namespace in two clusters of a trust domain', () => {
    const { fleet, eu, us, staging } = threeClusters();
    const act = () => fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [eu, us] });
    expect(act).toThrow(both);
    expect(act).toThrow(/exclusive.*identities would be the same/);
    // In another trust domain the identities are others.
    expect(() => fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [eu, staging] })).not.toThrow();
  });

  test.each(['exclusive', undefined] as const)(
    'a namespace added to a second mesh directly, when it is %s',
    (identity) => {
      const { fleet, eu, us } = threeClusters();
      if (identity) fleet.addNamespace('ledger', { identity, clusters: [eu] });
      else new MeshNamespace(eu.app, 'ledger', { mesh: eu.mesh });
      new MeshNamespace(us.app, 'ledger', { mesh: us.mesh });

      expect(() => fleet.synth()).toThrow(both);
      expect(() => fleet.synth()).toThrow(/"ledger".*same identities/s);
      expect(existsSync(join(outdir, 'dist'))).toBe(false);
    },
  );

  test('a service placed where its namespace is not', () => {
    const { fleet, eu, us } = threeClusters();
    const ledger = fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [eu] });
    expect(() => ledger.addService('accounts', { ...IMAGE, clusters: [us] })).toThrow(both);
  });

  test('a service called where it is not placed, with the reason if the trust domains differ', () => {
    const { fleet, eu, staging } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, clusters: [staging] });
    const carts = shop.addService('carts', { ...IMAGE, clusters: [eu] });
    expect(() => web.calls(carts)).toThrow(/"staging".*shop\/carts, which runs in "eu-1".*ROOTCA/s);
  });

  test('a headless service called from another network', () => {
    const { fleet, eu, us } = threeClusters();
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, clusters: [eu] });
    const db = shop.addService('db', { ...IMAGE, headless: true, clusters: [us] });
    expect(() => web.calls(db)).toThrow(both);
    const near = shop.addService('near', { ...IMAGE, clusters: [us] });
    expect(() => near.calls(db)).not.toThrow();
  });

  test('a service called in another cluster, whose requests are said to stay at home', () => {
    const fleet = newFleet();
    const serviceSettings = [{ settings: { clusterLocal: true }, hosts: ['*.shop.svc.cluster.local'] }];
    const eu = add(fleet, 'eu-1', { istio: { meshConfig: { serviceSettings } } });
    const us = add(fleet, 'us-1');
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const web = shop.addService('web', { ...IMAGE, clusters: [eu] });
    expect(() => web.calls(shop.addService('carts', { ...IMAGE, clusters: [us] }))).toThrow(
      /"us-1".*serviceSettings of cluster "eu-1"/s,
    );
    const other = fleet.addNamespace('other', { identity: 'shared' });
    expect(() => web.calls(other.addService('carts', { ...IMAGE, clusters: [us] }))).not.toThrow();
    expect(() => web.calls(shop.addService('near', { ...IMAGE, clusters: [eu] }))).not.toThrow();
  });

  test('what types keep out, and a service of another fleet', () => {
    const { fleet, eu } = threeClusters();
    const untyped = (value: unknown) => value as never;
    expect(() => newFleet().addCluster('eu-1', untyped({}))).toThrow(
      /no join method is given, so Teleport cannot verify tbot/,
    );
    expect(() => fleet.addNamespace('own', untyped({ identity: 'Exclusive' }))).toThrow(/"Exclusive".*'shared'/s);
    expect(() => fleet.addNamespace('own', untyped({}))).toThrow(/whether its identities are shared/);
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    expect(() => shop.addService('a', { ...IMAGE, clusters: untyped([]) })).toThrow(/runs in no cluster/);
    expect(() => shop.addService('b', { ...IMAGE, clusters: untyped([undefined]) })).toThrow(/is undefined/);
    expect(() => shop.addService('c', { ...IMAGE, failover: untyped('none') })).toThrow(/not a valid failover: "none"/);
    const web = shop.addService('web', IMAGE);
    expect(() => web.calls(untyped(undefined))).toThrow(/not a service of a fleet/);
    expect(() => web.calls(untyped(web.in(eu)))).toThrow(/web\.in\(cluster\)\.calls/);
    const stranger = threeClusters().fleet.addNamespace('shop', { identity: 'shared' }).addService('carts', IMAGE);
    expect(() => web.calls(stranger)).toThrow(/shop\/carts, which it calls, belongs to another fleet/);
  });

  test('a namespace twice, a cluster after namespaces, a cluster of another fleet, and no cluster at all', () => {
    const { fleet } = threeClusters();
    fleet.addNamespace('shop', { identity: 'shared' });
    expect(() => fleet.addNamespace('shop', { identity: 'shared' })).toThrow(/already has this namespace/);
    expect(() => add(fleet, 'ap-1')).toThrow(/already has namespaces/);
    const stranger = add(newFleet(), 'ap-1');
    expect(() => fleet.addNamespace('own', { identity: 'shared', clusters: [stranger] })).toThrow(/not in this fleet/);
    expect(() => newFleet().synth()).toThrow(/no clusters/);
  });
});

test('the namespaces of gateways that two clusters of a trust domain have are said to be shared', () => {
  const fleet = newFleet();
  const istio = { ingressGateway: IngressGateway.of({ namespace: 'edge' }) };
  add(fleet, 'eu-1', { istio });
  add(fleet, 'us-1', { mesh: 'other' });
  add(fleet, 'staging', { teleport: STAGING, istio });
  fleet
    .addNamespace('shop', { identity: 'shared' })
    .addService('web', { image: 'registry.example/web:1.0.0', ports: [Port.http(80)] });
  const files = fleet.synthFiles();
  const sameness = (cluster: string) =>
    Object.fromEntries(
      (
        loadAll(files.get(`${cluster}/00-namespaces.k8s.yaml`) ?? '') as {
          metadata: { name: string; labels: Record<string, string> };
        }[]
      )
        .filter(({ metadata }) => metadata.name !== 'teleport-system')
        .map(({ metadata }) => [metadata.name, metadata.labels['teleport-istio/identity']]),
    );
  expect(sameness('eu-1')).toEqual({ edge: 'shared', 'istio-system': 'shared', shop: 'shared' });
  expect(sameness('us-1')).toEqual({ 'istio-system': 'shared', shop: 'shared' });
  // No other cluster has its trust domain.
  expect(sameness('staging')).toEqual({ 'istio-system': undefined, shop: 'shared' });
});
