import { ApiObject, Chart } from 'cdk8s';
import {
  EgressGateway,
  ExternalService,
  type ExternalServiceProps,
  MeshNamespace,
  type MeshService,
  Port,
  Principal,
  SpiffeId,
} from '../../../lib';
import { MeshModel } from '../../../lib/access';
import { checkFiles } from '../../../lib/check';
import { addWeb, type Document, documentsIn, makeShop, principal, type Shop, written } from '../mesh/shop-fixture';

const DATABASE: ExternalServiceProps = {
  hosts: ['db.example.com'],
  ports: [Port.postgres()],
  addresses: ['192.0.2.16/28'],
  visibleTo: 'callers',
};
const PAYMENTS: ExternalServiceProps = { hosts: ['pay.example.com'], ports: [Port.https()], visibleTo: 'callers' };

interface Mesh extends Shop {
  readonly orders: MeshService;
  readonly web: MeshService;
}

function make(istio: object = { egress: 'registry-only', egressGateway: true }): Mesh {
  const shop = makeShop({}, { istio: { version: '1.31', ...istio } });
  return { ...shop, orders: addWeb(shop.shop, 'orders'), web: addWeb(shop.shop, 'web') };
}

const POLICIES = 'shop-policies.k8s.yaml';
const hostsOf = (made: Mesh, name: string, file = POLICIES): readonly string[] =>
  written(made.app, file, 'Sidecar', name).spec.egress[0].hosts;
const reach = (made: Mesh, from: string, to: string, port: number) => {
  const answer = MeshModel.from(made.app).decide({ from, to, port });
  return 'egress' in answer ? answer.egress.reach : answer.verdict;
};

describe('single workloads', () => {
  test('know the host by a Sidecar of their own; the rest of the namespace does not', () => {
    const made = make();
    made.orders.calls(new ExternalService(made.shop, 'db', DATABASE));

    expect(hostsOf(made, 'orders')).toEqual(['*/*.svc.cluster.local', './db.example.com']);
    expect(hostsOf(made, 'default')).toEqual(['*/*.svc.cluster.local']);
    expect(written(made.app, POLICIES, 'Sidecar', 'orders').spec.workloadSelector).toEqual({
      labels: { app: 'orders' },
    });
    expect(written(made.app, POLICIES, 'Sidecar', 'default').spec).not.toHaveProperty('workloadSelector');
    expect(reach(made, 'shop/orders', 'db.example.com', 5432)).toBe('reachable');
    expect(reach(made, 'shop/web', 'db.example.com', 5432)).toBe('blocked');
  });

  test('keep what is for all of the namespace, whatever was declared first', () => {
    const made = make();
    made.orders.calls(new ExternalService(made.shop, 'db', DATABASE));
    new ExternalService(made.shop, 'all', { hosts: ['all.example.com'], ports: [Port.https()] });
    const other = new MeshNamespace(made.app, 'other', { mesh: made.mesh });
    new ExternalService(other, 'mesh-wide', { hosts: ['wide.example.com'], ports: [Port.https()], visibleTo: 'mesh' });
    new ExternalService(other, 'private', { hosts: ['private.example.com'], ports: [Port.https()] });

    for (const name of ['default', 'orders']) {
      expect(hostsOf(made, name)).toContain('./all.example.com');
      expect(hostsOf(made, name)).toContain('other/wide.example.com');
      expect(hostsOf(made, name)).not.toContain('other/private.example.com');
    }
  });

  test('of another namespace see it too, and their namespace gets Sidecars of its own', () => {
    const made = make();
    const other = new MeshNamespace(made.app, 'other', { mesh: made.mesh });
    addWeb(other, 'ledger').calls(new ExternalService(made.shop, 'pay', PAYMENTS));

    expect(written(made.app, POLICIES, 'ServiceEntry', 'pay').spec.exportTo).toEqual(['other']);
    const sidecars = documentsIn(made.app, POLICIES).filter(({ kind }) => kind === 'Sidecar');
    expect(sidecars.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'other/default',
      'other/ledger',
    ]);
    expect(hostsOf(made, 'ledger')).toEqual(['*/*.svc.cluster.local', 'shop/pay.example.com']);
    expect(reach(made, 'other/ledger', 'pay.example.com', 443)).toBe('reachable');
  });

  test('may be enrolled workloads', () => {
    const made = make();
    const chart = new Chart(made.app, 'own');
    const job = new ApiObject(chart, 'job', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'job', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { run: 'job' } },
        template: { metadata: { labels: { run: 'job' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } },
      },
    });
    const enrolled = made.mesh.enroll(job);
    const pay = new ExternalService(made.shop, 'pay', PAYMENTS);
    pay.allowFrom(job);
    enrolled.calls(pay);

    expect(written(made.app, POLICIES, 'Sidecar', 'job').spec.workloadSelector).toEqual({ labels: { run: 'job' } });
  });

  test('nobody, while nobody calls: a list without namespaces would mean all', () => {
    const made = make();
    new ExternalService(made.shop, 'pay', PAYMENTS);

    expect(written(made.app, POLICIES, 'ServiceEntry', 'pay').spec.exportTo).toEqual(['.']);
  });

  test.each<[string, (made: Mesh, pay: ExternalService) => void, RegExp]>([
    [
      'an identity alone',
      (_, pay) => pay.allowFrom(SpiffeId.parse('spiffe://acme.teleport.sh/ns/a/sa/b')),
      /an identity alone/,
    ],
    ['a set of callers', (_, pay) => pay.allowFrom(Principal.anyAuthenticated()), /an identity alone/],
    [
      'requests',
      (made, pay) => made.orders.calls(pay, { methods: ['GET'] }),
      /policies apply only to inbound requests, so individual requests to an external host are not checked/,
    ],
  ])('%s is refused', (_, call, problem) => {
    const made = make();
    const pay = new ExternalService(made.shop, 'pay', PAYMENTS);

    expect(() => call(made, pay)).toThrow(problem);
    expect(() => call(made, pay)).toThrow(/^\[shop\/pay, called by /);
  });

  test('need proxies that let nobody else go', () => {
    const made = make({});
    expect(() => new ExternalService(made.shop, 'db', DATABASE)).toThrow(/egress: 'registry-only'/);
  });

  test('are not for what the whole namespace may use', () => {
    const made = make();
    const all = new ExternalService(made.shop, 'all', { hosts: ['all.example.com'], ports: [Port.https()] });
    expect(() => made.orders.calls(all)).toThrow(/visibleTo: 'callers'/);
  });
});

