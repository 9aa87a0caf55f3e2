import { checkFiles } from '../../../../../lib/check';

function findings(spec: string): readonly string[] {
  const text = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: deny-x, namespace: shop}\nspec:\n  action: DENY\n  rules: [${spec}]\n`;
  return checkFiles([{ file: 'policy.yaml', text }]).map(({ rule }) => rule);
}
const operation = (fields: string) => `{to: [{operation: {${fields}}}]}`;
const when = (key: string, value: string) => `{when: [{key: "${key}", values: ["${value}"]}]}`;

describe('values that mean something other than they say', () => {
  test.each([
    ['path-template-slash', operation('paths: ["{*}"]')],
    ['path-template-slash', operation('notPaths: ["//{*}"]')],
    ['path-template-slash', operation('paths: ["/a/{**}//"]')],
    ['path-with-query', operation('paths: ["/a#b"]')],
    ['path-pattern-syntax', operation('paths: ["/items/:id/edit"]')],
    ['path-pattern-syntax', operation('paths: ["/api/.*"]')],
    ['path-pattern-syntax', operation('paths: ["^/api"]')],
    ['path-pattern-syntax', operation('notPaths: ["/(a|b)"]')],
    ['method-case', operation('notMethods: [Get]')],
    ['method-case', when('request.headers[:method]', 'post')],
    ['wildcard-inside', operation('hosts: ["*.a.example:*"]')],
    ['wildcard-inside', when('request.headers[x-team]', '*ops*')],
    ['wildcard-inside', when('request.auth.claims[groups]', 'a*b')],
    ['wildcard-inside', '{from: [{source: {requestPrincipals: ["*/*"]}}]}'],
    ['policy-port-of-proxy', when('destination.port', '15090')],
    ['host-without-port', operation('hosts: [admin.example.com]')],
  ])('%s: %s', (rule, spec) => {
    expect(findings(spec)).toContain(rule);
  });

  test.each([
    operation('paths: ["/a/{*}/", "/{**}", "/a:b", "/v1/items:batch", "/file.txt", "*.html"], ports: ["8080"]'),
    operation('methods: [GET, "*"], ports: ["8080"]'),
    operation('hosts: ["a.example", "a.example:*"], ports: ["8080"]'),
    operation('notPorts: ["15021"]'),
    '{from: [{source: {namespaces: ["team-*-prod"]}}]}',
  ])('silent: %s', (spec) => {
    const rules = [
      'path-template-slash',
      'path-with-query',
      'path-pattern-syntax',
      'policy-path-template',
      'method-case',
    ];
    const named = [...rules, 'wildcard-inside', 'policy-port-of-proxy', 'host-without-port'];
    expect(findings(spec).filter((rule) => named.includes(rule))).toEqual([]);
  });
});
