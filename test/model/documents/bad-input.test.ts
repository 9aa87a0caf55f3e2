import { Rereading } from '../../../lib/base/yaml/flow-indentation';
import { readYaml } from '../../../lib/base/yaml/yaml-value';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import type { ReadProblemId } from '../../../lib/model/documents/read-problem';
import { mayHide } from '../../../lib/model/documents/read-problem';
import { growthOf, NOT_QUADRATIC } from '../../growth';
import { extent } from '../../thorough';

const GOOD = { file: 'good.yaml', text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n' };

/** Reads the text between two good files, which must not be hurt by it. */
function problemsOf(text: string) {
  const { manifests, problems } = readManifests([GOOD, { file: 'bad.yaml', text }, { ...GOOD, file: 'last.yaml' }]);
  expect(manifests.all.filter(({ name }) => name === 'shop').length).toBeGreaterThanOrEqual(2);
  expect(problems.every(({ location }) => location.file === 'bad.yaml')).toBe(true);
  return problems;
}

const deep = (open: string, close: string) => `a: ${open.repeat(5000)}${close.repeat(5000)}`;
const bomb = ['a0: &a0 x', ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`)];

test.each<[string, string, ReadProblemId, number]>([
  ['a text that is not YAML', 'a: b\n  c: d: e\n', 'yaml-syntax', 2],
  ['an unclosed quote', 'a: "b\nc: d\n', 'yaml-syntax', 2],
  ['a tab as indentation', 'a:\n\t- b\n', 'yaml-tab', 2],
  ['a Helm template', 'apiVersion: v1\nmetadata:\n  name: {{ .Release.Name }}\n', 'yaml-template', 3],
  ['a Helm template with control lines', '{{- if .Values.on }}\nkind: A\n{{- end }}\n', 'yaml-template', 1],
  ['a Helm template in quotes', 'apiVersion: v1\nkind: A\nmetadata:\n  name: "{{ .Values.a }}"\n', 'yaml-template', 4],
  [
    'a namespace to be filled in',
    'apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: "{{a}}"\n',
    'yaml-template',
    5,
  ],
  ['a kind to be filled in', 'apiVersion: v1\nkind: "{{ .k }}"\nmetadata: {name: a}\n', 'yaml-template', 2],
  ['a binary file', 'PNG\r\n\u001a\n\0\0\0\rIHDR', 'file-not-text', 3],
  ['an empty file', '', 'file-empty', 1],
  ['a file of comments', '# nothing\n---\n# here\n', 'file-empty', 1],
  ['brackets nested 5000 deep', deep('[', ']'), 'yaml-nesting', 1],
  ['mappings nested 5000 deep', deep('{a: ', '}'), 'yaml-nesting', 1],
  ['an alias bomb', bomb.join('\n'), 'yaml-alias-bomb', 1],
  ['an alias that holds itself', 'a: &a [*a]\n', 'yaml-alias-bomb', 1],
  [
    'a merge bomb',
    `a: &a {${Array.from({ length: 200 }, (_, i) => `k${i}: 1`).join(', ')}}\n${Array.from({ length: 100 }, (_, i) => `m${i}: {<<: *a}`).join('\n')}`,
    'yaml-alias-bomb',
    1,
  ],
  ['a single value', 'just a sentence\n', 'manifest-not-a-mapping', 1],
  ['a list of objects', '- a\n- {kind: B}\n', 'manifest-not-a-mapping', 1],
  ['several templates', 'a: {{ .a }}\n---\nb: {{ .b }}\n---\nkind: "{{ .c }}"\napiVersion: v1\n', 'yaml-template', 1],
  ['an object without a kind', 'apiVersion: v1\nmetadata: {name: a}\n', 'manifest-incomplete', 1],
  ['an object without an apiVersion', 'kind: Deployment\nmetadata: {name: a}\nspec: {}\n', 'manifest-incomplete', 1],
  ['an object without a name', '\n\napiVersion: v1\nkind: Service\nmetadata: {}\n', 'manifest-incomplete', 3],
  ['an object that is nothing but a kind', 'apiVersion: v1\nkind: ServiceAccount\n', 'manifest-incomplete', 1],
  [
    'an object of another group without a name',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nrules: []\n',
    'manifest-incomplete',
    1,
  ],
  ['a key that stands twice', 'apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  name: b\n', 'yaml-duplicate-key', 5],
])('%s is one problem with its line, and the other files are read', (_, text, id, line) => {
  const problems = problemsOf(text);
  expect(problems.map((problem) => problem.id)).toEqual([id]);
  if (id !== 'yaml-alias-bomb') expect(problems[0]?.location.line).toBe(line);
});

test.each([
  ['a patch that deletes', 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n$patch: delete'],
  [
    'a patch that replaces a part',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: b, $patch: replace}]}',
  ],
  ['a CloudFormation template', 'Conditions: {A: !Not [!Equals [!Ref B, ""]]}\nC: !Sub "$D"\nE: !Transform {Name: F}'],
  ['a tag of Python', 'index: !!python/name:material.extensions.emoji.twemoji'],
  ['values with U+FFFD written out', '# \uFFFD\uFFFD\nldap: {base: "\uFFFD\uFFFD"}'],
  ["another program's onboarding", 'onboarding: {modules: [{name: ida}]}'],
  ["another program's onboarding that is a switch", 'onboarding: true\nversion: v2'],
  [
    'a kustomization',
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {annotations: {a: b}}',
  ],
  ['a kind cluster', 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: []'],
  ['a JSON patch', '- {op: remove, path: /spec/replicas}'],
  ['tasks of Ansible', '- name: install\n  apt: {name: helm}'],
  ['a kubeconfig', 'apiVersion: v1\nkind: Config\nclusters: []'],
  ['an audit policy', 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []'],
  ['a Teleport resource we know nothing of', 'kind: user\nversion: v2\nmetadata: {name: joe}\nspec: {roles: [a]}'],
  ...['node', 'app', 'db', 'lock', 'saml', 'oidc', 'github', 'scoped_token', 'bot_instance', 'workload_cluster'].map(
    (kind) => [`a ${kind} of Teleport's`, `kind: ${kind}\nversion: v1\nmetadata: {name: a}\nspec: {}`],
  ),
  ["another program's file", 'kind: bots\nversion: 3\nmetadata: {name: a}'],
])('%s is passed over without a word', (_, text) => {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  expect(manifests.all).toEqual([]);
});

