import { Cluster } from '../../../lib/model/cluster/cluster';
import { readManifests } from '../../../lib/model/documents/read-manifests';

/** The cluster that some files describe, by file name. */
function cluster(files: Readonly<Record<string, string>>): Cluster {
  const { manifests, problems } = readManifests(Object.entries(files).map(([file, text]) => ({ file, text })));
  expect(problems).toEqual([]);
  return Cluster.of(manifests);
}

const settings = (files: Readonly<Record<string, string>>) => cluster(files).meshSettings;

/** What is known of the trust domain: the name, or undefined if the files do not say it. */
function trustDomain(files: Readonly<Record<string, string>>): string | undefined {
  const { trustDomain: name, trustDomainUnknown } = settings(files);
  return trustDomainUnknown === undefined ? name : undefined;
}

const operator = (spec: string, name = 'mesh') =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: ${name}, namespace: istio-system}\nspec: ${spec}\n`;

const release = (spec: string, name = 'istiod') =>
  `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: ${name}, namespace: istio-system}\nspec: ${spec}\n`;

const CHART = 'chart: {spec: {chart: istiod, version: 1.31.1, sourceRef: {kind: HelmRepository, name: istio}}}';

const application = (source: string, kind = 'Application') => {
  const spec = `{destination: {namespace: istio-system}, ${source}}`;
  const body = kind === 'Application' ? spec : `{generators: [], template: {spec: ${spec}}}`;
  return `apiVersion: argoproj.io/v1alpha1\nkind: ${kind}\nmetadata: {name: mesh, namespace: argocd}\nspec: ${body}\n`;
};

const ISTIOD = 'repoURL: https://blob.istio.io/istio-release/charts, chart: istiod, targetRevision: 1.31.1';

describe('an IstioOperator', () => {
  // What istioctl 1.31.0 writes into the istio ConfigMap for these, by `istioctl manifest generate`.
  test('gets its mesh configuration from spec.meshConfig and spec.values.meshConfig, mapping by mapping', () => {
    const [mesh] = cluster({
      'a.yaml': operator(
        '{meshConfig: {trustDomain: a.example, trustDomainAliases: [x]}, values: {meshConfig: {trustDomain: b.example, trustDomainAliases: [y], defaultConfig: {proxyMetadata: {A: b}}}}}',
      ),
    }).installations;
    expect(mesh?.meshConfig).toEqual({
      trustDomain: 'a.example',
      trustDomainAliases: ['x'],
      defaultConfig: { proxyMetadata: { A: 'b' } },
    });
  });

  test('has the trust domain of either place', () => {
    const values = '{meshConfig: {accessLogFile: /dev/stdout}, values: {meshConfig: {trustDomain: b.example}}}';
    expect(trustDomain({ 'a.yaml': operator(values) })).toBe('b.example');
  });

  test('has no trust domain of global.trustDomain, nor a root namespace of spec.namespace', () => {
    const files = { 'a.yaml': operator('{namespace: foo, values: {global: {trustDomain: b.example}}}') };
    expect(trustDomain(files)).toBe('cluster.local');
    expect(settings(files).rootNamespace).toBe('istio-system');
    expect(settings({ 'a.yaml': operator('{values: {global: {istioNamespace: mesh}}}') }).rootNamespace).toBe('mesh');
  });

  test('is one installation with others of the same name, and none with gateways alone', () => {
    const files = { 'a.yaml': operator('{meshConfig: {trustDomain: a.example}}'), 'b.yaml': operator('{tag: 1.31.1}') };
    expect(cluster(files).installations).toHaveLength(1);
    expect(trustDomain(files)).toBe('a.example');
    const gateways = operator(
      '{profile: empty, components: {ingressGateways: [{name: a, enabled: true}]}}',
      'gateways',
    );
    expect(trustDomain({ ...files, 'c.yaml': gateways })).toBe('a.example');
  });

  test('gives istiod the environment of its component over that of its values', () => {
    const spec =
      '{components: {pilot: {k8s: {env: [{name: A, value: component}]}}}, values: {pilot: {env: {A: values, B: "false"}}}}';
    const [mesh] = cluster({ 'a.yaml': operator(spec) }).installations;
    expect([mesh?.variable('A')?.setting, mesh?.variable('B')?.setting]).toEqual(['component', 'false']);
    expect(mesh?.variable('A')?.pointer).toBe('/spec/components/pilot/k8s/env/0');
  });
});

describe('values for the istiod chart', () => {
  test('are layers of one release, in whatever files', () => {
    const files = {
      'base/values.yaml': 'meshConfig: {trustDomain: a.example}\npilot: {env: {A: b}}\n',
      'prod/values.yaml': 'meshConfig: {defaultConfig: {proxyMetadata: {B: c}}}\n',
    };
    const [mesh, ...others] = cluster(files).installations;
    expect(others).toEqual([]);
    expect(mesh?.meshConfig).toEqual({ trustDomain: 'a.example', defaultConfig: { proxyMetadata: { B: 'c' } } });
    expect(trustDomain(files)).toBe('a.example');
  });

  test('that name different trust domains are for several meshes, and which one is asked about is open', () => {
    const files = {
      'a.yaml': 'meshConfig: {trustDomain: a.example}\n',
      'b.yaml': 'meshConfig: {trustDomain: b.example}\n',
    };
    expect(settings(files).trustDomainUnknown).toBe('the files have different ones: a.example, b.example');
  });

  test('copy what is below pilot to the top, where it wins', () => {
    const [mesh] = cluster({ 'a.yaml': 'pilot: {env: {A: pilot}}\nenv: {A: top}\nmeshConfig: {}\n' }).installations;
    expect(mesh?.variable('A')?.setting).toBe('pilot');
  });

  test('without a mesh configuration are a mesh with the default trust domain', () => {
    expect(trustDomain({ 'a.yaml': 'pilot: {env: {A: b}}\nglobal: {tag: 1.31.1}\n' })).toBe('cluster.local');
  });

  test('of the injector of a mesh that runs do not say the trust domain', () => {
    const injector = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio-sidecar-injector, namespace: istio-system}\ndata:\n  values: '{"global": {}, "sidecarInjectorWebhook": {}}'\n`;
    expect(trustDomain({ 'a.yaml': injector })).toBeUndefined();
  });
});

