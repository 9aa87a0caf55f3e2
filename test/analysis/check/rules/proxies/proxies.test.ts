import { checkFiles } from '../../../../../lib/check';

/** The rules that follow from whether a pod has a proxy, at their edges. */
const says = (rule: string, ...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('\n---\n') }], { rules: [rule] }).map(({ pointer }) => pointer);

const namespace = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: ${labels}}`;
const enabled = namespace('{istio-injection: enabled}');
const workload = (metadata: string, spec = 'containers: [{name: a}]') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {metadata: {${metadata}}, spec: {${spec}}}}`;
const strict =
  'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: p, namespace: shop}\nspec: {mtls: {mode: STRICT}}';

describe('policies-without-proxy', () => {
  const rule = 'policies-without-proxy';
  const policy = (spec: string) =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: ${spec}`;
  const web = workload('labels: {app: web}');

  it.each([
    ['a namespace without a label', [namespace('{}'), web, strict], ['/spec']],
    ['a policy for it', [namespace('{}'), web, policy('{selector: {matchLabels: {app: web}}}')], ['/spec']],
    ['a namespace with injection', [enabled, web, strict], []],
    ['an unknown namespace', [web, strict], []],
    ['a namespace in ambient mode', [namespace('{istio.io/dataplane-mode: ambient}'), web, strict], []],
    ['a policy for other pods', [namespace('{}'), web, policy('{selector: {matchLabels: {app: db}}}')], []],
    [
      'a policy of a waypoint',
      [namespace('{}'), web, policy('{targetRefs: [{kind: Service, group: "", name: web}]}')],
      [],
    ],
    [
      'one pod of two with a proxy',
      [
        namespace('{}'),
        web,
        workload('labels: {sidecar.istio.io/inject: "true"}').replace('name: web', 'name: b'),
        strict,
      ],
      [],
    ],
    ['a PERMISSIVE mode', [namespace('{}'), web, strict.replace('STRICT', 'PERMISSIVE')], []],
  ])('%s', (_, documents, pointers) => {
    expect(says(rule, ...documents)).toEqual(pointers);
  });
});

describe('injection-label-value', () => {
  const rule = 'injection-label-value';
  it.each(['enabled', 'disabled'])('%s is known', (value) => {
    expect(says(rule, namespace(`{istio-injection: ${value}}`))).toEqual([]);
  });
  it.each(['"true"', 'Enabled', '""'])('%s is not', (value) => {
    expect(says(rule, namespace(`{istio-injection: ${value}}`))).toEqual(['/metadata/labels/istio-injection']);
  });
  it('is about pods too, where the label counts before the annotation', () => {
    const label = '/spec/template/metadata/labels/sidecar.istio.io~1inject';
    const annotation = '/spec/template/metadata/annotations/sidecar.istio.io~1inject';
    expect(says(rule, workload('labels: {sidecar.istio.io/inject: "False"}'))).toEqual([label]);
    expect(says(rule, workload('annotations: {sidecar.istio.io/inject: "no"}'))).toEqual([annotation]);
    expect(
      says(rule, workload('labels: {sidecar.istio.io/inject: "false"}, annotations: {sidecar.istio.io/inject: "no"}')),
    ).toEqual([]);
  });
});

describe('probe-not-rewritten', () => {
  const rule = 'probe-not-rewritten';
  const off = 'annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false"}';
  const probe = (what: string) =>
    `containers: [{name: a, ports: [{name: web, containerPort: 8080}], livenessProbe: ${what}}]`;
  const at = ['/spec/template/spec/containers/0/livenessProbe'];
  it.each([
    ['by HTTP', '{httpGet: {port: 8080}}', off, at],
    ['by the name of the port', '{httpGet: {port: web}}', off, at],
    ['by gRPC', '{grpc: {port: 8080}}', off, at],
    ['by TCP', '{tcpSocket: {port: 8080}}', off, []],
    ['by a program', '{exec: {command: [a]}}', off, []],
    ['rewritten', '{httpGet: {port: 8080}}', 'annotations: {}', []],
    [
      'on a port that passes the proxy by',
      '{httpGet: {port: 8080}}',
      'annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false", traffic.sidecar.istio.io/excludeInboundPorts: "8080"}',
      [],
    ],
    [
      'on a port that is not among those of the proxy',
      '{httpGet: {port: 8080}}',
      'annotations: {sidecar.istio.io/rewriteAppHTTPProbers: "false", traffic.sidecar.istio.io/includeInboundPorts: "9090"}',
      [],
    ],
  ])('%s', (_, what, metadata, pointers) => {
    expect(says(rule, enabled, strict, workload(metadata, probe(what)))).toEqual(pointers);
  });
  it('is about the mesh’s setting too, and says nothing without a proxy or STRICT', () => {
    const values = 'meshConfig: {trustDomain: example.org}\nsidecarInjectorWebhook: {rewriteAppHTTPProbe: false}';
    const web = workload('annotations: {}', probe('{httpGet: {port: 8080}}'));
    expect(says(rule, values, enabled, strict, web)).toEqual(at);
    expect(says(rule, values, enabled, web)).toEqual([]);
    expect(says(rule, values, namespace('{}'), strict, web)).toEqual([]);
  });
});

describe('template-annotation-misplaced', () => {
  const rule = 'template-annotation-misplaced';
  it('finds the label of pods, and what is above them', () => {
    const key = 'inject.istio.io~1templates';
    expect(says(rule, workload('labels: {inject.istio.io/templates: gateway}'))).toEqual([
      `/spec/template/metadata/labels/${key}`,
    ]);
    expect(says(rule, namespace('{inject.istio.io/templates: gateway}'))).toEqual([`/metadata/labels/${key}`]);
    expect(says(rule, workload('annotations: {inject.istio.io/templates: gateway}'))).toEqual([]);
  });
});

describe('pod-refused-by-injector', () => {
  const rule = 'pod-refused-by-injector';
  const bad = workload('annotations: {traffic.sidecar.istio.io/excludeInboundPorts: web}');
  it('speaks of pods that the injector is asked about only', () => {
    expect(says(rule, enabled, bad)).toHaveLength(1);
    expect(says(rule, namespace('{}'), bad)).toEqual([]);
  });
});

describe('pod-socket-name', () => {
  const rule = 'pod-socket-name';
  const mesh = (
    name: string,
  ) => `meshConfig: {trustDomain: example.org, defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: ${name}}}}
