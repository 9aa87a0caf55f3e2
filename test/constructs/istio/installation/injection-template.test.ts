import { dump } from 'js-yaml';
import { InjectionTemplate } from '../../../../lib';
import { refusal } from '../refusal';

/** A small template built as Istio builds its own: list items between template actions, source before or after the name. */
const TEMPLATE = `{{- $native := .NativeSidecars }}
metadata:
  annotations: { a: "{{ .Revision }}" }
spec:
  {{ if not $native }}
  containers:
  {{ end }}
  - name: istio-proxy
    volumeMounts:
    - name: workload-socket
      mountPath: /var/run/secrets/workload-spiffe-uds
    {{- if eq .Values.global.caName "Other" }}
    - name: other-certs
      mountPath: /var/run/secrets/workload-spiffe-credentials
      readOnly: true
    {{- else }}
    - name: workload-certs
      mountPath: /var/run/secrets/workload-spiffe-credentials
    {{- end }}
    # a remark
    - mountPath: /etc/istio/proxy
      name: istio-envoy
  volumes:
  - emptyDir:
    name: workload-socket
  {{- if not .X }}
  - emptyDir:
    name: workload-certs
  {{- end }}
  - name: istio-envoy
    emptyDir:
      medium: Memory
`;

const without = InjectionTemplate.withoutWorkloadCerts;
const MOUNT = '    - name: workload-certs\n      mountPath: /var/run/secrets/workload-spiffe-credentials\n';
const VOLUME = '  - emptyDir:\n    name: workload-certs\n';
const RESULT = TEMPLATE.replace(MOUNT, '').replace(VOLUME, '');

test('volume and mount go, every other line stays', () => {
  expect(without(TEMPLATE)).toBe(RESULT);
  expect(RESULT).not.toContain('workload-certs');
  expect(TEMPLATE.split('\n').length - RESULT.split('\n').length).toBe(4);
});

test('template actions stay, so that every block is still opened and closed', () => {
  const actions = (text: string) => text.match(/\{\{.*?\}\}/g);
  expect(actions(without(TEMPLATE))).toEqual(actions(TEMPLATE));
});

test.each([
  ['  - name: workload-certs\n    emptyDir: {}\n'],
  ['  - emptyDir: {}\n    name: "workload-certs"\n'],
  ['  -   name: workload-certs   \n      emptyDir:\n'],
  ['  - emptyDir:\n      medium: Memory\n    name: workload-certs\n'],
  ["  - name: 'workload-certs'\n    emptyDir:\n      medium: Memory\n"],
])('the volume may be written as %j', (volume) => {
  expect(without(TEMPLATE.replace(VOLUME, volume))).toBe(RESULT);
});

test('the mount may have its keys in any order, and a third one', () => {
  const mount =
    '    - mountPath: /var/run/secrets/workload-spiffe-credentials\n      readOnly: true\n      name: workload-certs\n';
  expect(without(TEMPLATE.replace(MOUNT, mount))).toBe(RESULT);
});

test('Windows line ends are kept', () => {
  expect(without(TEMPLATE.replaceAll('\n', '\r\n'))).toBe(RESULT.replaceAll('\n', '\r\n'));
});

describe('the ConfigMap istio-sidecar-injector', () => {
  const configMap = (config: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', data: { config, values: '{}' } });
  const config = dump({ defaultTemplates: ['sidecar'], templates: { sidecar: TEMPLATE, gateway: 'x' } });

  test('is read as YAML and as JSON', () => {
    expect(without(dump(configMap(config)))).toBe(RESULT);
    expect(without(JSON.stringify(configMap(config)))).toBe(RESULT);
  });

  test.each([
    ['no sidecar template', dump(configMap('templates: {}'))],
    ['no config', 'kind: ConfigMap\ndata: {}\n'],
    ['no data', 'kind: ConfigMap\n'],
    ['a list instead', JSON.stringify({ kind: 'List', items: [] })],
  ])('with %s is refused', (_, text) => {
    expect(refusal(() => without(text)).problem).toContain('templates.sidecar');
  });

  test('that is not YAML is refused', () => {
    expect(refusal(() => without('kind: ConfigMap\n: [')).problem).toContain('not YAML');
    expect(refusal(() => without(dump(configMap('a: [')))).problem).toContain('not YAML');
  });
});

test.each([
  ['nothing', '', 'found 0 and 0'],
  ['a template that is already done', RESULT, 'found 0 and 0'],
  ['a volume without a mount', TEMPLATE.replace(MOUNT, ''), 'found 1 and 0'],
  ['a mount without a volume', TEMPLATE.replace(VOLUME, ''), 'found 0 and 1'],
  ['two mounts', TEMPLATE.replace(MOUNT, MOUNT + MOUNT), 'found 1 and 2'],
  ['another source', TEMPLATE.replace(VOLUME, '  - secret:\n    name: workload-certs\n'), 'found 0 and 1'],
  ['a name outside a list', TEMPLATE.replace(VOLUME, '  x:\n    name: workload-certs\n'), 'outside a list'],
  ['an action in the item', TEMPLATE.replace(VOLUME, '  - emptyDir: {{ .X }}\n    name: workload-certs\n'), 'actions'],
])('%s is refused', (_, text, problem) => {
  const error = refusal(() => without(text));
  expect(error.problem).toContain(problem);
  expect(error.fix).toContain('kubectl');
});
