import { Cluster } from '../../../lib/model/cluster/cluster';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';

/** What the injector does with one pod of namespace `shop`. */
function injection(pod: object, namespaceLabels: object | undefined, ...others: readonly object[]) {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: namespaceLabels } };
  const one = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', namespace: 'shop', ...pod },
    spec: { containers: [] },
  };
  const objects = [...(namespaceLabels === undefined ? [] : [namespace]), one, ...others];
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  const cluster = Cluster.of(readManifests([{ file: 'a.yaml', text }]).manifests);
  const [workload] = cluster.workloads;
  if (workload === undefined) throw new Error('no workload');
  return {
    ...cluster.injectionOf(workload, Target.of({ istio: '1.30.3' })),
    proxy: cluster.proxyOf(workload, Target.of()),
  };
}

const istiod = (values: object) => ({
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  metadata: { name: 'i' },
  spec: { values },
});
const helm = (values: object) => ({ meshConfig: { trustDomain: 'example.org' }, ...values });
const enabled = { 'istio-injection': 'enabled' };

describe('webhooks', () => {
  it.each([
    ['a revision that is installed', helm({ revision: 'canary' }), { 'istio.io/rev': 'canary' }, 'injected'],
    ['a tag of it', helm({ revision: 'canary', revisionTags: ['prod'] }), { 'istio.io/rev': 'prod' }, 'injected'],
    ['another revision', helm({ revision: 'canary' }), { 'istio.io/rev': 'stable' }, 'not-called'],
    ['istio-injection where Helm installs a revision only', helm({ revision: 'canary' }), enabled, 'not-called'],
    [
      'istio-injection with a tag for the default',
      helm({ revision: 'canary', revisionTags: ['default'] }),
      enabled,
      'injected',
    ],
    ['istio-injection where istioctl installs a revision', istiod({ revision: 'canary' }), enabled, 'injected'],
    [
      'no label, where that is enough',
      helm({ sidecarInjectorWebhook: { enableNamespacesByDefault: true } }),
      {},
      'injected',
    ],
    ['no label', helm({}), {}, 'not-called'],
    ['an unknown namespace', helm({}), undefined, 'unknown'],
  ])('%s: %s %s', (_, installation, labels, kind) => {
    expect(injection({}, labels, installation).kind).toBe(kind);
  });

  it('are those among the manifests, as they are', () => {
    const webhooks = {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'istio-revision-tag-blue' },
      webhooks: [
        {
          name: 'rev.namespace.sidecar-injector.istio.io',
          namespaceSelector: { matchExpressions: [{ key: 'istio.io/rev', operator: 'In', values: ['blue'] }] },
          objectSelector: {},
        },
        { name: 'other.example.org', namespaceSelector: {}, objectSelector: {} },
      ],
    };
    expect(injection({}, { 'istio.io/rev': 'blue' }, webhooks).kind).toBe('injected');
    expect(injection({}, { 'istio.io/rev': 'green' }, webhooks).kind).toBe('not-called');
  });

  it('say why they are not called', () => {
    expect(injection({}, { 'istio-injection': 'true' })).toMatchObject({ because: expect.stringContaining('"true"') });
    expect(injection({}, { 'istio.io/rev': 'x' }, helm({}))).toMatchObject({ because: expect.stringContaining('"x"') });
  });
});

describe('the injector’s own policy', () => {
  const never = {
    sidecarInjectorWebhook: { neverInjectSelector: [{ matchExpressions: [{ key: 'job', operator: 'Exists' }] }] },
  };
  const disabled = { global: { proxy: { autoInject: 'disabled' } } };
  const always = { sidecarInjectorWebhook: { alwaysInjectSelector: [{ matchLabels: { app: 'a' } }] } };
  const asks = { 'sidecar.istio.io/inject': 'true' };
  it.each([
    ['neverInjectSelector', helm(never), { job: 'x' }, 'untouched'],
    ['neverInjectSelector for others', helm(never), { app: 'a' }, 'injected'],
    ['neverInjectSelector and the pod asks', helm(never), { job: 'x', ...asks }, 'injected'],
    ['an empty neverInjectSelector', helm({ sidecarInjectorWebhook: { neverInjectSelector: [{}] } }), {}, 'injected'],
    ['autoInject: disabled', helm(disabled), {}, 'untouched'],
    ['autoInject: disabled and the pod asks', helm(disabled), asks, 'injected'],
    ['autoInject: disabled and alwaysInjectSelector', helm({ ...disabled, ...always }), { app: 'a' }, 'injected'],
    [
      'autoInject with a value Istio does not know',
      helm({ global: { proxy: { autoInject: 'off' } }, ...always }),
      { app: 'a' },
      'untouched',
    ],
  ])('%s', (_, installation, labels, kind) => {
    expect(injection({ labels }, enabled, installation).kind).toBe(kind);
  });
});