describe('a mesh that runs', () => {
  const RUNNING = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |-\n    trustDomain: run.example\n    rootNamespace: istio-config\n`;

  test('decides over files for the installers', () => {
    const files = { 'a.yaml': RUNNING, 'b.yaml': operator('{meshConfig: {trustDomain: a.example}}') };
    expect([trustDomain(files), settings(files).rootNamespace]).toEqual(['run.example', 'istio-config']);
  });

  test('has the environment of istiod in its Deployment', () => {
    const istiod = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod-1-31, namespace: istio-system}\nspec: {template: {spec: {containers: [{name: discovery, env: [{name: PILOT_SKIP_VALIDATE_TRUST_DOMAIN, value: "true"}]}]}}}\n`;
    expect(settings({ 'a.yaml': RUNNING, 'b.yaml': istiod }).skipsTrustDomainCheck).toBe(true);
  });
});

describe('values inside an object of a GitOps program', () => {
  const VALUES = '{meshConfig: {trustDomain: a.example}}';

  test.each([
    ['a HelmRelease', release(`{${CHART}, values: ${VALUES}}`), '/spec/values'],
    [
      'a HelmRelease with a chart of its own object',
      release(`{chartRef: {kind: OCIRepository, name: istiod}, values: ${VALUES}}`),
      '/spec/values',
    ],
    [
      'an Application, as a text',
      application(`source: {${ISTIOD}, helm: {values: "${VALUES}"}}`),
      '/spec/source/helm/values',
    ],
    [
      'an Application, as an object',
      application(`source: {${ISTIOD}, helm: {valuesObject: ${VALUES}}}`),
      '/spec/source/helm/valuesObject',
    ],
    [
      'one of several sources',
      application(`sources: [{repoURL: a, ref: b}, {${ISTIOD}, helm: {valuesObject: ${VALUES}}}]`),
      '/spec/sources/1/helm/valuesObject',
    ],
    [
      'an ApplicationSet',
      application(`source: {${ISTIOD}, helm: {values: "${VALUES}"}}`, 'ApplicationSet'),
      '/spec/template/spec/source/helm/values',
    ],
  ])('are read: %s', (_, text, pointer) => {
    const found = cluster({ 'a.yaml': text });
    expect(found.meshSettings).toMatchObject({ trustDomain: 'a.example', trustDomainUnknown: undefined });
    expect(found.meshSettings.source?.container?.pointer).toBe(pointer);
  });

  test('have places that point into the object', () => {
    const text = `${release(`{${CHART}}`).replace(/\}\n$/, '}').replace('spec: {', 'spec:\n  ').replace(/\}$/, '')}\n  values:\n    meshConfig:\n      trustDomain: a.example\n`;
    const [mesh] = cluster({ 'a.yaml': text }).installations;
    const { manifest, pointer = '' } = mesh?.pointerTo('trustDomain') ?? {};
    const line = manifest?.locate(pointer).line ?? 0;
    expect(text.split('\n')[line - 1]).toBe('      trustDomain: a.example');
  });

  test('none at all are a mesh with the default trust domain; values of which the files say nothing leave it open', () => {
    expect(trustDomain({ 'a.yaml': release(`{${CHART}}`) })).toBe('cluster.local');
    expect(trustDomain({ 'a.yaml': release(`{${CHART}, valuesFrom: [{kind: ConfigMap, name: a}]}`) })).toBeUndefined();
    expect(trustDomain({ 'a.yaml': application(`source: {${ISTIOD}, helm: {valueFiles: [a.yaml]}}`) })).toBeUndefined();
    const both = release(`{${CHART}, valuesFrom: [{kind: ConfigMap, name: a}], values: ${VALUES}}`);
    expect(trustDomain({ 'a.yaml': both })).toBe('a.example');
  });

  test('that are filled in later leave it open', () => {
    const values = '{meshConfig: {trustDomain: "$(CLUSTER)"}}';
    expect(settings({ 'a.yaml': release(`{${CHART}, values: ${values}}`) }).trustDomainUnknown).toBe(
      'it is "$(CLUSTER)", and that variable has no value',
    );
  });

  test('of other charts are not taken for Istio’s', () => {
    const other = 'chart: {spec: {chart: gateway, sourceRef: {kind: HelmRepository, name: acme}}}';
    const text = release(`{${other}, values: {replicas: 1}}`, 'acme');
    expect(cluster({ 'a.yaml': text }).installations).toEqual([]);
  });
});