test.each([
  [
    'a Teleport identity',
    'kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {id: "/{{ user.name }}"}}',
  ],
  ['an annotation', 'apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {note: "{{ $labels.pod }}"}}'],
  ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {"a.tmpl": "kind: {{ .a }}"}'],
  [
    'objects that are made from it',
    'apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {template: {metadata: {name: "{{ .a }}"}}}',
  ],
])('braces in %s are meant', (_, text) => {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect([manifests.all.length, problems]).toEqual([1, []]);
});

test('a document with a key that stands twice is read all the same: the last one counts, as for most parsers', () => {
  const { manifests, problems } = readManifests([
    { file: 'a.yaml', text: 'apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {a: 1, b: 1, a: 2, b: 2}\n' },
  ]);
  expect(problems.map(({ problem }) => problem)).toEqual([
    'key "a" appears twice in one mapping',
    'key "b" appears twice in one mapping',
  ]);
  expect(manifests.all[0]?.body.spec).toEqual({ a: 2, b: 2 });
});

test('brackets and quotes that close left of where they opened are read, as go-yaml reads them', () => {
  const text = [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: a, annotations: {note: "two',
    'lines"}}',
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '      - args: [',
    "        '-x', # why",
    '    {b: c,',
    '        d: e}',
    '      ]',
    '        image: b',
    '',
  ].join('\n');
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  const [deployment] = manifests.all;
  expect(deployment?.body.metadata).toEqual({ name: 'a', annotations: { note: 'two lines' } });
  expect(deployment?.body.spec).toEqual({
    template: { spec: { containers: [{ args: ['-x', { b: 'c', d: 'e' }], image: 'b' }] } },
  });
  const args = '/spec/template/spec/containers/0/args';
  expect(deployment?.locate(`${args}/1/b`)).toEqual({ file: 'a.yaml', line: 11, column: 6 });
  expect(deployment?.locate(`${args}/1/d`)).toEqual({ file: 'a.yaml', line: 12, column: 9 });
  expect(deployment?.locate('/spec/template/spec/containers/0/image')).toEqual({ file: 'a.yaml', line: 14, column: 9 });
});

test.each([
  ['that opens a key instead', 'a:\n  b: [c\nd: [\n', { line: 3, column: 1 }],
  ['that is in order, before one that is not', 'a:\n  - b: [\n  ]\n  - c: d: e\n', { line: 4, column: 9 }],
])('an error at or after a line with too little indentation %s has its own place', (_, text, place) => {
  expect(problemsOf(text).map(({ id, location }) => [id, location])).toEqual([
    ['yaml-syntax', { file: 'bad.yaml', ...place }],
  ]);
});

test.each([
  ['a: [1\n', 1, 4, 'the list opened on line 1 is never closed'],
  ['a: [1', 1, 4, 'the list opened on line 1 is never closed'],
  ['a: [ # why', 1, 4, 'the list opened on line 1 is never closed'],
  ['# a\n\na:\n  - {b: c,\n  d: [e, {f: g\n\n', 5, 1, 'the mapping opened on line 4 is never closed'],
  ['a: "b\n', 1, 4, 'the quoted string opened on line 1 is never closed'],
  ["a: 'b\n\n", 1, 4, 'the quoted string opened on line 1 is never closed'],
  ['a: ["b, c]\n', 1, 5, 'the quoted string opened on line 1 is never closed'],
  ['a: "b\nc: d\n', 2, 1, 'the quoted string opened on line 1 is never closed'],
  ['a: [b\nc: d\n', 2, 1, 'brackets or quotes opened on earlier lines are not closed'],
])('what %j never closes is named, at a place inside the file', (text, line, column, problem) => {
  expect(problemsOf(text)).toMatchObject([
    {
      id: 'yaml-syntax',
      code: expect.stringMatching(/^(?:not-yaml|unclosed)$/),
      location: { file: 'bad.yaml', line, column },
      problem: `not YAML: ${problem}`,
    },
  ]);
});

test('what an embedded document never closes, and where a second one begins, are told with the lines of the file', () => {
  const config = (...lines: readonly string[]) =>
    ['apiVersion: v1', 'kind: ConfigMap', 'metadata: {name: tbot, namespace: teleport}', 'data:', '  tbot.yaml: |']
      .concat(lines.map((line) => `    ${line}`))
      .join('\n');
  const end = ['version: v2', 'proxy_server: a.example:443', 'onboarding: {token: a'];
  expect(problemsOf(config(...end))).toMatchObject([
    { location: { line: 8, column: 17 }, problem: 'not YAML: the mapping opened on line 8 is never closed' },
  ]);
  for (const start of [[], ['---'], ['# why', '---']]) {
    expect(problemsOf(config(...start, 'proxy_server: a.example:443', '---', 'version: v2'))).toMatchObject([
      { location: { line: 7 + start.length, column: 5 }, problem: 'not YAML: a second document begins here' },
    ]);
  }
});

test.each([
  ['>-\n    meshConfig: {a\n', 7, 5, 'the mapping opened on line 7 is never closed'],
  ['>-\n\n    a: b: c\n', 8, 5, 'bad indentation of a mapping entry'],
  ['"{a: b"', 6, 10, 'the mapping opened on line 6 is never closed'],
  ['"\n    {a: b"', 7, 5, 'the mapping opened on line 7 is never closed'],
  ['>-\n    a: [b\n\n    c: d\n', 7, 5, 'brackets or quotes opened on earlier lines are not closed'],
])('what is wrong with a document inside %j is told where its text begins', (value, line, column, problem) => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\ndata:\n  mesh: ${value}\n`;
  expect(problemsOf(text)).toEqual([
    {
      id: 'yaml-syntax',
      code: expect.stringMatching(/^(?:not-yaml|unclosed)$/),
      location: { file: 'bad.yaml', line, column },
      problem: `not YAML: ${problem}`,
    },
  ]);
});

test('twenty thousand such lines in one list are read, soon', () => {
  const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: [\n${'1,\n'.repeat(20_000)}]\nspec: {}\n`;
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems.map(({ id }) => id)).toEqual(['manifest-incomplete']);
  expect(manifests.all[0]?.body.metadata).toEqual({ name: Array(20_000).fill(1) });
  expect(manifests.all[0]?.locate('/spec')).toEqual({ file: 'a.yaml', line: 20_006, column: 1 });
});

