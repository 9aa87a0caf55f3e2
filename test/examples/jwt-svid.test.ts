import { load } from 'js-yaml';
import { decide, MeshModel } from '../../lib/access';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('jwt-svid');
const find = findManifest(output);
const [jwtRule] = find('RequestAuthentication', 'teleport').spec.jwtRules;
const tbot = load(output['workflow/tbot.yaml'] ?? '') as Manifest;
const [service] = tbot.services;

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('jwt-svid'));
});

test("the gateway trusts Teleport's issuer, with the keys that its proxy publishes", () => {
  const proxy = tbot.proxy_server.replace(/:443$/, '');
  // Paths of the proxy's OIDC endpoints (gravitational/teleport lib/web/workload_identity.go).
  expect(jwtRule.issuer).toBe(`https://${proxy}/workload-identity`);
  expect(jwtRule.jwksUri).toBe(`https://${proxy}/workload-identity/jwt-jwks.json`);
});

test('the token is meant for the API, and so is the gateway', () => {
  const [server] = find('Gateway', 'api').spec.servers;
  expect(service.audiences).toEqual(server.hosts.map((host: string) => `https://${host}`));
  expect(jwtRule.audiences).toEqual(service.audiences);
  // In plain text anybody on the way could take the token.
  expect(server.port.protocol).toBe('HTTPS');
});

test('the workflow gets the identity that the policy names, and only its repository does', () => {
  const identity = find('workload_identity', service.selector.name);
  const subject = find('AuthorizationPolicy', 'callers').spec.rules[0].when.find(
    ({ key }: Manifest) => key === 'request.auth.claims[sub]',
  );
  expect(subject.values).toEqual([`spiffe://example.teleport.sh${identity.spec.spiffe.id}`]);

  const token = find('token', tbot.onboarding.token);
  const [rule, ...others] = identity.spec.rules.allow;
  expect(others).toEqual([]);
  expect(rule.conditions).toEqual([
    { attribute: 'join.github.repository', eq: { value: token.spec.github.allow[0].repository } },
  ]);
  // What tbot writes to a file is for no process in particular, so there is nothing that could be attested.
  expect(JSON.stringify(identity.spec)).not.toContain('workload.');
});

describe('at the gateway', () => {
  const { selector } = find('AuthorizationPolicy', 'callers').spec;
  const metadata = { name: 'gateway', namespace: 'istio-system' };
  // istioctl writes these; as far as policies are concerned, TLS has ended before them.
  const gateway = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        selector,
        template: {
          metadata: { labels: selector.matchLabels, annotations: { 'inject.istio.io/templates': 'gateway,spire' } },
          spec: { serviceAccountName: 'istio-ingressgateway-service-account', containers: [{ name: 'istio-proxy' }] },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: selector.matchLabels,
        ports: [{ name: 'http-after-tls', port: 443, targetPort: 8443 }],
      },
    },
  ];
  const files = Object.entries(output).map(([file, text]) => ({ file, text }));
  const standIn = { file: 'gateway.json', text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: gateway }) };
  const model = MeshModel.from(readManifests([...files, standIn]).manifests);
  const iss = jwtRule.issuer;
  const sub = 'spiffe://example.teleport.sh/github/reports';
  const aud = 'https://api.example.com';

  test.each<[string, Record<string, string> | null, 'allowed' | 'denied']>([
    ['the caller', { iss, sub, aud }, 'allowed'],
    ['another identity of the same Teleport', { iss, sub: `${sub}/other`, aud }, 'denied'],
    ['a subject that another issuer vouches for', { iss: 'https://elsewhere.example.com', sub, aud }, 'denied'],
    ['nobody in particular', null, 'denied'],
  ])('%s: %s', (_who, claims, verdict) => {
    const request = { from: 'outside', to: 'istio-system/gateway', method: 'GET', path: '/', claims };
    expect(decide(model, request).verdict).toBe(verdict);
  });

  test('what the caller may not do is refused', () => {
    const request = { from: 'outside', to: 'istio-system/gateway', method: 'DELETE', claims: { iss, sub, aud } };
    expect(decide(model, request).verdict).toBe('denied');
  });
});