describe('an egress gateway', () => {
  const policyOf = (made: Mesh) =>
    written(made.app, 'mesh-policies.k8s.yaml', 'AuthorizationPolicy', 'istio-egressgateway-callers').spec;

  function through(props: Partial<ExternalServiceProps> = {}): Mesh {
    const made = make();
    const pay = new ExternalService(made.shop, 'pay', {
      ...PAYMENTS,
      through: made.mesh.egressGateway,
      ...props,
    } as ExternalServiceProps);
    if (pay.serviceEntry && (props.visibleTo ?? 'callers') === 'callers') made.orders.calls(pay);
    return made;
  }

  test('lets in callers for the hosts they call, by name and server name', () => {
    expect(policyOf(through())).toMatchObject({
      action: 'ALLOW',
      selector: { matchLabels: { istio: 'egressgateway' } },
      rules: [
        {
          from: [{ source: { principals: [principal('orders')] } }],
          to: [{ operation: { ports: ['8443'] } }],
          when: [{ key: 'connection.sni', values: ['pay.example.com'] }],
        },
      ],
    });
  });

  test('is closed while nobody leaves by it', () => {
    expect(policyOf(make())).toEqual({ selector: expect.anything() });
  });

  test.each<[ExternalServiceProps['visibleTo'], readonly string[]]>([
    [undefined, ['acme.teleport.sh/ns/shop/sa/*']],
    [
      ['shop', 'billing'],
      ['acme.teleport.sh/ns/billing/sa/*', 'acme.teleport.sh/ns/shop/sa/*'],
    ],
    ['mesh', ['acme.teleport.sh/*']],
  ])('lets in whom visibleTo %j names', (visibleTo, principals) => {
    const made = make();
    const { visibleTo: _, ...pay } = PAYMENTS;
    new ExternalService(made.shop, 'pay', {
      ...pay,
      through: made.mesh.egressGateway,
      ...(visibleTo !== undefined && { visibleTo }),
    });

    expect(policyOf(made).rules[0].from[0].source.principals).toEqual(principals);
  });

  test('gets connections with the server name, in mutual TLS, and sends on what was inside', () => {
    const made = through();
    const gateway = written(made.app, POLICIES, 'Gateway', 'pay').spec;
    const route = written(made.app, POLICIES, 'VirtualService', 'pay').spec;
    const rule = written(made.app, 'mesh-policies.k8s.yaml', 'DestinationRule', 'istio-egressgateway').spec;

    expect(gateway.servers[0]).toEqual({
      hosts: ['pay.example.com'],
      port: { number: 443, name: 'tls', protocol: 'TLS' },
      tls: { mode: 'ISTIO_MUTUAL' },
    });
    expect(route.tls[0].route[0].destination.subset).toBe(rule.subsets[0].name);
    expect(rule.subsets[0].trafficPolicy.portLevelSettings[0].tls).toEqual({
      mode: 'ISTIO_MUTUAL',
      sni: 'pay.example.com',
    });
    expect(route.tcp[0].route[0].destination).toEqual({ host: 'pay.example.com', port: { number: 443 } });
    // The gateway's own proxy has to know the host too.
    expect(written(made.app, POLICIES, 'ServiceEntry', 'pay').spec.exportTo).toEqual(['.', 'istio-system']);
  });

  test('has a Gateway for each host: what comes out of TLS is bytes, which name none', () => {
    const made = through({ hosts: ['pay.example.com', 'pay.example.org'] });
    const objects = documentsIn(made.app, POLICIES).filter(
      ({ kind }) => kind === 'Gateway' || kind === 'VirtualService',
    );

    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Gateway pay',
      'VirtualService pay',
      'Gateway pay-2',
      'VirtualService pay-2',
    ]);
    expect(objects.map(({ spec }: Document) => (spec.servers ?? [spec])[0].hosts)).toEqual([
      ['pay.example.com'],
      ['pay.example.com'],
      ['pay.example.org'],
      ['pay.example.org'],
    ]);
  });

  test('is asked by the evaluator', () => {
    const made = through();

    expect(reach(made, 'shop/orders', 'pay.example.com', 443)).toBe('reachable');
    expect(reach(made, 'shop/web', 'pay.example.com', 443)).toBe('blocked');
    const others = make();
    const billing = new MeshNamespace(others.app, 'billing', { mesh: others.mesh });
    addWeb(billing, 'ledger');
    new ExternalService(others.shop, 'pay', {
      hosts: ['pay.example.com'],
      ports: [Port.https()],
      through: others.mesh.egressGateway,
    });
    expect(reach(others, 'shop/web', 'pay.example.com', 443)).toBe('reachable');
    expect(reach(others, 'billing/ledger', 'pay.example.com', 443)).toBe('blocked');
  });

  test('is installed with an identity from Teleport, by istioctl and by Helm', () => {
    const made = make({ egressGateway: EgressGateway.of({ namespace: 'edge' }), egress: 'registry-only' });
    const [operator] = documentsIn(made.app, 'istio/istio-operator.yaml');
    const [values] = documentsIn(made.app, 'istio/values-egress-gateway.yaml');
    const [component] = operator.spec.components.egressGateways;

    expect(component).toMatchObject({ name: 'istio-egressgateway', namespace: 'edge', enabled: true });
    expect(component.k8s.service.type).toBe('ClusterIP');
    expect(JSON.stringify(component.k8s.overlays)).toContain('csi.spiffe.io');
    expect(values).toMatchObject({
      name: 'istio-egressgateway',
      serviceAccount: { name: 'istio-egressgateway-service-account' },
      service: { type: 'ClusterIP', ports: [{ name: 'tls', port: 443, targetPort: 8443 }] },
    });
    expect(made.mesh.identity.namespaces).toContain('edge');
    expect(String(made.mesh.egressGateway.spiffeId(made.mesh.cluster.trustDomain))).toBe(
      'spiffe://acme.teleport.sh/ns/edge/sa/istio-egressgateway-service-account',
    );
  });

  test.each<[string, Partial<ExternalServiceProps>]>([
    ['two ports', { ports: [Port.https(), Port.of('tls', 8443)] }],
    ['plain HTTP', { ports: [Port.http(80)] }],
    ['bytes', { ports: [Port.postgres()], addresses: ['192.0.2.16'] }],
    ['addresses', { addresses: ['192.0.2.16'] }],
    ['a wildcard', { hosts: ['*.example.com'] }],
    ['TLS that the proxy makes', { ports: [Port.http(80, { targetPort: 443 })], originateTls: true }],
  ])('cannot tell where to go by %s', (_, props) => {
    expect(() => through(props)).toThrow(/routes by TLS server name/);
  });

  test('has to be the one of the mesh', () => {
    const made = make();
    const props = { ...PAYMENTS, through: EgressGateway.of() };

    expect(() => new ExternalService(made.shop, 'pay', props)).toThrow(/does not install this egress gateway/);
    expect(() => make({}).mesh.egressGateway).toThrow(/no egress gateway/);
  });

  test('the checker finds nothing to say of any of it', () => {
    const made = through();
    made.orders.calls(new ExternalService(made.shop, 'db', DATABASE));
    const files = [...made.app.synthFiles()].map(([file, text]) => ({ file, text }));

    expect(checkFiles(files).map(({ rule }) => rule)).toEqual([]);
  });
});
