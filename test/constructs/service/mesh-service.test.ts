import { ApiObject, JsonPatch } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import fc from 'fast-check';
import {
  attributes,
  IngressGateway,
  KubernetesGateway,
  type MeshApp,
  type MeshCaller,
  MeshNamespace,
  type MeshService,
  type MeshServiceProps,
  MtlsMode,
  Port,
  Principal,
  SpiffeId,
  WorkloadIdentity,
} from '../../../lib';
import { decide } from '../../../lib/analysis/access/ask';
import { MeshModel } from '../../../lib/analysis/access/mesh-model';
import { OUTSIDE } from '../../../lib/analysis/access/request';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { addWeb, type Document, makeShop, principal, written } from '../mesh/shop-fixture';

const policy = (app: MeshApp, name: string, file = 'shop-policies.k8s.yaml'): Document =>
  written(app, file, 'AuthorizationPolicy', name);
const principals = (app: MeshApp, name: string): readonly string[] =>
  (policy(app, name).spec.rules ?? []).flatMap(({ from }: Document) => from[0].source.principals);

describe('calls', () => {
  test('nobody may call a service until somebody is allowed', () => {
    const { app, shop } = makeShop();
    addWeb(shop, 'web');

    expect(policy(app, 'web').spec).toEqual({ selector: { matchLabels: { app: 'web' } } });
  });

  test('allow the caller by its full identity, at the port the pod listens on', () => {
    const { app, shop } = makeShop();
    addWeb(shop, 'web').calls(addWeb(shop, 'api'), { methods: ['GET'], paths: ['/items/{*}'] });

    expect(policy(app, 'api')).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: {
        name: 'api',
        namespace: 'shop',
        labels: { 'app.kubernetes.io/name': 'api', 'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio' },
      },
      spec: {
        selector: { matchLabels: { app: 'api' } },
        action: 'ALLOW',
        rules: [
          {
            from: [{ source: { principals: [principal('web')] } }],
            to: [{ operation: { methods: ['GET'], paths: ['/items/{*}'], ports: ['8080'] } }],
          },
        ],
      },
    });
    expect(principals(app, 'web')).toEqual([]);
  });

  test('of several kinds can be named at once', () => {
    const { app, shop } = makeShop();
    addWeb(shop, 'web').calls(addWeb(shop, 'api'), { methods: ['GET'] }, { methods: ['POST'], paths: ['/items'] });

    expect(policy(app, 'api').spec.rules.map(({ to }: Document) => to[0].operation)).toEqual([
      { methods: ['GET'], ports: ['8080'] },
      { methods: ['POST'], paths: ['/items'], ports: ['8080'] },
    ]);
  });

  test('put requests and bytes into different rules: Istio would drop one that mixes them', () => {
    const { app, shop } = makeShop();
    const both = shop.addService('both', { image: 'ghcr.io/acme/both:1.0.0', ports: [Port.http(), Port.tcp(9000)] });
    addWeb(shop, 'web').calls(both, { methods: ['GET'] }, { ports: [9000] });

    expect(policy(app, 'both').spec.rules.map(({ to }: Document) => to[0].operation)).toEqual([
      { methods: ['GET'], ports: ['80'] },
      { ports: ['9000'] },
    ]);
  });

  test('across namespaces name the caller there, in the policy of the callee', () => {
    const { app, mesh, shop } = makeShop();
    const other = new MeshNamespace(app, 'other', { mesh });
    addWeb(other, 'web').calls(addWeb(shop, 'api'));

    expect(principals(app, 'api')).toEqual([principal('web', 'other')]);
    expect(policy(app, 'web', 'other-policies.k8s.yaml').spec.rules).toBeUndefined();
  });

  test('come out in the same bytes for every order in which they were made', () => {
    const edges = [
      ['a', 'api', 'GET'],
      ['b', 'api', 'GET'],
      ['b', 'api', 'POST'],
      ['a', 'web', 'GET'],
      ['web', 'api', 'GET'],
    ] as const;
    const synthesize = (order: readonly (typeof edges)[number][]) => {
      const { app, shop } = makeShop();
      for (const name of ['a', 'b', 'api', 'web']) addWeb(shop, name);
      for (const [from, to, method] of order) shop.service(from).calls(shop.service(to), { methods: [method] });
      return [...app.synthFiles()];
    };
    const expected = synthesize(edges);

    fc.assert(
      fc.property(fc.shuffledSubarray([...edges], { minLength: edges.length }), (order) => {
        expect(synthesize(order)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('change only their own lines: a second caller is one line, a new operation one rule', () => {
    const lines = (build: (shop: MeshNamespace) => void): readonly string[] => {
      const { app, shop } = makeShop();
      for (const name of ['a', 'b', 'api']) addWeb(shop, name);
      shop.service('b').calls(shop.service('api'), { methods: ['GET'] });
      build(shop);
      return (app.synthFiles().get('shop-policies.k8s.yaml') ?? '').split('\n');
    };
    const before = lines(() => {});
    const secondCaller = lines((shop) => shop.service('a').calls(shop.service('api'), { methods: ['GET'] }));
    const newOperation = lines((shop) => shop.service('a').calls(shop.service('api'), { methods: ['POST'] }));

    expect(without(secondCaller, before)).toEqual([`              - ${principal('a')}`]);
    expect(without(before, secondCaller)).toEqual([]);
    expect(without(newOperation, before).join('\n')).toContain('- POST');
    expect(newOperation.length - before.length).toBe(10);
    expect(without(before, newOperation)).toEqual([]);
  });
});

/** The lines of one text that are left when each line of the other has taken one equal line away. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...lines];
  for (const line of others) {
    const index = left.indexOf(line);
    if (index >= 0) left.splice(index, 1);
  }
  return left;
}

describe('callers', () => {
  test.each<[string, (shop: MeshNamespace) => MeshCaller, string]>([
    [
      'a SPIFFE ID outside the model',
      () => SpiffeId.parse('spiffe://acme.teleport.sh/ci/deployer'),
      'acme.teleport.sh/ci/deployer',
    ],
    ['a principal', () => Principal.anyAuthenticated(), '*'],
    ['a service', (shop) => addWeb(shop, 'web'), principal('web')],
    ['an enrolled workload', (shop) => shop.mesh.enroll(deployment(shop)), principal('worker')],
    ['the Deployment that was enrolled', (shop) => enrolledDeployment(shop), principal('worker')],
    [
      'a gateway',
      (shop) => shop.mesh.ingressGateway,
      principal('istio-ingressgateway-service-account', 'istio-system'),
    ],
    [
      'a gateway that istiod deploys',
      (shop) =>
        new KubernetesGateway(shop, 'public', {
          name: 'public',
          namespace: 'edge',
          listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
        }),
      principal('public-istio', 'edge'),
    ],
    [
      'a WorkloadIdentity of a caller outside the cluster',
      () =>
        new WorkloadIdentity({
          name: 'ci',
          id: '/ci/deployer',
          allow: [{ conditions: [attributes.workload.unix.attested.eq(true)] }],
        }),
      'acme.teleport.sh/ci/deployer',
    ],
  ])('%s can be allowed', (_kind, caller, expected) => {
    const { app, shop } = makeShop();
    addWeb(shop, 'api').allowFrom(caller(shop));

    expect(principals(app, 'api')).toEqual([expected]);
  });

  test('an enrolled workload can call', () => {
    const { app, mesh, shop } = makeShop();
    mesh.enroll(deployment(shop)).calls(addWeb(shop, 'api'), { methods: ['GET'] });

    expect(principals(app, 'api')).toEqual([principal('worker')]);
  });

  test('a workload that is not enrolled has no identity to allow', () => {
    const { shop } = makeShop();

    expect(() => addWeb(shop, 'api').allowFrom(deployment(shop))).toThrow(
      /\[shop\/worker\] the workload is not enrolled in the mesh.*call mesh\.enroll\(workload\) first/,
    );
  });
});

function deployment(shop: MeshNamespace): Deployment {
  return new Deployment(shop, 'worker', {
    metadata: { name: 'worker', namespace: shop.name },
    containers: [{ image: 'ghcr.io/acme/worker:1.0.0' }],
  });
}

function enrolledDeployment(shop: MeshNamespace): Deployment {
  const worker = deployment(shop);
  shop.mesh.enroll(worker);
  return worker;
}

test.each([
  [{ methods: ['get'] }, /\[shop\/api(, called by shop\/web)?\] not an upper-case HTTP method.*"get".*write "GET"/],
  [
    { methods: ['G*T'] },
    /\[shop\/api(, called by shop\/web)?\] an asterisk inside a string of "methods" is not a wildcard: "G\*T"/,
  ],
  [
    { paths: ['/a/*/b'] },
    /\[shop\/api(, called by shop\/web)?\] an asterisk between slashes.*: "\/a\/\*\/b".*write "\/a\/\{\*\}\/b"/,
  ],
  [{ paths: ['/a/{x}'] }, /\[shop\/api(, called by shop\/web)?\].*\{x\}/],
  [{ paths: ['/a?b=c'] }, /\[shop\/api(, called by shop\/web)?\] policies match the path without query/],
  [{ paths: [] }, /\[shop\/api(, called by shop\/web)?\] "paths" is empty/],
  [{ hosts: ['a.*.com'] }, /\[shop\/api(, called by shop\/web)?\] an asterisk inside a string of "hosts"/],
  [{ ports: [8080] }, /\[shop\/api(, called by shop\/web)?\] the service does not have this port: 8080/],
])('%j is refused by the call that says it', (options, message) => {
  const { shop } = makeShop();
  const [web, api] = [addWeb(shop, 'web'), addWeb(shop, 'api')];

  expect(() => web.calls(api, options)).toThrow(message);
  expect(() => web.calls(api, options)).toThrow('[shop/api, called by shop/web]');
  expect(() => api.deny(options)).toThrow(message);
});

test.each<[MeshCaller, string]>([
  [SpiffeId.parse('spiffe://acme.teleport.sh/ci/deployer'), 'spiffe://acme.teleport.sh/ci/deployer'],
  [Principal.anyAuthenticated(), '*'],
  [IngressGateway.of(), 'istio-system/istio-ingressgateway'],
])('an error about a call names the caller: %s', (caller, name) => {
  const { shop } = makeShop();
  const worker = shop.addService('worker', { image: 'ghcr.io/acme/worker:1.0.0' });

  expect(() => worker.allowFrom(caller)).toThrow(`[shop/worker, called by ${name}] the service has no ports`);
});

describe('deny', () => {
  test('always carries ports: without them Istio would close every TCP port too', () => {
    const { app, shop } = makeShop();
    const ports = [Port.http(80, { targetPort: 8080 }), Port.redis()];
    const both = shop.addService('both', { image: 'ghcr.io/acme/both:1.0.0', ports });
    both.deny({ methods: ['DELETE'] });
    both.deny({ paths: ['/admin*'], from: addWeb(shop, 'web') });
    both.deny({ ports: [6379] });

    expect(policy(app, 'both-deny').spec).toEqual({
      selector: { matchLabels: { app: 'both' } },
      action: 'DENY',
      rules: [
        { to: [{ operation: { methods: ['DELETE'], ports: ['8080'] } }] },
        {
          from: [{ source: { principals: [principal('web')] } }],
          to: [{ operation: { paths: ['/admin*'], ports: ['8080'] } }],
        },
        { to: [{ operation: { ports: ['6379'] } }] },
      ],
    });
  });

  test('does not touch what is allowed, and writes nothing until it is used', () => {
    const { app, shop } = makeShop();
    const [web, api] = [addWeb(shop, 'web'), addWeb(shop, 'api')];
    web.calls(api);
    expect([api.denyAuthorizationPolicy, policy(app, 'api-deny')]).toEqual([undefined, undefined]);
    const before = policy(app, 'api');
    api.deny();

    expect(policy(app, 'api')).toEqual(before);
    expect(policy(app, 'api-deny').spec.rules).toEqual([{ to: [{ operation: { ports: ['8080'] } }] }]);
  });
});

describe('mTLS', () => {
  const mtls = (app: MeshApp, name: string): Document =>
    written(app, 'shop-policies.k8s.yaml', 'PeerAuthentication', name);

  test("is the namespace's unless said, without an object of its own", () => {
    const { app, shop } = makeShop();
    const web = addWeb(shop, 'web');

    expect([web.peerAuthentication, mtls(app, 'web')]).toEqual([undefined, undefined]);
    expect(web.ports.map((port) => web.mtlsOf(port))).toEqual([MtlsMode.STRICT]);
  });

  test('can differ for a service and for its ports, which Istio knows by the target port', () => {
    const { app, shop } = makeShop();
    const ports = [Port.http(80, { targetPort: 8080 }), Port.tcp(9000), Port.redis()] as const;
    const options = { mtls: MtlsMode.PERMISSIVE, portMtls: { 80: MtlsMode.STRICT, 9000: MtlsMode.DISABLE } };
    const web = addWeb(shop, 'web', { ports, ...options });

    expect(mtls(app, 'web').spec).toEqual({
      selector: { matchLabels: { app: 'web' } },
      mtls: { mode: 'PERMISSIVE' },
      portLevelMtls: { 8080: { mode: 'STRICT' }, 9000: { mode: 'DISABLE' } },
    });
    expect(ports.map((port) => web.mtlsOf(port))).toEqual(['STRICT', 'DISABLE', 'PERMISSIVE']);
  });

  test('of a port that the service does not have is refused', () => {
    const { shop } = makeShop();

    expect(() => addWeb(shop, 'web', { portMtls: { 8080: MtlsMode.PERMISSIVE } })).toThrow(
      /\[shop\/web\] the service does not have this port: 8080\. Allowed: http 80 -> 8080/,
    );
  });

  test('that is off leaves no identity to allow or deny by', () => {
    const { shop } = makeShop();
    const ports = [Port.http(), Port.http(9090, { suffix: 'metrics' })];
    const api = addWeb(shop, 'api', { ports, portMtls: { 9090: MtlsMode.DISABLE } });
    const web = addWeb(shop, 'web');
    const message =
      /\[shop\/api, called by .*\] a port accepts only plain text.*"http-metrics 9090".*portMtls: \{ 9090: MtlsMode\.STRICT \}/;

    expect(() => web.calls(api)).toThrow(message);
    expect(() => api.allowFrom(Principal.anyAuthenticated(), { ports: [9090] })).toThrow(message);
    expect(() => api.deny({ from: web })).toThrow(message);
    expect(() => web.calls(api, { ports: [80] })).not.toThrow();
    expect(() => api.deny({ ports: [9090] })).not.toThrow();
  });
});

describe('allowWithoutIdentity', () => {
  const observed = (props: Partial<MeshServiceProps> = {}) => {
    const made = makeShop();
    const ports = [Port.http(80, { targetPort: 8080 }), Port.http(9090, { suffix: 'metrics' })];
    return { ...made, api: addWeb(made.shop, 'api', { ports, ...props } as Partial<MeshServiceProps>) };
  };
  const scrape = { ports: [9090], methods: ['GET'], paths: ['/metrics'] } as const;
  const modes = (app: MeshApp): Document => written(app, 'shop-policies.k8s.yaml', 'PeerAuthentication', 'api');

  test('opens the requests for everybody, and lets plain text in at their port alone', () => {
    const { app, api } = observed();
    api.allowWithoutIdentity(scrape);

    expect(policy(app, 'api').spec.rules).toEqual([
      { to: [{ operation: { methods: ['GET'], paths: ['/metrics'], ports: ['9090'] } }] },
    ]);
    expect(modes(app).spec).toEqual({
      selector: { matchLabels: { app: 'api' } },
      portLevelMtls: { 9090: { mode: 'PERMISSIVE' } },
    });
    expect(api.ports.map((port) => api.mtlsOf(port))).toEqual([MtlsMode.STRICT, MtlsMode.PERMISSIVE]);
    expect(written(app, 'shop.k8s.yaml', 'Service', 'api').spec.type).toBeUndefined();
  });

  test('is what the evaluator says of it, and nothing else gets in', () => {
    const { app, api } = observed();
    api.allowWithoutIdentity(scrape);
    const files = new Map([...app.synthFiles()].filter(([file]) => !file.startsWith('variants/')));
    const model = MeshModel.from(readManifests([...files].map(([file, text]) => ({ file, text }))).manifests);
    const verdict = (port: number, path: string) =>
      decide(model, { from: OUTSIDE, to: 'shop/api', port, method: 'GET', path }).verdict;

    expect(verdict(9090, '/metrics')).toBe('allowed');
    expect(verdict(9090, '/debug')).toBe('denied');
    expect(verdict(80, '/metrics')).toBe('denied');
  });

  test('adds to the modes the service has, and leaves a port alone that takes plain text anyway', () => {
    const strict = observed({ mtls: MtlsMode.STRICT });
    strict.api.allowWithoutIdentity(scrape);
    expect(modes(strict.app).spec).toMatchObject({
      mtls: { mode: 'STRICT' },
      portLevelMtls: { 9090: { mode: 'PERMISSIVE' } },
    });

    const off = observed({ portMtls: { 9090: MtlsMode.DISABLE } });
    off.api.allowWithoutIdentity(scrape);
    expect(modes(off.app).spec.portLevelMtls).toEqual({ 9090: { mode: 'DISABLE' } });
  });

  test('is refused where portMtls says that there is no plain text', () => {
    const { app, api } = observed({ portMtls: { 9090: MtlsMode.STRICT } });

    expect(() => api.allowWithoutIdentity(scrape)).toThrow(
      /\[shop\/api\] portMtls allows only mTLS on the port.*"http-metrics 9090".*remove 9090 from portMtls/,
    );
    expect(policy(app, 'api').spec.rules).toBeUndefined();
  });

  test('writes the same files whatever is said first', () => {
    const files = (say: (api: MeshService) => void) => {
      const { app, api } = observed({ mtls: MtlsMode.PERMISSIVE });
      say(api);
      return [...app.synthFiles()];
    };

    expect(
      files((api) => {
        api.deny({ ports: [80], methods: ['DELETE'] });
        api.exposeToInternet({ ports: [80] });
        api.allowWithoutIdentity(scrape);
      }),
    ).toEqual(
      files((api) => {
        api.allowWithoutIdentity(scrape);
        api.exposeToInternet({ ports: [80] });
        api.deny({ ports: [80], methods: ['DELETE'] });
      }),
    );
  });
});

describe('exposeToInternet', () => {
  const ports = [Port.http(80, { targetPort: 8080 }), Port.http(9090, { suffix: 'admin' })];

  test('gives an address to the ports it is asked for, and lets everybody in there', () => {
    const { app, shop } = makeShop();
    const web = addWeb(shop, 'web', { ports, portMtls: { 80: MtlsMode.PERMISSIVE } });
    web.exposeToInternet({ ports: [80], methods: ['GET'] });

    expect(written(app, 'shop.k8s.yaml', 'Service', 'web').spec.type).toBeUndefined();
    expect(written(app, 'shop.k8s.yaml', 'Service', 'web-public')).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: expect.objectContaining({ name: 'web-public', namespace: 'shop' }),
      spec: {
        type: 'LoadBalancer',
        selector: { app: 'web' },
        ports: [{ name: 'http', appProtocol: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
      },
    });
    expect(policy(app, 'web').spec.rules).toEqual([{ to: [{ operation: { methods: ['GET'], ports: ['8080'] } }] }]);
  });

  test('adds ports that are asked for later, in the order of the service', () => {
    const { app, shop } = makeShop({ mtls: MtlsMode.PERMISSIVE });
    const web = addWeb(shop, 'web', { ports });
    web.exposeToInternet({ ports: [9090] });
    web.exposeToInternet({ ports: [80] });

    expect(web.publicService?.name).toBe('web-public');
    expect(written(app, 'shop.k8s.yaml', 'Service', 'web-public').spec.ports.map(({ port }: Document) => port)).toEqual(
      [80, 9090],
    );
  });

  test('publishes one of two ports that end at the same place, if only one is asked for', () => {
    const { app, shop } = makeShop({ mtls: MtlsMode.PERMISSIVE });
    const twice = [Port.http(80, { targetPort: 8080 }), Port.http(8080, { suffix: 'old' })];
    addWeb(shop, 'web', { ports: twice }).exposeToInternet({ ports: [80] });

    expect(written(app, 'shop.k8s.yaml', 'Service', 'web-public').spec.ports).toHaveLength(1);
  });

  test('is refused where only mTLS is taken', () => {
    const { app, shop } = makeShop();
    const message =
      /\[shop\/web\] a port that accepts only mTLS cannot be exposed in plain text: "http 80 -> 8080"\..*PERMISSIVE/;

    expect(() => addWeb(shop, 'web').exposeToInternet()).toThrow(message);
    expect(written(app, 'shop.k8s.yaml', 'Service', 'web-public')).toBeUndefined();
    expect(policy(app, 'web').spec.rules).toBeUndefined();
  });

  test('stands in front of headless Services too: its Service is one of its own', () => {
    const { app, shop } = makeShop({ mtls: MtlsMode.PERMISSIVE });
    addWeb(shop, 'web', { headless: true }).exposeToInternet();

    expect(written(app, 'shop.k8s.yaml', 'Service', 'web').spec.clusterIP).toBe('None');
    expect(written(app, 'shop.k8s.yaml', 'Service', 'web-public').spec.clusterIP).toBeUndefined();
  });
});

test('the written objects are there to be patched, and a policy of the user can stand beside them', () => {
  const { app, mesh, shop } = makeShop();
  const web = addWeb(shop, 'web', { mtls: MtlsMode.PERMISSIVE, headless: true });
  web.deny();
  const objects = [
    web.workload,
    web.service,
    web.authorizationPolicy,
    web.denyAuthorizationPolicy,
    web.peerAuthentication?.resource,
    web.destinationRule?.resource,
    web.enrolled.serviceAccount,
  ];
  for (const object of objects) object?.metadata.addAnnotation('patched', 'yes');
  web.authorizationPolicy.addJsonPatch(JsonPatch.add('/spec/action', 'AUDIT'));
  new ApiObject(shop.policies, 'own', {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'own', namespace: 'shop' },
  });
  // Calls made after the patch still arrive.
  web.allowFrom(mesh.ingressGateway);

  const patched = [...app.synthFiles().values()].join('').match(/patched: 'yes'/g) ?? [];
  expect(objects).not.toContain(undefined);
  expect(patched).toHaveLength(objects.length);
  expect(policy(app, 'web').spec).toMatchObject({ action: 'AUDIT', rules: [{}] });
  expect(policy(app, 'own')).toBeDefined();
});
