import type { Manifest } from '../../../lib/model/documents/manifest';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { growthOf, NOT_QUADRATIC } from '../../growth';

const indented = (text: string, spaces: number) => text.replace(/^(?=.)/gm, ' '.repeat(spaces));

function read(template: string, style = '|') {
  const text = `sidecarInjectorWebhook:\n  templates:\n    spire: ${style}\n${indented(template, 6)}`;
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  const found = problems.map(({ id, location, problem }) => `${id} ${location.line} ${problem}`);
  return { found, template: manifests.ofKind('InjectionTemplate')[0] as Manifest };
}

const VOLUMES = 'spec:\n  volumes:\n    - name: workload-socket\n      csi: {driver: csi.spiffe.io, readOnly: true}\n';

test.each([
  ['an indentation that fits nowhere', VOLUMES.replace('      csi', ' csi'), 7, 'is not YAML: '],
  ['a block without an end', `{{- if .Values.a }}\n${VOLUMES}`, 4, 'has {{ if }} without {{ end }}'],
  ['an end without a block', `${VOLUMES}  {{- end }}\n`, 8, 'has {{ end }} without a block'],
  ['an else without a block', `${VOLUMES}  {{- else }}\n`, 8, 'has {{ else }} without a block'],
  ['an action without an end', VOLUMES.replace('true', '{{ .Values.a'), 7, 'has {{ without }}'],
  ['a list', '- name: workload-socket\n', 4, 'is a list, not a mapping'],
  ['a text', 'spec\n', 4, 'is a single value, not a mapping'],
  ['a list whatever is printed', '- name: {{ .Values.a }}\n', 4, 'is a list, not a mapping'],
  [
    'a wrong indentation in every branch',
    `{{- if .Values.a }}\n${VOLUMES}{{- else }}\n${VOLUMES}{{- end }}\n`.replaceAll('      csi', ' csi'),
    8,
    'is not YAML: ',
  ],
])('a template with %s is broken', (_, text, line, problem) => {
  const { found, template } = read(text);
  expect(found).toEqual([expect.stringContaining(`template-broken ${line} template "spire" ${problem}`)]);
  // It still exists, for the rules that look for names.
  expect(template.body).toEqual({});
  expect(template.locate('/spec').file).toBe('a.yaml');
});

test('a template in a folded block, which joins its lines, is broken', () => {
  const { found } = read('spec:\nvolumes:\n- name: a\n', '>');
  expect(found).toEqual([expect.stringMatching(/^template-broken \d template "spire" is not YAML/)]);
});

test.each([
  ['nothing', '# nothing yet\n'],
  ['a condition around all of it', `{{- if .Values.a }}\n${VOLUMES}{{- end }}\n`],
  ['a condition around what is wrong', `{{- if .Values.a }}\n${VOLUMES.replace('      csi', ' csi')}{{- end }}\n`],
  [
    'branches that cannot be there together',
    'spec:\n  {{- if .NativeSidecars }}\n  initContainers: []\n  {{- end }}\n  {{- if not .NativeSidecars }}\n    - name: a\n  {{- end }}\n',
  ],
  [
    'two values in one place',
    'spec:\n  priority: {{ if .Values.a }} 1 {{ else if .Values.b }} 2 {{ else }} "x" {{ end }}\n',
  ],
  ['printed mappings', 'metadata:\n  labels:\n    {{- toYaml .Values.labels | nindent 4 }}\nspec: {}\n'],
  ['printed mappings in place', 'metadata:\n  labels: {{ toYaml .Values.labels | nindent 4 }}\n    a: b\n'],
  ['a printed document', '{{ include "pod" . }}\n'],
  ['a printed key', 'metadata:\n  labels:\n    {{ .Values.key }}: a\n'],
  ['a range', 'spec:\n  volumes:\n  {{- range $i, $v := .Values.volumes }}\n  - name: {{ $v }}\n  {{- end }}\n'],
  [
    'a definition',
    '{{- define "resources" }}\n      limits: {}\n{{- end }}\nspec:\n  containers:\n  - name: a\n    resources:\n  {{ template "resources" . }}\n',
  ],
  ['trimmed indentation', 'spec:\n  {{ $a := 1 -}}\nvolumes:\n  - name: a\n  hostname: a\n'],
  ['a comment about braces', `{{/* not {{ end }} */}}\n${VOLUMES}`],
  ['braces of JSON', `metadata:\n  annotations:\n    a: '{"b":{"c":{}}}'\n${VOLUMES}`],
  ['assignments', `{{ $a := "b" }}\n{{- $a = "c" -}}\n${VOLUMES}`],
  ['braces that it prints', 'metadata: {labels: {{ "{" }}a: b{{ "}" }}}\nspec: {}\n'],
  [
    'braces that it prints another way',
    'metadata: {labels: {{ print "{" "a: b" "}" | print }}c: d{{ "}" | print }}}\n',
  ],
  ['braces in a variable', '{{ $open := "{" }}{{ $close := "}" }}\nmetadata: {labels: {{ $open }}a: b{{ $close }}}\n'],
  ['printed braces of actions', 'metadata: {labels: {a: {{ "{{" }}b: c{{ "}}" }}}}\n'],
  ['actions spelled by printed braces', 'metadata: {labels: {{ "{" }}a: {{ "{" }}{{ "{" }}b: c}}}}\n'],
  ['an end inside of a string', 'metadata: {labels: {a: "{{ print "}} {{ end" }}"}}\n'],
  ['a comma that it prints', 'metadata: {labels: {a: b{{ printf "," }} c: d}}\n'],
])('a template with %s may be right', (_, text) => {
  expect(read(text).found).toEqual([]);
});

