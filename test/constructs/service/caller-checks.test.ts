import { PARTNER_ROOTS } from '../../../examples/partner/partner-roots';
import { ExternalService, type ICallee, type MeshCaller, Port, SpiffeId, TrustBundle, TrustDomain } from '../../../lib';
import { addWeb, makeShop, principal, written } from '../mesh/shop-fixture';

const partner = TrustBundle.of(TrustDomain.parse('partner.example'), PARTNER_ROOTS);

test('a caller of another trust domain is refused, with the way that works', () => {
  const web = addWeb(makeShop().shop, 'web');
  const foreign = partner.workload({ namespace: 'billing', serviceAccount: 'sync' });
  const message =
    /^\[shop\/web\] sidecars trust only the roots.*"partner\.example\/ns\/billing\/sa\/sync".*Fix: exposeThrough\(mesh\.ingressGateway, \{ clients:/;

  // @ts-expect-error it is for exposeThrough only
  expect(() => web.allowFrom(foreign)).toThrow(message);
  // @ts-expect-error the same
  expect(() => web.deny({ from: foreign })).toThrow(message);
});

test.each<[string, unknown, RegExp]>([
  ['a text', 'cluster.local/ns/shop/sa/web', /"cluster\.local\/ns\/shop\/sa\/web".*SpiffeId\.parse\("spiffe:/],
  ['nothing', undefined, /"undefined".*addService/],
  ['null', null, /"null".*addService/],
  ['an object without identity', { name: 'web' }, /"object".*addService/],
])('%s is not a caller', (_, caller, message) => {
  const { shop } = makeShop({}, { istio: { egress: 'registry-only' } });

  expect(() => addWeb(shop, 'web').allowFrom(caller as MeshCaller)).toThrow(message);
  const external = new ExternalService(shop, 'out', {
    hosts: ['a.example'],
    ports: [Port.https()],
    visibleTo: 'callers',
  });
  expect(() => external.allowFrom(caller as MeshCaller)).toThrow(/\[shop\/out\] not a caller/);
});

describe('two apps', () => {
  const one = () => addWeb(makeShop().shop, 'web');

  test.each<[string, (caller: ReturnType<typeof one>, callee: ReturnType<typeof one>) => void]>([
    ['calls', (caller, callee) => caller.calls(callee)],
    ['allowFrom', (caller, callee) => callee.allowFrom(caller)],
    ['allowFrom a workload', (caller, callee) => callee.allowFrom(caller.enrolled)],
    ['deny', (caller, callee) => callee.deny({ from: caller })],
  ])('%s is refused: the files of the one are not where those of the other are', (_, call) => {
    expect(() => call(one(), one())).toThrow(
      /^\[shop\/web\] its caller, shop\/web, belongs to another app.*Allowed: callers of the same MeshApp.*Fix: .*MeshFleet.*caller\.identity/,
    );
  });

  test('an identity says what is meant', () => {
    const { app, shop } = makeShop();
    const callee = addWeb(shop, 'api');
    callee.allowFrom(one().identity);
    callee.allowFrom(SpiffeId.parse('spiffe://acme.teleport.sh/ns/other/sa/batch'));

    const [rule] = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'api').spec.rules;
    expect(rule.from[0].source.principals).toEqual([principal('batch', 'other'), principal('web')]);
  });
});

test.each<[string, unknown, RegExp]>([
  [
    'a text',
    'shop/api',
    /^\[shop\/web\] not something that can be called: "shop\/api".*Fix: pass the object that addService/,
  ],
  ['a gateway', {}, /"object".*Allowed: a service of the mesh, or an ExternalService/],
  ['nothing', undefined, /"undefined"/],
])('%s cannot be called', (_, callee, message) => {
  expect(() => addWeb(makeShop().shop, 'web').calls(callee as ICallee)).toThrow(message);
});
