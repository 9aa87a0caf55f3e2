import { type MeshServiceProps, MtlsMode, Port } from '../../../lib';
import { addWeb, documentsIn, makeShop, written } from '../mesh/shop-fixture';

const { STRICT, PERMISSIVE, DISABLE } = MtlsMode;

function ruleOf(
  props: Partial<MeshServiceProps>,
  namespace: Parameters<typeof makeShop>[0] = {},
): { spec: unknown } | undefined {
  const { app, shop } = makeShop(namespace);
  addWeb(shop, 'web', props);
  return written(app, 'shop-policies.k8s.yaml', 'DestinationRule', 'web');
}

const MUTUAL = { host: 'web.shop.svc.cluster.local', trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } };

test.each([
  ['a strict namespace', {}, {}],
  ['a permissive namespace', {}, { mtls: PERMISSIVE }],
  ['a service stricter than its namespace', { mtls: STRICT }, { mtls: PERMISSIVE }],
  ['a service without mTLS in a strict namespace: clients see that by themselves', { mtls: DISABLE }, {}],
  ['a namespace without mTLS', {}, { mtls: DISABLE }],
  ['a headless service without mTLS', { headless: true, mtls: DISABLE }, {}],
] as const)('%s needs none', (_what, props, namespace) => {
  expect(ruleOf(props as Partial<MeshServiceProps>, namespace)).toBeUndefined();
});

test.each([
  ['a service that takes mTLS only in a namespace without it', { mtls: STRICT }, { mtls: DISABLE }],
  ['a service that takes mTLS too in a namespace without it', { mtls: PERMISSIVE }, { mtls: DISABLE }],
  ['a headless service', { headless: true }, {}],
  ['a StatefulSet', { kind: 'StatefulSet' }, {}],
  ['a headless service of a permissive namespace', { headless: true }, { mtls: PERMISSIVE }],
] as const)('%s needs one', (_what, props, namespace) => {
  expect(ruleOf(props as Partial<MeshServiceProps>, namespace)?.spec).toEqual(MUTUAL);
});

test('every service has one if asked for, but those that take no mTLS', () => {
  expect(ruleOf({}, { destinationRules: 'always' })?.spec).toEqual(MUTUAL);
  expect(ruleOf({ mtls: DISABLE }, { destinationRules: 'always' })).toBeUndefined();
});

test('a worker without ports has none', () => {
  const { app, shop } = makeShop({ destinationRules: 'always' });
  shop.addService('worker', { image: 'ghcr.io/acme/worker:1.0.0' });

  expect(documentsIn(app, 'shop-policies.k8s.yaml').map(({ kind }) => kind)).not.toContain('DestinationRule');
});

test('ports that take plain text only are named by the number of the Service, or clients would send TLS there', () => {
  const ports = [Port.http(80, { targetPort: 8080 }), Port.http(81, { targetPort: 9090, suffix: 'metrics' })];
  const rule = ruleOf({ ports, portMtls: { 81: DISABLE }, headless: true });

  expect(rule?.spec).toEqual({
    ...MUTUAL,
    trafficPolicy: {
      ...MUTUAL.trafficPolicy,
      portLevelSettings: [{ port: { number: 81 }, tls: { mode: 'DISABLE' } }],
    },
  });
});

test("a single port's mTLS in a namespace without it is enough", () => {
  const ports = [Port.http(80, { targetPort: 8080 }), Port.tcp(9000)];
  const rule = ruleOf({ ports, portMtls: { 80: STRICT } }, { mtls: DISABLE });

  expect(rule?.spec).toMatchObject({
    trafficPolicy: { portLevelSettings: [{ port: { number: 9000 }, tls: { mode: 'DISABLE' } }] },
  });
});