sidecarInjectorWebhook:
  defaultTemplates: [sidecar, spire]
  templates:
    spire: |
      spec:
        volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]`;
  const own = workload(
    'labels: {app: web}',
    'containers: [{name: a}, {name: istio-proxy, image: auto, env: [{name: WORKLOAD_IDENTITY_SOCKET_FILE, value: other.sock}]}]',
  );
  it('finds it in the pod’s own proxy container, for pods that have the socket', () => {
    expect(says(rule, mesh('workload.sock'), enabled, own)).toEqual(['/spec/template/spec/containers/1/env/0/value']);
    expect(says(rule, mesh('other.sock'), enabled, own)).toEqual([]);
    expect(says(rule, mesh('workload.sock'), namespace('{}'), own)).toEqual([]);
  });

  it('leaves a pod alone that repeats the name of the mesh, where tbot is what differs', () => {
    const tbot =
      'version: v2\nproxy_server: example.org:443\nonboarding: {join_method: kubernetes, token: join}\nservices: [{type: workload-identity-api, listen: unix:///run/socket, selector: {name: all}}]\n';

    expect(says(rule, mesh('other.sock'), enabled, own, tbot)).toEqual([]);
    expect(says('socket-name-mismatch', mesh('other.sock'), enabled, own, tbot)).toHaveLength(1);
    expect(says(rule, mesh('workload.sock'), enabled, own, tbot)).toHaveLength(1);
  });
});

test('a policy for pods without a proxy counts them in words that fit', () => {
  const text = `${namespace('{}')}\n---\n${workload('labels: {app: web}')}\n---\n${strict}`;
  const [finding] = checkFiles([{ file: 'a.yaml', text }], { rules: ['policies-without-proxy'] });
  expect(finding?.found).toMatch(/^no proxy enforces it for the 1 workload that it selects: /);
});
