import { checkFiles } from '../../../lib/check';

const RULES = ['unknown-field', 'invalid-value', 'overlay-unknown-top-level', 'template-broken'];

function findings(template: string): readonly string[] {
  const text = `sidecarInjectorWebhook:\n  templates:\n    spire: |\n${template.replace(/^(?=.)/gm, '      ')}`;
  return checkFiles([{ file: 'a.yaml', text }], { rules: RULES }).map(
    ({ rule, location, found }) => `${location.line} ${rule}: ${found}`,
  );
}

const VOLUME = '    - name: workload-socket\n      csi: {driver: csi.spiffe.io, readOnly: true}\n';
const OVERLAY = `spec:\n  volumes:\n${VOLUME}`;

test.each([
  [
    'spec',
    OVERLAY.replace('volumes', 'volume'),
    '5 unknown-field: there is no field "volume" here, did you mean "volumes"?',
  ],
  [
    'metadata',
    `metadata:\n  label: {a: b}\n${OVERLAY}`,
    '5 unknown-field: there is no field "label" here, did you mean "labels"?',
  ],
  [
    'a volume',
    OVERLAY.replace('readOnly', 'readonly'),
    '7 unknown-field: there is no field "readonly" here, did you mean "readOnly"?',
  ],
  [
    'a volume beside actions',
    `{{- if .Values.a }}\nmetadata: {labels: {a: "{{ .Revision }}"}}\n{{- end }}\n${OVERLAY.replace('readOnly', 'readonly')}`,
    '10 unknown-field: there is no field "readonly" here, did you mean "readOnly"?',
  ],
  [
    'a container, after a printed value',
    'spec:\n  containers:\n  - name: a\n    resources:\n      {{- toYaml .Values.a | nindent 6 }}\n    volumeMount: []\n',
    '9 unknown-field: there is no field "volumeMount" here, did you mean "volumeMounts"?',
  ],
])('a misspelt field in %s of a template is found', (_, template, expected) => {
  expect(findings(template)).toEqual([expected]);
});

test.each([
  ['spec: {containers: x}\n', '4 invalid-value: spec.containers is the string "x", not a list'],
  [
    OVERLAY.replace('readOnly: true', 'readOnly: "true"'),
    '7 invalid-value: spec.volumes.0.csi.readOnly is the string "true", not a boolean',
  ],
])('a value that a Pod cannot have is found', (template, expected) => {
  expect(findings(template)).toEqual([expected]);
});

test('a field at the top is told of once', () => {
  expect(findings(`label: {a: b}\n${OVERLAY}`)).toEqual([
    '4 overlay-unknown-top-level: template "spire" has "label" at the top level',
  ]);
});

test.each([
  ['the overlay', OVERLAY],
  ['what only overlays may leave out', 'spec:\n  containers:\n  - name: a\n    volumeMounts: [{name: b}]\n'],
  ['a value that is printed', 'spec:\n  containers:\n  - securityContext: {runAsUser: {{ .ProxyUID }}}\n    name: a\n'],
  ['a key that is printed', 'spec:\n  {{ .Values.list }}:\n  - name: a\n    anything: b\n'],
  ['a parent that is printed', 'spec:\n  {{ .Values.parent }}\n  anything: b\n'],
  ['how to merge', 'spec:\n  $retainKeys: [volumes]\n  volumes:\n  - $patch: delete\n    name: a\n'],
])('a template with %s is left alone', (_, template) => {
  expect(findings(template)).toEqual([]);
});
