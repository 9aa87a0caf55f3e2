import { type Access, changesToText, compareAccess, MeshModel } from '../../../lib/access';
import type { ClientSpeaks } from '../../../lib/analysis/access/connection';
import { withoutOwnTrustDomains } from '../../../lib/analysis/matrix/own-trust-domains';

interface Side {
  /** Empty if the files do not name it. */
  readonly cluster?: string;
  readonly trustDomain?: string;
  readonly methods?: readonly string[];
  readonly caller?: string;
  readonly mtls?: string;
}

/** A cluster whose server one caller may call, named in the cluster's trust domain. */
function model({
  cluster = 'eu-1',
  trustDomain = 'acme.example',
  methods = ['GET'],
  caller = `${trustDomain}/ns/shop/sa/web`,
  mtls = 'STRICT',
}: Side): MeshModel {
  const text = `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: istio, namespace: istio-system}
spec:
  meshConfig: {trustDomain: ${trustDomain}}
  values: {global: ${cluster === '' ? '{}' : `{multiCluster: {clusterName: ${cluster}}}`}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: server, namespace: shop}
spec:
  selector: {matchLabels: {app: server}}
  template: {metadata: {labels: {app: server}}, spec: {containers: [{name: app, image: "a:1"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: server, namespace: shop}
spec: {selector: {app: server}, ports: [{name: http, port: 80}]}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: default, namespace: shop}
spec: {mtls: {mode: ${mtls}}}
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: server, namespace: shop}
spec: {rules: [{from: [{source: {principals: ["${caller}"]}}], to: [{operation: {methods: [${methods}]}}]}]}
`;
  return MeshModel.from(new Map([['cluster.yaml', text]]));
}

const changes = (before: Side, after: Side) => changesToText(compareAccess(model(before), model(after)));
const STAGING = { cluster: 'staging', trustDomain: 'staging.example' };

test('two clusters that let in the same caller of their own trust domain do not differ', () => {
  expect(changes({}, STAGING)).toBe('No pair gains or loses access.\n');
});

test('what the caller may do there is a difference, with both names', () => {
  const text = changes({}, { ...STAGING, methods: ['GET', 'POST'] });
  expect(text).toMatch(/OPENED +spiffe:\/\/staging.example\/ns\/shop\/sa\/web .*if GET; \+ if POST/);
  expect(text).toMatch(/CLOSED +spiffe:\/\/acme.example\/ns\/shop\/sa\/web/);
});

test.each<[string, Side]>([
  ['another caller', { ...STAGING, caller: 'staging.example/ns/shop/sa/other' }],
  ['a caller of a third trust domain', { ...STAGING, caller: 'partner.example/ns/shop/sa/web' }],
  // In one cluster every certificate changes, and until then nobody gets in.
  ['a new trust domain of the same cluster', { trustDomain: 'staging.example' }],
])('%s is a difference', (_what, after) => {
  expect(changes({}, after)).toMatch(/OPENED|CLOSED/);
});

test('encryption that one of the two lacks is a difference', () => {
  expect(changes({}, { ...STAGING, mtls: 'DISABLE' })).toMatch(/OPENED|CLOSED|ENCRYPTION/);
});

test('clusters that the files do not name are compared as one', () => {
  expect(changes({ cluster: '' }, { ...STAGING, cluster: '' })).toMatch(/OPENED/);
  expect(changes({ cluster: '' }, STAGING)).toMatch(/OPENED/);
});

test('both have to be the same in access and in encryption too', () => {
  const change = (trustDomain: string, kind: 'opened' | 'closed', access: Access, sends: ClientSpeaks) => {
    const isNew = kind === 'opened';
    return {
      from: `spiffe://${trustDomain}/ns/shop/sa/web`,
      to: 'shop/server',
      port: { port: 80, name: 'http' },
      kind,
      before: isNew ? undefined : access,
      after: isNew ? access : undefined,
      added: [],
      removed: [],
      transport: { before: isNew ? undefined : sends, after: isNew ? sends : undefined },
    } as const;
  };
  const left = (access: Access, sends: ClientSpeaks) =>
    withoutOwnTrustDomains(
      [change('acme.example', 'closed', 'allowed', 'mutual-tls'), change('staging.example', 'opened', access, sends)],
      model({}),
      model(STAGING),
    ).length;

  expect(left('allowed', 'mutual-tls')).toBe(0);
  expect(left('conditional', 'mutual-tls')).toBe(2);
  expect(left('allowed', 'plain-text')).toBe(2);
});
