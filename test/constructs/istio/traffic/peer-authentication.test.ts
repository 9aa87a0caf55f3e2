import { Testing } from 'cdk8s';
import { PolicyScope } from '../../../../lib/constructs/istio/policy/policy-scope';
import { MtlsMode } from '../../../../lib/constructs/istio/traffic/mtls-mode';
import { PeerAuthentication } from '../../../../lib/constructs/istio/traffic/peer-authentication';
import { refusal } from '../refusal';

test('a mesh gets one mode for all', () => {
  expect(PeerAuthentication.manifest({ scope: PolicyScope.mesh(), mtls: MtlsMode.STRICT })).toEqual({
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace: 'istio-system' },
    spec: { mtls: { mode: 'STRICT' } },
  });
});

test('ports of a workload may differ, and its other ports inherit when no mode is given', () => {
  const { spec } = PeerAuthentication.manifest({
    name: 'cart',
    scope: PolicyScope.workload('shop', { app: 'cart' }),
    portLevelMtls: { 8080: MtlsMode.PERMISSIVE },
  });
  expect(spec).toEqual({
    selector: { matchLabels: { app: 'cart' } },
    portLevelMtls: { 8080: { mode: 'PERMISSIVE' } },
  });
});

test('port modes exist only where there is a selector', () => {
  const portLevelMtls = { 8080: MtlsMode.DISABLE };
  // @ts-expect-error a namespace has no ports: Istio refuses portLevelMtls without a selector
  PeerAuthentication.manifest({ scope: PolicyScope.namespace('shop'), mtls: MtlsMode.STRICT, portLevelMtls });
  // @ts-expect-error a PeerAuthentication cannot be attached to a gateway
  PeerAuthentication.manifest({ name: 'x', scope: PolicyScope.attachedTo('edge', { kind: 'Gateway', name: 'g' }) });
});

test.each([0, 65536, 80.5])('%d is refused as a port', (port) => {
  const scope = PolicyScope.workload('shop', { app: 'cart' });
  expect(
    refusal(() => PeerAuthentication.manifest({ name: 'x', scope, portLevelMtls: { [port]: MtlsMode.STRICT } })).value,
  ).toBe(port);
});

test('a workload policy that says nothing is refused', () => {
  const scope = PolicyScope.workload('shop', { app: 'cart' });
  expect(refusal(() => PeerAuthentication.manifest({ name: 'x', scope })).problem).toContain('neither');
  expect(refusal(() => PeerAuthentication.manifest({ name: 'x', scope, portLevelMtls: {} })).problem).toContain(
    'neither',
  );
});

test('a selector in the root namespace is refused, since Istio ignores such a policy', () => {
  const of = (namespace: string, rootNamespace?: string) =>
    PeerAuthentication.manifest({
      name: 'x',
      scope: PolicyScope.workload(namespace, { app: 'cart' }),
      mtls: MtlsMode.STRICT,
      ...(rootNamespace && { rootNamespace }),
    });
  expect(refusal(() => of('istio-system')).problem).toContain('ignores');
  expect(refusal(() => of('root', 'root')).problem).toContain('ignores');
  of('istio-system', 'root');
});

test('the construct emits the manifest, and a patch on it survives', () => {
  const chart = Testing.chart();
  const policy = new PeerAuthentication(chart, 'mtls', { scope: PolicyScope.namespace('shop'), mtls: MtlsMode.STRICT });
  policy.resource.metadata.addLabel('team', 'shop');
  expect(Testing.synth(chart)).toEqual([
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'PeerAuthentication',
      metadata: {
        name: 'default',
        namespace: 'shop',
        labels: { 'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio', team: 'shop' },
      },
      spec: { mtls: { mode: 'STRICT' } },
    },
  ]);
});

test('an error names the construct', () => {
  const props = { name: 'x', scope: PolicyScope.workload('shop', { app: 'cart' }) };
  expect(refusal(() => new PeerAuthentication(Testing.chart(), 'mtls', props)).where).toBe('test/mtls');
});

test('modes of more ports can be added to a workload, and no port has two', () => {
  const chart = Testing.chart();
  const scope = PolicyScope.workload('shop', { app: 'cart' });
  const policy = new PeerAuthentication(chart, 'mtls', { name: 'x', scope, mtls: MtlsMode.STRICT });
  policy.addPortMode(9090, MtlsMode.PERMISSIVE);
  policy.addPortMode(9090, MtlsMode.PERMISSIVE);

  expect(Testing.synth(chart)[0].spec.portLevelMtls).toEqual({ 9090: { mode: 'PERMISSIVE' } });
  expect(refusal(() => policy.addPortMode(9090, MtlsMode.DISABLE)).allowed).toBe('PERMISSIVE');
  expect(refusal(() => policy.addPortMode(0, MtlsMode.DISABLE)).value).toBe(0);
  const wide = new PeerAuthentication(chart, 'wide', { scope: PolicyScope.namespace('shop'), mtls: MtlsMode.STRICT });
  expect(refusal(() => wide.addPortMode(80, MtlsMode.DISABLE)).problem).toBe('port modes need a workload selector');
});