test('files without an installation do not say the trust domain', () => {
  expect(settings({ 'a.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n' }).trustDomainUnknown).toBe(
    'the files contain no Istio installation',
  );
});

describe('what Istio’s operator installs', () => {
  const istio = (spec: string, name = 'default') =>
    `apiVersion: sailoperator.io/v1\nkind: Istio\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
  const revision = (spec: string, name?: string) =>
    cluster({ 'a.yaml': istio(spec, name) }).installations[0]?.values.revision;

  test('has the mesh configuration of its values, or Istio’s defaults', () => {
    const values = '{version: v1.31.0, values: {meshConfig: {trustDomain: b.example}}}';
    expect(trustDomain({ 'a.yaml': istio(values) })).toBe('b.example');
    expect(trustDomain({ 'a.yaml': istio('{version: v1.31.0}') })).toBe('cluster.local');
  });

  test('has the revision that the operator gives it, whatever the values say', () => {
    expect(revision('{version: v1.31.0, values: {revision: blue}}')).toBe('');
    expect(revision('{version: v1.31.0, values: {revision: blue}}', 'prod')).toBe('prod');
    const each = '{version: v1.31.0, updateStrategy: {type: RevisionBased}}';
    expect([revision(each), revision(each, 'prod')]).toEqual(['default-v1-31-0', 'prod-v1-31-0']);
  });

  test('is not what another group calls Istio', () => {
    const other = istio('{values: {meshConfig: {trustDomain: b.example}}}').replace('sailoperator.io', 'other.io');
    expect(cluster({ 'a.yaml': other }).installations).toEqual([]);
  });
});

describe('a chart that a kustomization renders', () => {
  const kustomization = (chart: string, head = '') =>
    `${head}helmCharts: [{name: istiod, version: 1.31.0, ${chart}}]\n`;

  test.each(['', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n'])(
    'is one installation',
    (head) => {
      const text = kustomization('valuesInline: {meshConfig: {trustDomain: b.example}}', head);
      expect(cluster({ 'kustomization.yaml': text }).installations).toHaveLength(1);
      expect(trustDomain({ 'kustomization.yaml': text })).toBe('b.example');
      expect(trustDomain({ 'other.yaml': text.slice(head.length) })).toBeUndefined();
    },
  );

  test('has settings of which nothing is known where its values are elsewhere', () => {
    expect(trustDomain({ 'kustomization.yaml': kustomization('valuesFile: x.yaml') })).toBeUndefined();
    expect(trustDomain({ 'kustomization.yaml': kustomization('releaseName: istiod') })).toBe('cluster.local');
  });
});
