import { checkFiles, type Finding, renderFindings } from '../../../lib/check';

const run = (text: string, file = 'a.yaml') => checkFiles([{ file, text }]);
const codes = (findings: readonly Finding[]) => findings.map(({ rule, code }) => `${rule} ${code}`);

const PEER = 'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: a, namespace: b}\n';
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: a, image: "a:1"}]}\n';
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n';

test.each([
  ['apiVersion: v1\nmetadata: {name: a}\n', 'manifest-incomplete no-kind'],
  ['kind: Service\nmetadata: {name: a}\nspec: {}\n', 'manifest-incomplete no-api-version'],
  ['apiVersion: v1\nkind: Namespace\n', 'manifest-incomplete no-name'],
  [
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n'.replace('name: n', 'name: 1'),
    'manifest-incomplete name-not-string',
  ],
  ['- {kind: Service}\n', 'manifest-not-a-mapping is-list'],
  ['kind\n', 'manifest-not-a-mapping is-single-value'],
  ['kind: [', 'yaml-syntax unclosed'],
  ['kind: a: b\n', 'yaml-syntax not-yaml'],
  [`--- kind\n${NAMESPACE}`, 'yaml-syntax text-after-separator'],
  [`${NAMESPACE}...\nkind: Service\n`, 'yaml-syntax text-after-end'],
  [`${NAMESPACE}kind: Service\n`, 'yaml-duplicate-key key-twice'],
  ['kind: a\n\tb: c\n', 'yaml-tab tab'],
  ['', 'file-empty no-document'],
  ['kind: {{ .Values.kind }}\n', 'yaml-template has-template'],
])('%j has a code for what cannot be read: %s', (text, expected) => {
  expect(codes(run(text))).toContain(expected);
});

test.each([
  [`${PEER}spec: {mtls: {mode: strict}}\n`, 'not-allowed'],
  [`${PEER}spec: {mtls: [STRICT]}\n`, 'wrong-type'],
  [POD.replace('"a:1"', '"a:1", ports: [{name: a}]'), 'missing-field'],
])('%j has a code for what the schema refuses: %s', (text, code) => {
  expect(codes(run(text))).toContain(`invalid-value ${code}`);
});

test('a chart stands for its templates, with their number', () => {
  const files = [
    { file: 'chart/Chart.yaml', text: 'name: shop\n' },
    ...['a', 'b', 'c'].map((name) => ({ file: `chart/templates/${name}.yaml`, text: 'kind: {{ .Values.kind }}\n' })),
  ];
  const [chart] = checkFiles(files);

  expect(chart).toMatchObject({ rule: 'chart-not-rendered', code: 'in-chart', count: 3 });
  expect(renderFindings('text', [chart as Finding])).not.toContain('more like it');
});

test('reports for programs have code and count, and those for people the count', () => {
  const many = Array.from({ length: 1_003 }, (_, index) => `x${index}: 1`).join('\n');
  const findings = [...run('kind: a: b\n'), ...run(`${NAMESPACE}${many}\n`, 'b.yaml')];
  const { results } = JSON.parse(renderFindings('sarif', findings)).runs[0];

  expect(results[0].properties).toEqual({ code: 'not-yaml' });
  expect(results.at(-1)).toMatchObject({ ruleId: 'unknown-field', occurrenceCount: 3 });
  expect(JSON.parse(renderFindings('json', findings))).toMatchObject({ summary: { errors: 1_004 } });
  expect(renderFindings('junit', findings)).toContain('type="error not-yaml"');
  for (const format of ['junit', 'github', 'gitlab', 'sarif'] as const)
    expect(renderFindings(format, findings)).toContain('and 2 more like it in this file');
});
