import { type StrictViolation, validateStrictly } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';

function validate(text: string, target?: Target): readonly StrictViolation[] {
  return readManifests([{ file: 'a.yaml', text }]).manifests.all.flatMap((one) => validateStrictly(one, target));
}

const describe = (violation: StrictViolation) => {
  if (violation.type === 'invalid-value') return `${violation.pointer} ${violation.problem}`;
  return violation.meant === undefined ? violation.pointer : `${violation.pointer} ${violation.meant}`;
};
const problems = (text: string, target?: Target) => validate(text, target).map(describe);

const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio}\nspec: ${spec}\n`;
const annotated = (config: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {proxy.istio.io/config: '${config}'}}\nspec: {containers: [{name: a}]}\n`;
const configMap = (name: string, mesh: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata:\n  mesh: '${mesh}'\n`;

test.each([
  ['an IstioOperator', operator('{meshConfig: {trustdomain: a}}'), '/spec/meshConfig/trustdomain trustDomain'],
  [
    'the values of an IstioOperator',
    operator('{values: {meshConfig: {defaultConfig: {proxymetadata: {A: b}}}}}'),
    '/spec/values/meshConfig/defaultConfig/proxymetadata proxyMetadata',
  ],
  ['Helm values', 'meshConfig: {trustdomain: a}', '/meshConfig/trustdomain trustDomain'],
  [
    "the mesh's ConfigMap",
    configMap('istio-canary', '{trustdomain: a, defaultConfig: {}}'),
    '/trustdomain trustDomain',
  ],
  ['an annotation', annotated('{proxymetadata: {A: b}}'), '/proxymetadata proxyMetadata'],
])('a misspelt field of the mesh configuration is found in %s', (_, text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test.each([
  ['{values: {sidecarInjectorWebHook: {}}}', '/spec/values/sidecarInjectorWebHook sidecarInjectorWebhook'],
  ['{values: {pilot: {envs: {}}}}', '/spec/values/pilot/envs env'],
  [
    '{values: {sidecarInjectorWebhook: {rewriteAppHTTPProbers: true}}}',
    '/spec/values/sidecarInjectorWebhook/rewriteAppHTTPProbers rewriteAppHTTPProbe',
  ],
  ['{values: {global: {proxy: {nothing: a}}}}', '/spec/values/global/proxy/nothing'],
  ['{values: {cni: {cniBindir: /opt}}}', '/spec/values/cni/cniBindir cniBinDir'],
])('a field that no chart knows is found among the values of an IstioOperator', (spec, expected) => {
  expect(problems(operator(spec))).toEqual([expected]);
});

test.each([
  ['{pilot: {k8s: {hpSpec: {minReplicas: 2}}}}', 'pilot/k8s/hpSpec hpaSpec'],
  ['{base: {k8s: {replicacount: 2}}}', 'base/k8s/replicacount replicaCount'],
  [
    '{ingressGateways: [{name: a}, {name: b, k8s: {podDisruptionBudget: {minAvailble: 1}}}]}',
    'ingressGateways/1/k8s/podDisruptionBudget/minAvailble minAvailable',
  ],
  ['{egressGateways: [{k8s: {podAnnotation: {}}}]}', 'egressGateways/0/k8s/podAnnotation podAnnotations'],
])('a misspelt field of a component is found in %s', (components, expected) => {
  expect(problems(operator(`{components: ${components}}`))).toEqual([`/spec/components/${expected}`]);
});

test('everything that istioctl takes for a component is left alone', () => {
  const k8s = {
    affinity: { podAntiAffinity: {} },
    env: [{ name: 'A', value: 'b' }],
    hpaSpec: { minReplicas: 2, maxReplicas: 3, metrics: [] },
    imagePullPolicy: 'Always',
    nodeSelector: { a: 'b' },
    overlays: [
      { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', patches: [{ path: 'spec', value: { any: 1 } }] },
    ],
    podAnnotations: { a: 'b' },
    podDisruptionBudget: {
      minAvailable: 1,
      maxUnavailable: '50%',
      selector: {},
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
    priorityClassName: 'a',
    readinessProbe: { httpGet: { path: '/' } },
    replicaCount: 2,
    resources: { requests: { cpu: '1' } },
    securityContext: { runAsUser: 1 },
    service: { ports: [] },
    serviceAnnotations: { a: 'b' },
    strategy: { type: 'Recreate' },
    tolerations: [{ operator: 'Exists' }],
    volumeMounts: [{ name: 'a', mountPath: '/a' }],
    volumes: [{ name: 'a' }],
  };
  const one = { enabled: true, namespace: 'a', hub: 'a', tag: 1, k8s };
  const gateway = { ...one, name: 'a', label: { a: 'b' } };
  const components = {
    ...{ base: { enabled: true, k8s: null }, pilot: one, cni: one, ztunnel: one, istiodRemote: one, gateway: one },
    ...{ ingressGateways: [gateway], egressGateways: [gateway] },
  };
  expect(problems(operator(JSON.stringify({ components })))).toEqual([]);
});

test.each([
  ['meshConfig: {}\nsidecarInjectorWebHook: {}', '/sidecarInjectorWebHook sidecarInjectorWebhook'],
  ['pilot: {envs: {}}\nglobal: {}', '/pilot/envs env'],
  ['meshconfig: {trustDomain: a}', '/meshconfig meshConfig'],
  ['meshConfig: {}\nglobal: {istioNamespaces: a}', '/global/istioNamespaces istioNamespace'],
])('a field that the chart does not know is found in Helm values', (text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test.each([
  ['of other charts', 'meshConfig: {}\nmyApplication: {}\ngateways: {mine: {}}\nbase: [1]\nglobal: {mine: 1, tags: 2}'],
  ['of an umbrella chart', 'istiod: {meshConfig: {trustdomain: a}}\nglobal: {}\nrevision: a'],
  [
    "of an application's chart with the annotation",
    'podAnnotations: {inject.istio.io/templates: spire}\npodAnnotation: {}',
  ],
  [
    "that are the chart's own output",
    configMap('istio-sidecar-injector', '{"pilot": {"envs": 1}, "global": {}}').replace('mesh:', 'values:'),
  ],
  [
    'in flat and nested form',
    'env: {A: "1"}\npilot: {initContainers: [], env: {B: 2}, pdb: {minAvailable: 1}}\nmeshConfig: {}',
  ],
  ['with the free parts', 'pilot: {podLabels: {a: b}, nodeSelector: {a: b}, resources: {any: 1}}\nmeshConfig: {}'],
])('values %s are left alone', (_, text) => {
  expect(problems(text)).toEqual([]);
});

test("settings with a field like the mesh configuration's are left alone unless the name is nearly right", () => {
  expect(problems('trustDomain: a\nca: {mine: 1}\ntimeout: 5')).toEqual([]);
  expect(problems('defaultConfig: {mine: 1, proxymetadata: {}}')).toEqual([
    '/defaultConfig/proxymetadata proxyMetadata',
  ]);
});

test('the mesh configuration may be written with the names of its protobuf file', () => {
  expect(problems(operator('{meshConfig: {trust_domain: a, h2_upgrade_policy: UPGRADE, mesh_mTLS: {}}}'))).toEqual([]);
  expect(problems(operator('{meshConfig: {h2UpgradePolicy: 1, meshMTLS: {}, connectTimeout: 10s}}'))).toEqual([]);
});

test.each([
  ['{trustDomain: 5}', '/spec/meshConfig/trustDomain is the number 5, not a string'],
  [
    '{defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: true}}}',
    '/spec/meshConfig/defaultConfig/proxyMetadata/ISTIO_META_DNS_CAPTURE is the boolean true, not a string',
  ],
  [
    '{outboundTrafficPolicy: {mode: registry_only}}',
    '/spec/meshConfig/outboundTrafficPolicy/mode is "registry_only" (allowed: REGISTRY_ONLY, ALLOW_ANY, ALLOW_ANY_DYNAMIC_DNS)',
  ],
  ['{connectTimeout: 5}', '/spec/meshConfig/connectTimeout is the number 5, not a string'],
  ['{trustDomainAliases: a}', '/spec/meshConfig/trustDomainAliases is the string "a", not a list'],
])('a value of the mesh configuration that istiod cannot read is found', (meshConfig, expected) => {
  expect(problems(operator(`{meshConfig: ${meshConfig}}`))).toEqual([expected]);
});

test('a field is unknown to releases before the one that brings it', () => {
  const text = operator('{meshConfig: {hboneIdleTimeout: 5s}}');
  expect(problems(text, Target.of({ istio: '1.28.10' }))).toEqual(['/spec/meshConfig/hboneIdleTimeout']);
  expect(problems(text, Target.of({ istio: '1.29.0' }))).toEqual([]);
  expect(problems(text, Target.of({ istio: '1.30.3' }))).toEqual([]);
});