test.each([
  ['a quoted string', '{{ "spec:" }}'],
  ['a raw string', '{{ `spec:` }}'],
  ['print', '{{ print "spec:" }}'],
  ['an escaped character', '{{ "\\u0073pec:" }}'],
])('%s in an action is read as what it prints', (_, action) => {
  const { found, template } = read(`${action}\n  hostNetwork: false\n`);
  expect(found).toEqual([]);
  expect(template.body).toEqual({ spec: { hostNetwork: false } });
  expect(template.locate('/spec/hostNetwork').line).toBe(5);
});

test.each([
  ['{{- "spec:" }}\n  hostNetwork: false\n'],
  ['{{ printf "%s:" "spec" }}\n  hostNetwork: false\n'],
  ['{{ "spec:\\n" }}\n  hostNetwork: false\n'],
  ['{{ "\\x73pec:" }}\n  hostNetwork: false\n'],
  ['{{ print `spec:\n ` }} hostNetwork: false\n'],
])('of a template that prints YAML in a way that is not followed, nothing is known: %j', (text) => {
  const { found, template } = read(text);
  expect(found).toEqual([]);
  expect(template.body).toEqual({});
});

test.each([
  ['{{ if eq .Values.a "{" }}{{ end }}'],
  ['{{/* "it isn\'t: { */}}'],
  ['{{ valueOrDefault .DeploymentMeta.Name "istio-proxy" }}'],
  ['{{ annotation .ObjectMeta `sidecar.istio.io/proxyImage` .Values.image }}'],
])('%s leaves the rest of a template known', (action) => {
  const { template } = read(`metadata:\n  name: a${action}\nspec:\n  hostNetwork: false\n`);
  expect(template.body).toMatchObject({ spec: { hostNetwork: false } });
});

test('where the branches do not fit together, the first that does is read', () => {
  const { template } = read(
    'spec:\n  {{ if .Values.a }}\n  initContainers:\n  {{ else }}\n  initContainers: []\n  {{ end }}\n  {{ if .Values.b }}\n  - name: a\n  {{ end }}\n  volumes: [{name: b}]\n',
  );
  expect(template.body).toEqual({ spec: { initContainers: [{ name: 'a' }], volumes: [{ name: 'b' }] } });
  expect(template.locate('/spec/volumes/0').line).toBe(13);
});

test.each([
  ['blocks', 10_000, (size: number) => '{{if .a}}'.repeat(size)],
  ['strings without an end', 20_000, (size: number) => `{{ "${'\\"'.repeat(size)} }}`],
  ['closed blocks', 1_500, (size: number) => `{{if .a}}${VOLUMES}{{end}}`.repeat(size)],
  [
    'conditions',
    1_500,
    (size: number) => Array.from({ length: size }, (_, i) => `{{ if .a${i} }} - {{ end }}\n`).join(''),
  ],
  ['braces', 20_000, (size: number) => '{{'.repeat(size)],
])('a template with very many %s is read in time that grows with its length only', (_, size, text) => {
  expect(growthOf(size, (length) => read(text(length)))).toBeLessThan(NOT_QUADRATIC);
});
