import { check, checkFiles, renderFindings, summarize } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { growthOf, NOT_QUADRATIC } from '../../growth';

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

describe('of a rule that a file breaks thousands of times', () => {
  const principals = Array.from({ length: 2_500 }, (_, index) => `spiffe://example.teleport.sh/ns/shop/sa/${index}`);
  const text = policy(principals.join('\n              - '));

  test('a thousand findings are listed, and one says how many more there are', () => {
    const found = run(text).filter(({ rule }) => rule === 'principal-has-scheme');
    expect(found).toHaveLength(1_001);
    expect(found.at(-1)?.count).toBe(1_500);
    expect(found.at(-1)?.found).toBe('principal "spiffe://example.teleport.sh/ns/shop/sa/1000" begins with spiffe://');
    expect(found.filter(({ count }) => count !== undefined)).toHaveLength(1);
    expect(summarize(found)).toBe('2500 errors, 0 warnings in 1 file');
    expect(renderFindings('text', found)).toContain('and 1499 more like it in this file');
  });

  test('all may be suppressed', () => {
    const ignored = text.replace(
      'namespace: shop}',
      'namespace: shop, annotations: {teleport-istio.dev/ignore.principal-has-scheme: why}}',
    );
    expect(run(ignored).filter(({ rule }) => rule === 'principal-has-scheme')).toEqual([]);
  });

  test('those that nobody looked at are told of, whatever is suppressed', () => {
    const many = Array(100_010).fill('spiffe://a').join(',');
    const suppressed = policy(
      `[${many}]`,
      ', annotations: {teleport-istio.dev/ignore.principal-has-scheme: why}',
    ).replace(/- \[/, '[');
    const [finding, ...others] = run(suppressed, { rules: ['principal-has-scheme'] });
    expect(others).toEqual([]);
    expect(finding?.count).toBe(10);
  });

  test('other files have a thousand of their own', () => {
    const files = ['a.yaml', 'b.yaml'].map((file) => ({ file, text }));
    const all = checkFiles(files, { rules: ['principal-has-scheme'] });
    expect(all).toHaveLength(2_002);
  });
});

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
        fix: expect.stringContaining('remove'),
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

  const config = (key: string, comment: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata:\n  ${key}: |\n    text\n    ${comment}\n`;

  test('inside an embedded document count, with the lines of the file', () => {
    const config = (comment: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tbot, namespace: teleport}\ndata:\n  tbot.yaml: |\n    version: v2\n    proxy_server: a.example:443\n    onboarding: {join_method: kubernetes, token: a}\n${comment}    certificate_ttl: 1h\n`;
    expect(ids(config(''))).toEqual(['deprecated-key']);
    expect(ids(config('    # teleport-istio-ignore deprecated-key: tbot 17 here\n'))).toEqual([]);
  });

  test.each([
    ['a comment without a colon', '', ' # teleport-istio-ignore principal-has-scheme because'],
    ['a comment for two rules', '', ' # teleport-istio-ignore principal-has-scheme, wildcard-inside'],
    ['a comment of spaces', '', ' # teleport-istio-ignore principal-has-scheme:   '],
    ['an annotation of spaces', ', annotations: {teleport-istio.dev/ignore.principal-has-scheme: " "}', ''],
  ])('by %s have no reason, so they hide nothing', (_, metadata, comment) => {
    expect([...ids(policy(`spiffe://a/ns/b/sa/c${comment}`, metadata))].sort()).toEqual([
      'principal-has-scheme',
      'suppression-without-reason',
    ]);
  });

  test.each([
    ['a quoted text', WRONG.replace('spiffe://', '"spiffe://').replace('front-end\n', `#${COMMENT}"\n`), true],
    [
      'a quoted text after a space',
      WRONG.replace('spiffe://', '"spiffe://').replace('front-end\n', `x ${COMMENT}"\n`),
      true,
    ],
    ["an application's file", config('readme.md', COMMENT), false],
    ['an annotation', policy('a/ns/b/sa/c', `, annotations: {note: "${COMMENT}"}`), false],
    ['another comment', policy('a/ns/b/sa/c').replace('spec:', `spec: # write ${COMMENT}`), false],
  ])('in %s are none: neither honoured nor called unused', (_, text, isWrong) => {
    expect(ids(text)).toEqual(isWrong ? ['principal-has-scheme'] : []);
  });

  test('count after a text in blocks or quotes, and in lines with too little indentation', () => {
    const follows = (note: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata:\n${note}  ${COMMENT}\n`;
    expect(ids(follows('  a: |\n    text\n'))).toEqual(['suppression-unused']);
    expect(ids(follows('  a: "two\n\n    lines"\n'))).toEqual(['suppression-unused']);
    const loose = WRONG.replace(/principals:\n *- (.*)/, `principals: [\n"$1" ${COMMENT}\n]`);
    expect(ids(loose)).toEqual([]);
  });

  test('between documents hide nothing', () => {
    expect(ids(`${COMMENT}\n---\n${WRONG}`)).toEqual(['suppression-unused', 'principal-has-scheme']);
  });

  test('of what is not YAML are still seen', () => {
    expect(ids('# teleport-istio-ignore yaml-syntax: a fixture\na: b: c\n')).toEqual([]);
  });

  test('by an annotation of the pod template are for the whole workload', () => {
    const workload = (annotations: string) =>
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: shop}\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: b}${annotations}}\n    spec: {containers: [{name: a, image: "a:1"}]}\n`;
    expect(ids(workload(''))).toEqual(['selector-labels-mismatch']);
    const ignored = ', annotations: {teleport-istio.dev/ignore.selector-labels-mismatch: why}';
    expect(ids(workload(ignored))).toEqual([]);
    expect(ids(workload(ignored).replace('app: b', 'app: a'))).toEqual(['suppression-unused']);
  });

  test('by an annotation of a List are for none of its items', () => {
    const list = `apiVersion: v1\nkind: List\nmetadata: {annotations: {teleport-istio.dev/ignore.principal-has-scheme: why}}\nitems:\n${WRONG.replace(/^/gm, '    ').replace('    api', '  - api')}`;
    expect(ids(list.trimEnd())).toEqual(['suppression-unused', 'principal-has-scheme']);
  });

  test('in tens of thousands are looked up at once', () => {
    const many = (size: number) =>
      policy('spiffe://a/ns/b/sa/c').replace(/ +- spiffe.*\n/, (line) =>
        `              # teleport-istio-ignore principal-has-scheme: so\n${line}`.repeat(size),
      );
    expect(ids(many(20_000))).toEqual([]);
    expect(ids(`${COMMENT}\n`.repeat(10_000) + WRONG)).toHaveLength(1_002);
    expect(growthOf(2_000, (size) => ids(many(size)))).toBeLessThan(NOT_QUADRATIC);
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
      { file: path, text: text.replace('kind', 'data: {a: b}\nkind') },
    ]).map(({ rule }) => rule);

  expect(rules('dist/b.k8s.yaml')).toEqual(['dup-names-and-keys']);
  expect(rules('dist/variants/b.k8s.yaml')).toEqual([]);
  expect(rules('dist\\variants\\b.k8s.yaml')).toEqual([]);
  expect(rules('dist/variants-of-mine.yaml')).toEqual(['dup-names-and-keys']);
});