test('thousands of lists that are written so end in one problem at the first that is not read, soon', () => {
  const text = `a:\n${'  - b: [\n  1\n  ]\n'.repeat(20_000)}`;
  expect(problemsOf(text)).toMatchObject([{ id: 'yaml-syntax', problem: expect.stringContaining('are not closed') }]);
});

test('of a file with more than a thousand broken documents the rest is left out, which is said', () => {
  const found = problemsOf('a: [1\n---\n'.repeat(3_000));
  expect(found).toHaveLength(1_001);
  expect(found.at(-1)).toEqual({
    id: 'yaml-syntax',
    code: 'too-many-problems',
    location: { file: 'bad.yaml', line: 2_000, column: 1 },
    problem: '2000 documents from here on are not read: too many of the preceding ones cannot be read',
  });
});

test('in many documents what is never closed is no longer looked for, which costs more than reading', () => {
  const text = `a: [1 #${'x'.repeat(14_000)}\n---\n`.repeat(150);
  const files = Array.from({ length: 8 }, (_, index) => ({ file: `${index}.yaml`, text }));
  const { problems } = readManifests(files);
  expect(problems).toHaveLength(1_200);
  expect(problems[0]?.problem).toBe('not YAML: the list opened on line 1 is never closed');
  expect(problems.at(-1)?.problem).not.toContain('opened in line');
});

