import type { Manifest } from '../../../lib/model/documents/manifest';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const read = (text: string, file = 'a.yaml') => readManifests([{ file, text }]);

function only(text: string): Manifest {
  const { manifests, problems } = read(text);
  expect(problems).toEqual([]);
  expect(manifests.all).toHaveLength(1);
  return manifests.all[0] as Manifest;
}

describe('documents', () => {
  const stream = [
    '# a comment before everything',
    '---',
    'apiVersion: v1',
    'kind: Namespace',
    'metadata:',
    '  name: shop',
    '---',
    '# only a comment',
    '--- # the next one',
    'apiVersion: v1',
    'kind: ServiceAccount',
    'metadata: {name: front-end, namespace: shop}',
    '...',
    '',
  ].join('\n');

  test('of one stream are told apart, empty ones left out, lines counted from the start of the file', () => {
    const { manifests, problems } = read(stream);
    expect(problems).toEqual([]);
    expect(manifests.all.map(({ kind, name, document }) => [kind, name, document])).toEqual([
      ['Namespace', 'shop', 0],
      ['ServiceAccount', 'front-end', 1],
    ]);
    expect(manifests.all[1]?.locate('/metadata/name')).toEqual({ file: 'a.yaml', line: 12, column: 12 });
  });

  test.each([
    ['CRLF line ends', stream.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${stream.replace('# a comment before everything\n', '')}`],
  ])('are read with %s', (_, text) => {
    const { manifests, problems } = read(text);
    expect(problems).toEqual([]);
    expect(manifests.all.map(({ name }) => name)).toEqual(['shop', 'front-end']);
    expect(manifests.find('Namespace', undefined, 'shop')?.locate('/kind').column).toBe(1);
  });

  test('inside a block scalar that hold "---" with an indent stay one document', () => {
    const { body } = only('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    ---\n    b\n');
    expect(body.data).toEqual({ x: '---\nb\n' });
  });

  test('of a List count each on its own, with their place in the list', () => {
    const { manifests } = read(
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Service\n    metadata:\n      name: db\n      namespace: shop\n',
    );
    expect(manifests.all.map(({ kind }) => kind)).toEqual(['Service']);
    expect(manifests.find('Service', 'shop', 'db')?.locate('/metadata/name')).toMatchObject({ line: 7, column: 7 });
  });

  test('read booleans as Kubernetes does, so that an unquoted "yes" is not a string', () => {
    expect(only('apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {a: yes, b: off, c: "on"}\n').body.spec).toEqual({
      a: true,
      b: false,
      c: 'on',
    });
  });
});

describe('locate', () => {
  const manifest = () =>
    only(
      [
        'apiVersion: v1', // 1
        'kind: Thing',
        'metadata: {name: a, labels: {"a/b": x}}', // 3
        'spec:',
        '  list:', // 5
        '    - one',
        '    - two: [1, 2]', // 7
        '  base: &base', // 8
        '    inner: 1', // 9
        '  copy: *base', // 10
      ].join('\n'),
    );

  test.each([
    ['/spec/list/1/two', 7, 7],
    ['/spec/list/0', 6, 7],
    ['/spec/list/1/two/1', 7, 16],
    ['/metadata/labels/a~1b', 3, 30],
    ['/spec/copy', 10, 3],
    ['/spec/copy/inner', 9, 5],
    ['', 1, 1],
  ])('finds %j at line %i, column %i', (pointer, line, column) => {
    expect(manifest().locate(pointer)).toEqual({ file: 'a.yaml', line, column });
  });

  test('of what is missing is the nearest thing around it', () => {
    expect(manifest().locate('/spec/list/7/two')).toMatchObject({ line: 5, column: 3 });
  });
});

describe('what a document is', () => {
  test.each([
    ['kubernetes', 'Service', 'apiVersion: v1\nkind: Service\nmetadata: {name: a}'],
    ['istio-operator', 'IstioOperator', 'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nspec: {}'],
    ['teleport', 'workload_identity', 'kind: workload_identity\nversion: v1\nmetadata: {name: a}'],
    ['teleport', 'token', 'kind: token\nversion: v2\nmetadata: {name: a}'],
    ['tbot-config', 'TbotConfig', 'version: v2\nproxy_server: a:443\nservices: []'],
    ['tbot-config', 'TbotConfig', 'onboarding: {join_method: kubernetes}'],
    ['helm-values', 'HelmValues', 'meshConfig: {trustDomain: a}'],
    ['helm-values', 'HelmValues', 'podAnnotations: {inject.istio.io/templates: "gateway,spire"}'],
    ['envoy-bootstrap', 'EnvoyBootstrap', 'static_resources: {listeners: []}'],
    ['mesh-config', 'MeshConfig', 'trustDomain: a\naccessLogFile: /dev/stdout'],
  ])('%s is told by its keys', (shape, kind, text) => {
    expect(only(text)).toMatchObject({ shape, kind });
  });

  test('is nothing of ours for other YAML, which is passed over without a word', () => {
    expect(read('services:\n  web: {image: nginx}\nversion: "3"\n')).toMatchObject({
      problems: [],
      manifests: { all: [] },
    });
  });

  test('is not a mesh configuration for the values of another chart that has a trust domain too', () => {
    expect(read('global: {spiffe: {}}\ntrustDomain: ""\ncsiDriver: csi.spiffe.io\n').manifests.all).toEqual([]);
  });
});

describe('embedded documents', () => {
  const configMap = [
    'apiVersion: v1', // 1
    'kind: ConfigMap',
    'metadata: {name: tbot-config, namespace: teleport}', // 3
    'data:',
    '  notes.txt: "onboarding is easy"', // 5
    '  tbot.yaml: |',
    '    version: v2', // 7
    '    onboarding:',
    '      join_method: kubernetes', // 9
    '    services:',
    '      - type: workload-identity-api', // 11
  ].join('\n');

  test('in a ConfigMap are manifests, with their container and the lines of the file', () => {
    const { manifests } = read(configMap);
    const tbot = manifests.ofKind('TbotConfig')[0];
    expect(tbot).toMatchObject({ name: 'tbot.yaml', namespace: 'teleport', shape: 'tbot-config' });
    expect(tbot?.container?.pointer).toBe('/data/tbot.yaml');
    expect(tbot?.container?.manifest.kind).toBe('ConfigMap');
    expect(tbot?.locate('/services/0/type')).toEqual({ file: 'a.yaml', line: 11, column: 9 });
  });

  test.each([
    ['JSON of one line', 'ConfigMap', 'data', '{"version": "v2", "onboarding": {"token": "a"}}'],
    ['JSON of several lines', 'ConfigMap', 'data', '{\n  "proxy_server": "a:443",\n  "services": []\n}'],
    ['JSON in a Secret', 'Secret', 'stringData', '{"onboarding": {"token": "a"}}'],
    ['YAML in a Secret', 'Secret', 'stringData', 'version: v2\nonboarding: {}\n'],
  ])('as %s are read', (_, kind, field, text) => {
    const { manifests, problems } = read(
      JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'tbot' }, [field]: { 'tbot.yaml': text } }),
    );
    expect(problems).toEqual([]);
    expect(manifests.all.map((one) => one.kind)).toEqual([kind, 'TbotConfig']);
  });

  test('are not taken from the JSON of an application that has such a name inside', () => {
    const text = JSON.stringify({ server: { proxy_server: 'a:443' }, onboarding_steps: 3 });
    const { manifests } = read(
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: text } }),
    );
    expect(manifests.all.map((one) => one.kind)).toEqual(['ConfigMap']);
  });

  test('are not taken from the YAML of an application that has such a name', () => {
    const text = 'onboarding:\n  steps: 3\n';
    const { manifests } = read(
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: text } }),
    );
    expect(manifests.all.map((one) => one.kind)).toEqual(['ConfigMap']);
  });

  test('that are broken leave a problem in the right line, and their container is there all the same', () => {
    const { manifests, problems } = read(`${configMap}\n        listen: [\n`);
    expect(manifests.ofKind('ConfigMap')).toHaveLength(1);
    expect(problems).toMatchObject([{ id: 'yaml-syntax', location: { file: 'a.yaml', line: 12 } }]);
  });

  test('in quotes are all at the place where their text begins', () => {
    const { manifests } = read(
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  tbot.yaml: "version: v2\\nonboarding: {}\\n"\n',
    );
    expect(manifests.ofKind('TbotConfig')[0]?.locate('/onboarding')).toMatchObject({ line: 5, column: 15 });
  });

  test('three deep keep their lines: a template in the injector configuration in a ConfigMap', () => {
    const { manifests } = read(
      [
        'apiVersion: v1',
        'kind: ConfigMap',
        'metadata: {name: istio-sidecar-injector-1-28, namespace: istio-system}',
        'data:',
        '  config: |-',
        '    defaultTemplates: [sidecar, spire]',
        '    templates:',
        '      spire: |',
        '        spec:', // 9
        '          volumes:', // 10
        '            - name: workload-socket', // 11
        '  values: |-',
        '    {"global": {"caName": ""}, "pilot": {}}', // 13
      ].join('\n'),
    );
    const template = manifests.ofKind('InjectionTemplate')[0];
    expect(template).toMatchObject({ name: 'spire', namespace: 'istio-system' });
    expect(template?.locate('/spec/volumes/0/name')).toEqual({ file: 'a.yaml', line: 11, column: 15 });
    expect(manifests.ofKind('HelmValues')[0]?.locate('/global/caName')).toMatchObject({ line: 13 });
  });

  test('that are Go templates are read with every branch at once, lines and text kept', () => {
    const { manifests, problems } = read(
      [
        'apiVersion: install.istio.io/v1alpha1',
        'kind: IstioOperator',
        'spec:',
        '  values:',
        '    sidecarInjectorWebhook:',
        '      templates:',
        '        spire: |',
        '          metadata:', // 8
        '            labels:',
        '              {{- range $key, $value := .ObjectMeta.Labels }}', // 10
        '              {{ $key }}: {{ $value | quote }}',
        '              {{- end }}', // 12
        '          spec:',
        '            {{ if .NativeSidecars }}initContainers{{ else }}containers{{ end }}:', // 14
        '              - name: istio-proxy',
        '                image: "{{ .ProxyImage }}"', // 16
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    const template = manifests.ofKind('InjectionTemplate')[0];
    expect(template?.body.metadata).toBeDefined();
    expect(template?.locate('/spec')).toMatchObject({ line: 13, column: 11 });
    expect(template?.text).toContain('.NativeSidecars');
  });

  test('in annotations of a pod template are found', () => {
    const { manifests } = read(
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata: {name: a, namespace: shop}',
        'spec:',
        '  template:',
        '    metadata:',
        '      annotations:',
        `        sidecar.istio.io/userVolume: '{"workload-socket": {"csi": {}}}'`,
      ].join('\n'),
    );
    const volumes = manifests.ofKind('UserVolumes')[0];
    expect(volumes?.body).toEqual({ 'workload-socket': { csi: {} } });
    expect(volumes?.locate('/workload-socket')).toMatchObject({ line: 8 });
  });
});

test('annotations may list volumes with their names, as Istio takes them too', () => {
  const { manifests, problems } = readManifests([
    {
      file: 'a.yaml',
      text: `apiVersion: v1
kind: Pod
metadata:
  name: a
  annotations: {sidecar.istio.io/userVolumeMount: '[{"name": "certs", "mountPath": "/certs"}, 1]'}
`,
    },
  ]);
  expect(problems).toEqual([]);
  expect(manifests.ofKind('UserVolumeMounts')[0]?.body).toEqual({
    certs: { name: 'certs', mountPath: '/certs' },
    '1': 1,
  });
});

describe('ManifestSet', () => {
  const { manifests } = readManifests([
    {
      file: 'a.yaml',
      text: 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: a}',
    },
    { file: 'b.yaml', text: 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: b}' },
  ]);

  test('tells kinds of one name apart by their group', () => {
    expect(manifests.ofKind('Gateway')).toHaveLength(2);
    expect(manifests.ofKind('Gateway', 'networking.istio.io').map(({ file }) => file)).toEqual(['b.yaml']);
    expect(manifests.ofKind('Service')).toEqual([]);
  });

  test('finds by kind, namespace and name', () => {
    expect(manifests.find('Gateway', 'b', 'g')?.file).toBe('b.yaml');
    expect(manifests.find('Gateway', undefined, 'g')).toBeUndefined();
  });
});

test('items of a typed list that have no kind and apiVersion have those of the list, as for kubectl', () => {
  const text = [
    'apiVersion: security.istio.io/v1',
    'kind: AuthorizationPolicyList',
    'metadata: {resourceVersion: "1"}',
    'items:',
    '  - metadata: {name: a, namespace: shop}',
    '  - {apiVersion: v1, kind: Pod, metadata: {name: b, namespace: shop}}',
    '  - {kind: Pod, metadata: {name: c}, spec: {}}',
    '',
  ].join('\n');
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(manifests.all.map(({ apiVersion, kind, name }) => [apiVersion, kind, name])).toEqual([
    ['security.istio.io/v1', 'AuthorizationPolicy', 'a'],
    ['v1', 'Pod', 'b'],
  ]);
  expect(manifests.all[0]?.body.kind).toBe('AuthorizationPolicy');
  expect(manifests.all[0]?.locate('/metadata/name').line).toBe(5);
  expect(problems).toMatchObject([{ id: 'manifest-incomplete', location: { line: 7 } }]);
});

test.each(['items: []', 'items: null', 'items:'])('a List with "%s" has no items', (items) => {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text: `apiVersion: v1\nkind: List\n${items}\n` }]);
  expect([manifests.all, problems]).toEqual([[], []]);
});
