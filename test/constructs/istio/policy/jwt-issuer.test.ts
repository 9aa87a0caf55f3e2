import { Testing } from 'cdk8s';
import { JwtIssuer } from '../../../../lib/constructs/istio/policy/jwt-issuer';
import { PolicyScope } from '../../../../lib/constructs/istio/policy/policy-scope';
import { RequestAuthentication } from '../../../../lib/constructs/istio/policy/request-authentication';
import { SpiffeId } from '../../../../lib/upstream/spiffe/spiffe-id';
import { refusal } from '../refusal';

const teleport = {
  issuer: 'https://example.teleport.sh/workload-identity',
  jwksUri: 'https://example.teleport.sh/workload-identity/jwt-jwks.json',
  audiences: ['shop'],
} as const;
const issuer = JwtIssuer.of(teleport);
const id = SpiffeId.parse('spiffe://example.teleport.sh/ns/ci/sa/deployer');

test('callers are told by the claims, because Istio cannot name a subject with slashes', () => {
  expect(issuer.callers(id).map(({ spec }) => spec)).toEqual([
    { key: 'request.auth.claims[iss]', values: ['https://example.teleport.sh/workload-identity'] },
    { key: 'request.auth.claims[sub]', values: ['spiffe://example.teleport.sh/ns/ci/sa/deployer'] },
  ]);
  expect(issuer.callers(id).every(({ subject }) => subject === 'token')).toBe(true);
});

test('any caller of an issuer can be a request principal', () => {
  expect(issuer.anyCaller().pattern).toBe('https://example.teleport.sh/workload-identity/*');
});

test.each([
  [{ issuer: '' }, 'empty'],
  [{ audiences: [''] as const }, 'empty'],
  [{ jwksUri: 'http://example.teleport.sh/keys' }, 'the address of the keys is missing or does not use TLS'],
  [{ jwksUri: 'example.teleport.sh/keys' }, 'the address of the keys is missing or does not use TLS'],
])('%j is refused', (wrong, problem) => {
  expect(refusal(() => JwtIssuer.of({ ...teleport, ...wrong })).problem).toContain(problem);
});

test('an issuer without audiences does not compile, and is refused', () => {
  // @ts-expect-error a token for another service must not open this one
  expect(refusal(() => JwtIssuer.of({ ...teleport, audiences: [] })).problem).toContain('empty');
});

describe('RequestAuthentication', () => {
  const scope = PolicyScope.workload('shop', { app: 'web' });

  test('verifies tokens of the issuer for the audience', () => {
    const chart = Testing.chart();
    const { resource } = new RequestAuthentication(chart, 'jwt', { name: 'web', scope, issuers: [issuer] });
    expect(resource.toJson()).toEqual({
      apiVersion: 'security.istio.io/v1',
      kind: 'RequestAuthentication',
      metadata: expect.objectContaining({ name: 'web', namespace: 'shop' }),
      spec: { selector: { matchLabels: { app: 'web' } }, jwtRules: [{ ...teleport }] },
    });
  });

  test('raw rules follow, and no rule at all is refused', () => {
    const raw = { issuer: 'https://idp.example', jwksUri: 'https://idp.example/keys' };
    const { spec } = RequestAuthentication.manifest({ name: 'web', scope, issuers: [issuer], rawJwtRules: [raw] });
    expect(spec.jwtRules[1]).toEqual(raw);
    expect(refusal(() => RequestAuthentication.manifest({ name: 'web', scope, issuers: [] })).problem).toBe(
      'no issuer is given',
    );
  });
});
