import { decide } from '../../lib/analysis/access/ask';
import { MeshModel } from '../../lib/analysis/access/mesh-model';
import { type AccessRequest, OUTSIDE } from '../../lib/analysis/access/request';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, findManifest, freshOutput } from './example-output';

const output = committedOutput('edge');
const model = MeshModel.from(readManifests(Object.entries(output).map(([file, text]) => ({ file, text }))).manifests);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('edge'));
});

const TOKEN = { iss: 'https://login.example.com/', sub: 'alice', aud: 'api' };
const OFFICE = '203.0.113.9';
const ELSEWHERE = '192.0.2.1';
const BLOCKED = '198.51.100.66';

test.each<[string, Partial<AccessRequest>, string]>([
  ['a request without a token', { host: 'api.example.com', path: '/v1', claims: null }, 'denied'],
  ['the same, with the port in the header', { host: 'api.example.com:443', path: '/v1', claims: null }, 'denied'],
  ['the other host without a token', { host: 'api.example.org', path: '/v1', claims: null }, 'denied'],
  ['a request with a token', { host: 'api.example.com', path: '/v1', claims: TOKEN }, 'allowed'],
  ['an excepted path', { host: 'api.example.com', path: '/healthz', claims: null }, 'allowed'],
  ['what lies below an excepted path', { host: 'api.example.com', path: '/docs/a/b', claims: null }, 'allowed'],
  ['a path out of an excepted one', { host: 'api.example.com', path: '/docs/../v1', claims: null }, 'denied'],
  ['an excepted method', { host: 'api.example.com', path: '/v1', method: 'OPTIONS', claims: null }, 'allowed'],
  ['a blocked address, whatever its token', { host: 'api.example.com', claims: TOKEN, sourceIp: BLOCKED }, 'denied'],
  ['the admin host from elsewhere', { host: 'admin.example.com', sourceIp: ELSEWHERE }, 'denied'],
  ['the admin host from elsewhere, with a port', { host: 'admin.example.com:443', sourceIp: ELSEWHERE }, 'denied'],
  [
    'a header that claims another address',
    { host: 'admin.example.com', sourceIp: ELSEWHERE, headers: { 'x-forwarded-for': OFFICE } },
    'denied',
  ],
  [
    'the admin host from the office, which the authorizer decides',
    { host: 'admin.example.com', sourceIp: OFFICE },
    'depends',
  ],
])('at the ingress gateway: %s', (_, request, expected) => {
  const asked = { path: '/', method: 'GET', claims: null, sourceIp: ELSEWHERE, ...request };
  const answer = decide(model, { from: OUTSIDE, to: 'istio-system/istio-ingressgateway', port: 443, ...asked });
  expect(answer.verdict).toBe(expected);
});

test.each([
  ['the address that the proxy before it saw', `${OFFICE}, ${BLOCKED}`, 'denied'],
  ['an address that only the client wrote', `${BLOCKED}, ${OFFICE}`, 'allowed'],
])('behind one proxy counts %s', (_, forwarded, expected) => {
  const answer = decide(model, {
    from: OUTSIDE,
    to: 'ingress/public-istio',
    port: 443,
    method: 'GET',
    path: '/',
    host: 'www.example.com',
    sourceIp: '10.0.0.1',
    headers: { 'x-forwarded-for': forwarded },
  });
  expect(answer.verdict).toBe(expected);
});

test('the authorizer is one and the same in the policy and in the mesh configuration of both installers', () => {
  const find = findManifest(output);
  const policy = find('AuthorizationPolicy', 'istio-ingressgateway-authorizer').spec;
  const provider = find('IstioOperator', 'istio').spec.meshConfig.extensionProviders[0];
  expect(policy).toMatchObject({ action: 'CUSTOM', provider: { name: provider.name } });
  expect(provider.envoyExtAuthzGrpc).toMatchObject({
    service: 'opa.authz.svc.cluster.local',
    port: 9191,
    failOpen: false,
  });
  expect(output['istio/values-istiod.yaml']).toContain('service: opa.authz.svc.cluster.local');
});

test('the gateway of both installers keeps the address of the client', () => {
  const operator = findManifest(output)('IstioOperator', 'istio');
  expect(operator.spec.components.ingressGateways[0].k8s.service.externalTrafficPolicy).toBe('Local');
  expect(output['istio/values-gateway.yaml']).toContain('externalTrafficPolicy: Local');
});

test('plain HTTP at the gateway of the Gateway API leads to HTTPS and not to the service', () => {
  const find = findManifest(output);
  const redirect = find('HTTPRoute', 'web-redirect').spec;
  expect(redirect.parentRefs).toEqual([{ name: 'public', namespace: 'ingress', sectionName: 'http' }]);
  expect(redirect.rules[0].backendRefs).toBeUndefined();
  expect(find('HTTPRoute', 'web').spec.parentRefs).toEqual([
    { name: 'public', namespace: 'ingress', sectionName: 'https' },
  ]);
});
