import { check, checkFiles } from '../../lib/check';
import { readManifests } from '../../lib/manifests';

const policy = (principals: string, metadata = '') => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: catalogue, namespace: shop${metadata}}
spec:
  rules:
    - from:
        - source:
            principals:
              - ${principals}
`;
const WRONG = policy('spiffe://example.teleport.sh/ns/shop/sa/front-end');

const run = (text: string, options = {}) => checkFiles([{ file: 'a.yaml', text }], options);
const ids = (text: string, options = {}) => run(text, options).map(({ rule }) => rule);

describe('a finding', () => {
  test('has the object, the pointer, the place, the value, the reason, the remedy and the source', () => {
    expect(run(WRONG)).toEqual([
      {
        rule: 'principal-has-scheme',
        severity: 'error',
        resource: {
          apiVersion: 'security.istio.io/v1',
          kind: 'AuthorizationPolicy',
          namespace: 'shop',
          name: 'catalogue',
        },
        pointer: '/spec/rules/0/from/0/source/principals/0',
        location: { file: 'a.yaml', line: 9, column: 17 },
        values: { principal: 'spiffe://example.teleport.sh/ns/shop/sa/front-end' },
        found: 'principal "spiffe://example.teleport.sh/ns/shop/sa/front-end" begins with spiffe://',
        why: expect.stringContaining('never matches'),
        fix: expect.stringContaining('leave'),
        source: expect.stringContaining('istio/istio'),
      },
    ]);
  });

  test('is data: it survives JSON', () => {
    expect(JSON.parse(JSON.stringify(run(WRONG)))).toEqual(run(WRONG));
  });

  test('about a file that cannot be read has no object', () => {
    const [finding] = run('a: [');
    expect(finding).toMatchObject({ rule: 'yaml-syntax', severity: 'error', location: { file: 'a.yaml' } });
    expect(finding?.resource).toBeUndefined();
  });
});

test('findings are in the order of files and lines, whatever the order of rules', () => {
  const files = [
    { file: 'z.yaml', text: `${WRONG}---\n${WRONG.replace('name: catalogue', 'name: carts')}` },
    { file: 'a.yaml', text: WRONG.replace('name: catalogue', 'name: orders') },
  ];
  expect(checkFiles(files).map(({ location }) => [location.file, location.line])).toEqual([
    ['z.yaml', 9],
    ['z.yaml', 19],
    ['a.yaml', 9],
  ]);
});

test('the same manifests in another order of files give the same findings', () => {
  const parts = WRONG.replace('name: catalogue', 'name: a');
  const files = [
    { file: '1.yaml', text: parts },
    { file: '2.yaml', text: policy('example.teleport.sh/ns/shop/sa/frontend') },
    { file: '3.yaml', text: 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: front-end, namespace: shop}\n' },
  ];
  const key = (all: ReturnType<typeof checkFiles>) =>
    all.map(({ rule, location }) => `${location.file} ${rule}`).sort();
  expect(key(checkFiles([...files].reverse()))).toEqual(key(checkFiles(files)));
});

describe('choosing rules', () => {
  const TWO = `${WRONG}---\napiVersion: v1\nkind: Thing\nmetadata: {}\n`;

  test('only those asked for are applied', () => {
    expect(ids(TWO, { rules: ['principal-has-scheme'] })).toEqual(['principal-has-scheme']);
  });

  test('those to be skipped are not, under any of their names', () => {
    expect(ids(TWO, { skip: ['principal-prefix'] })).toEqual(['manifest-incomplete']);
  });

  test.each(['rules', 'skip'])('an unknown rule in %s is refused, with the near one', (option) => {
    expect(() => ids(WRONG, { [option]: ['principal-has-schema'] })).toThrow('write "principal-has-scheme"');
  });
});

describe('the other half of a rule about two objects', () => {
  const dangling = policy('example.teleport.sh/ns/checkout/sa/front-end');

  test('is not missed when the inputs may be a part', () => {
    expect(ids(dangling)).toEqual([]);
  });

  test('is missed when they are everything', () => {
    expect(ids(dangling, { complete: true })).toContain('principal-without-service-account');
  });
});

describe('suppressions', () => {
  const at = (line: string) => WRONG.replace('              - spiffe', line);
  const COMMENT = '# teleport-istio-ignore principal-has-scheme: tried on purpose';

  test('by a comment on the line above, with a reason, hide a finding', () => {
    expect(ids(at(`              ${COMMENT}\n              - spiffe`))).toEqual([]);
  });

  test('by a comment at the end of the line hide a finding', () => {
    expect(ids(WRONG.replace('front-end\n', `front-end ${COMMENT}\n`))).toEqual([]);
  });

  test('may stand above other comments', () => {
    expect(ids(at(`              ${COMMENT}\n              # see the runbook\n\n              - spiffe`))).toEqual([]);
  });

  test('under the other name of a rule hide its findings too', () => {
    expect(ids(WRONG.replace('front-end\n', 'front-end # teleport-istio-ignore principal-prefix: so\n'))).toEqual([]);
  });

  test('reach no further than their line', () => {
    expect(ids(`${COMMENT}\n${WRONG}`)).toEqual(['suppression-unused', 'principal-has-scheme']);
  });

  test('without a reason hide nothing', () => {
    expect(ids(at('              # teleport-istio-ignore principal-has-scheme:\n              - spiffe'))).toEqual([
      'suppression-without-reason',
      'principal-has-scheme',
    ]);
  });

  test('of a rule that does not exist are reported', () => {
    expect(ids(`# teleport-istio-ignore principal: so\n${WRONG}`)).toEqual([
      'suppression-unknown-rule',
      'principal-has-scheme',
    ]);
  });

  test('that hide nothing are reported, but not when their rule was not applied', () => {
    const right = policy(`example.teleport.sh/ns/shop/sa/front-end ${COMMENT}`);
    expect(ids(right)).toEqual(['suppression-unused']);
    expect(ids(right, { skip: ['principal-has-scheme'] })).toEqual([]);
  });

  test('by an annotation are for the whole object, and for it alone', () => {
    const ignored = policy(
      'spiffe://example.teleport.sh/ns/shop/sa/front-end',
      ', annotations: {teleport-istio.dev/ignore.principal-has-scheme: tried on purpose}',
    );
    expect(ids(ignored)).toEqual([]);
    expect(ids(`${ignored}---\n${WRONG.replace('name: catalogue', 'name: carts')}`)).toEqual(['principal-has-scheme']);
  });

  test('by an annotation without a reason hide nothing', () => {
    const empty = policy('spiffe://a/ns/b/sa/c', ', annotations: {teleport-istio.dev/ignore.principal-has-scheme: ""}');
    expect(ids(empty)).toEqual(['suppression-without-reason', 'principal-has-scheme']);
  });

  test('inside an embedded document count, with the lines of the file', () => {
    const config = (comment: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tbot, namespace: teleport}\ndata:\n  tbot.yaml: |\n    version: v2\n    proxy_server: a.example:443\n    onboarding: {join_method: kubernetes, token: a}\n${comment}    certificate_ttl: 1h\n`;
    expect(ids(config(''))).toEqual(['deprecated-key']);
    expect(ids(config('    # teleport-istio-ignore deprecated-key: tbot 17 here\n'))).toEqual([]);
  });

  test('that only look like ones are none', () => {
    expect(ids(`# teleport-istio-ignored things: x\n${policy('example.teleport.sh/ns/shop/sa/a')}`)).toEqual([]);
  });
});

test('manifests given without problems are checked as they are', () => {
  expect(check(readManifests([{ file: 'a.yaml', text: WRONG }]).manifests).map(({ rule }) => rule)).toEqual([
    'principal-has-scheme',
  ]);
});

test('a file in variants/ replaces objects of the rest, so it is looked at alone', () => {
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n';
  const rules = (path: string) =>
    checkFiles([
      { file: 'dist/a.k8s.yaml', text },
      { file: path, text },
    ]).map(({ rule }) => rule);

  expect(rules('dist/b.k8s.yaml')).toEqual(['dup-names-and-keys']);
  expect(rules('dist/variants/b.k8s.yaml')).toEqual([]);
  expect(rules('dist\\variants\\b.k8s.yaml')).toEqual([]);
  expect(rules('dist/variants-of-mine.yaml')).toEqual(['dup-names-and-keys']);
});