const LOOSE = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n${'  - b: [\n  1\n  ]\n'.repeat(100)}`;

test('texts that are written so share what is read again', () => {
  const rereading = new Rereading(1_000_000);
  const read = Array.from({ length: 6 }, () => readYaml(LOOSE, { duplicateKeys: 'refuse', rereading }).error);
  expect(read[0]).toBeUndefined();
  expect(read.at(-1)).toBeDefined();
  expect(rereading.isUsedUp).toBe(true);
});

// Some seconds, as that is what may be read again in all.
test(`documents that are written so share what is read again: ${extent(2, 120)} of them`, () => {
  const documents = extent(2, 120);
  const text = Array(documents).fill(LOOSE).join('---\n');
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(manifests.all.length).toBeGreaterThan(extent(1, 10));
  expect(problems.length).toBeGreaterThanOrEqual(extent(0, 10));
  expect(manifests.all.length + problems.length).toBe(documents);
});

test('a broken document does not hide the others of its file', () => {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text: `a: [\n---\n${GOOD.text}---\nb: ]\n` }]);
  expect(manifests.all.map(({ name }) => name)).toEqual(['shop']);
  expect(problems.map(({ location }) => location.line)).toEqual([1, 7]);
});

test.each([
  ['', 'the Service has no metadata.name'],
  ['name: n', 'the Service has a metadata.name that is not a string'],
  ['name: 1', 'the Service has a metadata.name that is not a string'],
])('a name that is none is said to be what it is: {%s}', (metadata, problem) => {
  const text = `apiVersion: v1\nkind: Service\nmetadata: {${metadata}}\n`;
  expect(problemsOf(text)).toMatchObject([{ id: 'manifest-incomplete', problem }]);
});

test('keys named like what every object has are plain keys', () => {
  const { manifests } = readManifests([
    { file: 'a.yaml', text: 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n__proto__: {x: 1}\nconstructor: 2\n' },
  ]);
  expect(Object.keys(manifests.all[0]?.body ?? {})).toEqual([
    'apiVersion',
    'kind',
    'metadata',
    '__proto__',
    'constructor',
  ]);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});

test('a file too large to hold in memory is refused at once', () => {
  const text = '# 1234567890\n'.repeat(6_000_000);
  expect(problemsOf(text).map(({ id }) => id)).toEqual(['file-too-large']);
});

test('50 MB in one document are refused, and documents before and after them are read', () => {
  const text = `${GOOD.text}---\nkind: List\nitems: "${'x'.repeat(50_000_000)}"\n---\n${GOOD.text}`;
  expect(problemsOf(text).map(({ id, location }) => [id, location.line])).toEqual([['file-too-large', 4]]);
});

test.each([
  ['spaces', ' '],
  ['line ends', '\n'],
  ['quotes', '"'],
  ['opening braces', '{{ '],
  ['colons', ': '],
  ['dashes', '- '],
  ['comment lines', '#\n'],
  ['hashes', '#'],
  ['question marks', '? '],
  ['anchors', '&a '],
  ['bars', '|\n'],
])('a file of nothing but %s is read in time that grows with its length only', (_, unit) => {
  expect(growthOf(12_000, (size) => problemsOf(unit.repeat(size)))).toBeLessThan(NOT_QUADRATIC);
});

test('what JSON lines hold is read line by line, each object at its place', () => {
  const account = (name: string) => `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"${name}"}}`;
  const { manifests, problems } = readManifests([{ file: 'a.json', text: `${account('a')}\n${account('b')}\n` }]);
  expect(problems).toEqual([]);
  expect(manifests.all.map((one) => [one.name, one.locate('').line])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});

test('laid-out JSON objects that follow one another are read one by one', () => {
  const text = '{\n "apiVersion": "v1", "kind": "ServiceAccount",\n "metadata": {"name": "a"}\n}\n';
  const { manifests, problems } = readManifests([{ file: 'a.json', text: text + text }]);
  expect([manifests.all.map((one) => one.locate('').line), problems]).toEqual([[1, 5], []]);
});

test('JSON with comments is passed over where no word of it is ours, and nowhere else', () => {
  const idsOf = (file: string, text: string) => readManifests([{ file, text }]).problems.map(({ id }) => id);
  expect(idsOf('tsconfig.json', '{\n  "a": "b" // why\n}\n')).toEqual([]);
  expect(idsOf('a.json', '{\n  "kind": "Pod" // why\n}\n')).toEqual(['yaml-syntax']);
  expect(idsOf('a.yaml', '{\n  "a": "b" // why\n}\n')).toEqual(['yaml-syntax']);
});

test.each([
  ['data:\n  image: "{{ template "image" (tuple .Values.image $) }}"\n', 2],
  ["a: b\nc: 'x{{ index .Values 'a' }}'\n", 2],
])('quotes inside the quotes of %j make it a template', (text, line) => {
  expect(problemsOf(text).map(({ id, location }) => [id, location.line, location.column])).toEqual([
    ['yaml-template', line, 1],
  ]);
});

test('what cannot be read hides nothing if no word of it is ours', () => {
  expect(problemsOf('a: [1\n').map(mayHide)).toEqual([false]);
  expect(problemsOf('kind: [1\n').map(mayHide)).toEqual([true]);
  expect(problemsOf('').map(mayHide)).toEqual([false]);
  expect(problemsOf('apiVersion: v1\nkind: A\nmetadata: {name: a}\na: 1\na: 2\n').map(mayHide)).toEqual([false]);
});

test('very many separators are counted before they are cut', () => {
  const [problem, ...others] = problemsOf('---\n'.repeat(600_000));

  expect(others).toEqual([]);
  expect(problem).toMatchObject({ id: 'file-too-large', code: 'too-many-documents' });
});
