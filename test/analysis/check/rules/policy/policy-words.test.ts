import { checkFiles } from '../../../../../lib/check';

/** The findings of one rule in a policy with this rule of its own, as "pointer" texts. */
function found(rule: string, fields: string, ...more: readonly string[]): readonly string[] {
  const policy = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {rules: [{${fields}}]}\n`;
  const text = [policy, ...more].join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(({ pointer }) => pointer);
}

const from = (field: string, ...values: readonly string[]) => `from: [{source: {${field}: ${JSON.stringify(values)}}}]`;
const to = (field: string, ...values: readonly string[]) => `to: [{operation: {${field}: ${JSON.stringify(values)}}}]`;
const when = (key: string) => `when: [{key: ${JSON.stringify(key)}, values: [a]}]`;

describe('a name in brackets', () => {
  test.each([
    'request.auth.claims[realm_access][roles]',
    'request.auth.claims[https://shop.example/roles]',
    'request.auth.claims[groups]',
    'request.auth.claims[cognito:groups]',
    'request.auth.claims[shop.example/roles]',
    'request.headers[x.team]',
    'request.headers[:authority]',
  ])('is right: %s', (key) => expect(found('claim-key', when(key))).toEqual([]));

  test.each([
    "request.auth.claims['groups']",
    'request.auth.claims["groups"]',
    "request.headers['X-Team']",
    'request.auth.claims[realm_access.roles]',
    'request.auth.claims[realm_access/roles]',
  ])('is not what it seems: %s', (key) => expect(found('claim-key', when(key))).toEqual(['/spec/rules/0/when/0']));
});

describe('a principal of a token', () => {
  const issuer = (name: string) =>
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {jwtRules: [{issuer: "${name}"}]}\n`;

  test.each(['https://id.example/*', '*', 'a@b/a@b', 'https://id.example/realms/shop/u1', 'https://id.example/u1'])(
    'may be whole: %s',
    (value) => expect(found('request-principal-shape', from('requestPrincipals', value))).toEqual([]),
  );

  test.each(['https://id.example', 'a@b', 'cluster.local/ns/shop/sa/web'])('is not one: %s', (value) =>
    expect(found('request-principal-shape', from('requestPrincipals', value))).toHaveLength(1),
  );

  test('is not the issuer that a RequestAuthentication names', () => {
    const principal = from('requestPrincipals', 'https://id.example/realms/shop');
    expect(found('request-principal-shape', principal)).toEqual([]);
    expect(found('request-principal-shape', principal, issuer('https://id.example/realms/shop'))).toHaveLength(1);
    expect(found('request-principal-shape', principal, issuer('https://id.example/realms'))).toEqual([]);
  });
});

describe('a namespace', () => {
  test.each(['shop', 'team-*-prod', '*', '*-prod', '{{ namespace }}'])('can be: %s', (value) =>
    expect(found('namespace-value', from('namespaces', value))).toEqual([]),
  );

  test.each(['shop/web', 'Shop', 'shop.svc', 'shop_a'])('cannot be: %s', (value) =>
    expect(found('namespace-value', from('namespaces', value))).toHaveLength(1),
  );
});

describe('a space around a value', () => {
  test('is seen in paths, hosts, namespaces and principals, and not inside', () => {
    expect(found('value-with-space', to('paths', '/a ', '/b'))).toEqual(['/spec/rules/0/to/0/operation/paths/0']);
    expect(found('value-with-space', to('hosts', ' a.example'))).toHaveLength(1);
    expect(found('value-with-space', from('notNamespaces', 'shop '))).toHaveLength(1);
    expect(found('value-with-space', from('principals', 'a/ns/b/sa/c '))).toHaveLength(1);
    expect(found('value-with-space', to('paths', '/a b'))).toEqual([]);
  });
});

describe('a method', () => {
  test('that stands for every one elsewhere', () => {
    expect(found('method-any', to('methods', 'GET', 'any', 'ALL'))).toHaveLength(2);
    expect(found('method-any', to('methods', '*', 'PURGE'))).toEqual([]);
  });
});

describe('a principal', () => {
  const identity = (id: string) =>
    `kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {id: "${id}"}, rules: {allow: [{conditions: [{attribute: workload.kubernetes.namespace, eq: {value: a}}]}]}}\n`;

  test.each(['cluster.local/ns/shop/sa/web', '*', 'cluster.local/*', '*/sa/web', 'other.example/machines/7'])(
    'can be an identity: %s',
    (value) => expect(found('principal-shape', from('principals', value))).toEqual([]),
  );

  test.each(['web', 'system:serviceaccount:shop:web', 'cluster.local/sa/web', 'cluster.local/shop/web'])(
    'is none: %s',
    (value) => expect(found('principal-shape', from('principals', value))).toHaveLength(1),
  );

  test('may have another path where Teleport issues such', () => {
    const principal = from('principals', 'cluster.local/apps/web');
    expect(found('principal-shape', principal, identity('/apps/{{ workload.kubernetes.service_account }}'))).toEqual(
      [],
    );
    expect(found('principal-shape', principal, identity('/ns/a/sa/b'))).toHaveLength(1);
  });
});

describe('a path of another program', () => {
  test.each(['/items/<id>', '/items/<int:id>/x', '/items/:id'])('has a parameter: %s', (path) =>
    expect(found('path-pattern-syntax', to('paths', path))).toHaveLength(1),
  );

  test.each(['/v1/items:batchGet', '/a<b', '/robots.txt', '/.well-known/*'])('is a path: %s', (path) =>
    expect(found('path-pattern-syntax', to('paths', path))).toEqual([]),
  );
});

describe('where the keys of tokens are', () => {
  const keys = (uri: string) =>
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {jwtRules: [{issuer: "https://id.example", jwksUri: "${uri}"}]}\n`;

  test('is not what describes the issuer', () => {
    const discovery = 'https://id.example/.well-known/openid-configuration';
    expect(found('jwks-uri', from('namespaces', 'a'), keys(discovery))).toHaveLength(1);
    expect(found('jwks-uri', from('namespaces', 'a'), keys(`${discovery}/jwks`))).toEqual([]);
    expect(found('jwks-uri', from('namespaces', 'a'), keys('https://id.example/.well-known/jwks.json'))).toEqual([]);
  });
});