describe('annotations for which pods are refused', () => {
  it.each([
    ['traffic.sidecar.istio.io/excludeInboundPorts', 'http', 'refused'],
    ['traffic.sidecar.istio.io/excludeInboundPorts', '80, 81', 'injected'],
    ['traffic.sidecar.istio.io/includeInboundPorts', '*', 'injected'],
    ['traffic.sidecar.istio.io/excludeOutboundIPRanges', '10.0.0.1', 'refused'],
    ['traffic.sidecar.istio.io/includeOutboundIPRanges', '10.0.0.0/8,fd00::/8', 'injected'],
    ['sidecar.istio.io/interceptionMode', 'redirect', 'refused'],
    ['prometheus.istio.io/merge-metrics', 'yes', 'refused'],
    ['readiness.status.sidecar.istio.io/periodSeconds', '1s', 'refused'],
  ])('%s: %s', (annotation, value, kind) => {
    expect(injection({ annotations: { [annotation]: value } }, enabled).kind).toBe(kind);
  });
});

describe('proxies', () => {
  const mesh = {
    sidecarInjectorWebhook: {
      defaultTemplates: ['sidecar', 'spire'],
      templates: {
        spire: 'spec:\n  volumes:\n    - {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}\n',
      },
    },
    meshConfig: { defaultConfig: { proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: 'workload.sock' } } },
  };
  const tbot = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'tbot', namespace: 'teleport' },
    data: {
      'tbot.yaml':
        'version: v2\nonboarding: {join_method: kubernetes}\nservices:\n  - {type: workload-identity-api, listen: "unix:///run/tbot/workload.sock"}\n',
    },
  };
  const named = (name: string) => ({
    annotations: { 'proxy.istio.io/config': `proxyMetadata:\n  WORKLOAD_IDENTITY_SOCKET_FILE: ${name}\n` },
  });

  it('have Teleport’s certificate by the socket that tbot makes', () => {
    expect(injection({}, enabled, mesh, tbot).proxy).toMatchObject({ kind: 'sidecar', authority: 'workload-api' });
    expect(injection(named('workload.sock'), enabled, mesh, tbot).proxy).toMatchObject({ authority: 'workload-api' });
  });

  it('fall back to istiod with the default name, exit with another, and leave it open without tbot', () => {
    expect(injection(named('socket'), enabled, mesh, tbot).proxy).toMatchObject({ authority: 'istiod' });
    expect(injection(named('other.sock'), enabled, mesh, tbot).proxy).toMatchObject({ kind: 'not-running' });
    expect(injection(named('other.sock'), enabled, mesh).proxy).toMatchObject({ authority: 'unknown' });
  });

  it('are missing where the templates bring none, and are something else with gRPC', () => {
    const by = (templates: string) =>
      injection({ annotations: { 'inject.istio.io/templates': templates } }, enabled, mesh).proxy.kind;
    expect([by('spire'), by('grpc-simple'), by('grpc-agent'), by('sidecar')]).toEqual([
      'none',
      'none',
      'not-envoy',
      'sidecar',
    ]);
  });

  it('read the names of a ProxyConfig for the pod', () => {
    const config = {
      apiVersion: 'networking.istio.io/v1beta1',
      kind: 'ProxyConfig',
      metadata: { name: 'a', namespace: 'shop' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        environmentVariables: { WORKLOAD_IDENTITY_SOCKET_FILE: 'socket' },
      },
    };
    const proxy = (app: string) => injection({ labels: { app } }, enabled, mesh, tbot, config).proxy;
    expect(proxy('a')).toMatchObject({ authority: 'istiod' });
    expect(proxy('b')).toMatchObject({ authority: 'workload-api' });
  });
});
