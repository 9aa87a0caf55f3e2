import { IngressGateway } from '../../../../lib/constructs/istio/installation/ingress-gateway';
import { InjectionOverlay } from '../../../../lib/constructs/istio/installation/injection-overlay';
import { IstioInstallation } from '../../../../lib/constructs/istio/installation/istio-installation';
import type { IstioInstallationProps } from '../../../../lib/constructs/istio/installation/istio-installation-props';
import { PathNormalization } from '../../../../lib/constructs/istio/installation/path-normalization';
import { Target } from '../../../../lib/upstream/releases/target';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { WorkloadApiSocket } from '../../../../lib/upstream/spiffe/workload-api-socket';
import { refusal } from '../refusal';

type Tree = { readonly [key: string]: Tree };

const overlay = InjectionOverlay.of(WorkloadApiSocket.csi());
const base = { trustDomain: TrustDomain.parse('example.teleport.sh'), overlay };
/** Releases before and after gravitational/teleport#69353. */
const blindToNative = Target.of({ teleport: '18.7.3' });
const attestsNative = Target.of({ teleport: '19.0.0' });

const operatorSpec = (props: Partial<IstioInstallationProps> = {}) =>
  new IstioInstallation({ ...base, ...props }).toIstioOperator().spec as Tree;
const istiodValues = (props: Partial<IstioInstallationProps> = {}) =>
  new IstioInstallation({ ...base, ...props }).toIstiodValues() as Tree;
const refused = (props: Partial<IstioInstallationProps>) => refusal(() => new IstioInstallation({ ...base, ...props }));

describe.each([
  ['the IstioOperator', (props?: Partial<IstioInstallationProps>) => operatorSpec(props).values as Tree, operatorSpec],
  ['the Helm values', istiodValues, istiodValues],
])('%s', (_, values, withMeshConfig) => {
  test('says the trust domain and its aliases', () => {
    expect(withMeshConfig().meshConfig?.trustDomain).toBe('example.teleport.sh');
    expect(withMeshConfig().meshConfig).not.toHaveProperty('trustDomainAliases');
    const aliases = withMeshConfig({ trustDomainAliases: [TrustDomain.parse('old.example')] });
    expect(aliases.meshConfig?.trustDomainAliases).toEqual(['old.example']);
  });

  test('tells every proxy the name of the socket, and nothing of a CA', () => {
    const socket = WorkloadApiSocket.csi({ fileName: 'tbot.sock' });
    const { meshConfig } = withMeshConfig({ overlay: InjectionOverlay.of(socket) });
    expect(meshConfig?.defaultConfig?.proxyMetadata).toEqual({ WORKLOAD_IDENTITY_SOCKET_FILE: 'tbot.sock' });
  });

  test('defines the overlay and makes it a default, at the top of the values', () => {
    expect(values().sidecarInjectorWebhook).toEqual({
      defaultTemplates: ['sidecar', 'spire'],
      templates: { spire: overlay.template },
    });
    expect(values().global).not.toHaveProperty('sidecarInjectorWebhook');
  });

  test('never mentions CA_ADDR, a certificate provider, or istiod’s CA', () => {
    const text = JSON.stringify([values(), withMeshConfig()]);
    expect(text).not.toMatch(/CA_ADDR|caAddress|PILOT_CERT_PROVIDER|pilotCertProvider|ENABLE_CA_SERVER|caName/);
  });

  test('switches native sidecars off until tbot attests them', () => {
    expect(values({ target: blindToNative }).pilot?.env).toEqual({ ENABLE_NATIVE_SIDECARS: 'false' });
    expect(values({ target: attestsNative })).not.toHaveProperty('pilot');
    const asked = { target: attestsNative, nativeSidecars: true };
    expect(values(asked).pilot?.env).toEqual({ ENABLE_NATIVE_SIDECARS: 'true' });
    expect(values({ ...asked, nativeSidecars: false }).pilot?.env).toEqual({ ENABLE_NATIVE_SIDECARS: 'false' });
  });

  test('normalizes paths by default, and leaves them alone only for a reason', () => {
    expect(withMeshConfig().meshConfig?.pathNormalization).toEqual({ normalization: 'DEFAULT' });
    const none = withMeshConfig({ pathNormalization: PathNormalization.bypassableNone('no path rules here') });
    expect(none.meshConfig?.pathNormalization).toEqual({ normalization: 'NONE' });
    expect(refusal(() => PathNormalization.bypassableNone(' ')).problem).toContain('no reason');
  });

  test("tells injection of Istio's CNI plugin, if there is one", () => {
    expect(values()).not.toHaveProperty('pilot');
    expect(values({ cni: true }).pilot).toEqual({ cni: { enabled: true } });
  });

  test('carries resources, further mesh configuration and further values', () => {
    const more = {
      istiodResources: { requests: { cpu: '1' } },
      proxyResources: { limits: { memory: '1Gi' } },
      meshConfig: { accessLogFile: '/dev/stdout', defaultConfig: { proxyMetadata: { A: 'b' } } },
      values: { global: { logAsJson: true } },
    };
    expect(values(more).pilot?.resources).toEqual({ requests: { cpu: '1' } });
    expect(values(more).global).toMatchObject({ logAsJson: true, proxy: { resources: { limits: { memory: '1Gi' } } } });
    expect(withMeshConfig(more).meshConfig).toMatchObject({
      accessLogFile: '/dev/stdout',
      defaultConfig: { proxyMetadata: { A: 'b', WORKLOAD_IDENTITY_SOCKET_FILE: 'workload.sock' } },
    });
  });
});

test('a patch release pins the images, a line does not', () => {
  const pinned = { target: Target.of({ istio: '1.31.4' }), hub: 'registry.example/istio' };
  expect(operatorSpec(pinned)).toMatchObject({ tag: '1.31.4', hub: 'registry.example/istio' });
  expect(istiodValues(pinned).global).toMatchObject({ tag: '1.31.4', hub: 'registry.example/istio' });
  const line = { target: Target.of({ istio: '1.31' }) };
  expect(operatorSpec(line)).not.toHaveProperty('tag');
  expect(istiodValues(line).global).toEqual({ istioNamespace: 'istio-system' });
});

test.each([
  ['1.30.7', 'docker.io/istio'],
  ['1.30', 'docker.io/istio'],
  ['1.31.4', undefined],
  ['1.32', undefined],
])('the images of Istio %s come from a registry that stays', (istio, hub) => {
  const target = Target.of({ istio });

  expect((istiodValues({ target }).global as { hub?: string }).hub).toBe(hub);
  expect((operatorSpec({ target }) as { hub?: string }).hub).toBe(hub);
  expect((istiodValues({ target, hub: 'mirror.example/istio' }).global as { hub?: string }).hub).toBe(
    'mirror.example/istio',
  );
});

test('the file remembers the releases it is for', () => {
  const target = Target.of({ istio: '1.30.7', kubernetes: '1.36' });

  expect(new IstioInstallation({ ...base, target }).toIstioOperator().metadata.annotations).toEqual({
    'teleport-istio/target': 'istio=1.30.7,kubernetes=1.36.0,teleport=18.11.10,csi-driver=0.2.13',
  });
});

test('the operator file is a document of its kind, without a gateway of the profile', () => {
  const document = new IstioInstallation({ ...base, namespace: 'mesh' }).toIstioOperator();
  expect(document).toMatchObject({
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'istio', namespace: 'mesh' },
    spec: { profile: 'minimal', values: { global: { istioNamespace: 'mesh' } } },
  });
  expect(document.spec).not.toHaveProperty('components');
});

test('istioctl installs the CNI plugin, whose component alone decides whether injection counts on it', () => {
  expect(operatorSpec({ cni: true }).components).toEqual({ cni: { enabled: true } });
  const both = operatorSpec({ cni: true, ingressGateway: IngressGateway.of() });
  expect(Object.keys(both.components ?? {})).toEqual(['cni', 'ingressGateways']);
});

describe('the ingress gateway', () => {
  const ingressGateway = IngressGateway.of({
    replicas: { min: 2, max: 4 },
    resources: { requests: { cpu: '1' } },
    serviceAnnotations: { a: 'b' },
  });
  const { components } = operatorSpec({ ingressGateway }) as { components?: { ingressGateways?: Tree[] } };
  const component = components?.ingressGateways?.[0];
  const values = new IstioInstallation({ ...base, ingressGateway }).toGatewayValues() as Tree;

  test('of istioctl gets the socket by replacing the whole volume: merged, it would have two sources', () => {
    expect(component?.k8s?.overlays).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: 'istio-ingressgateway',
        patches: [
          {
            path: 'spec.template.spec.volumes.[name:workload-socket]',
            value: { name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } },
          },
        ],
      },
    ]);
  });

  test('of Helm gets the socket by the gateway template and the overlay', () => {
    expect(values.podAnnotations).toEqual({ 'inject.istio.io/templates': 'gateway,spire' });
  });

  test('is the same whoever installs it: name, labels, ServiceAccount, Service, replicas and resources', () => {
    expect(values.name).toBe(component?.name);
    expect(values.labels).toEqual(component?.label);
    // istioctl derives the ServiceAccount from the name.
    expect(values.serviceAccount?.name).toBe(`${component?.name}-service-account`);
    expect(values.service?.type).toBe(component?.k8s?.service?.type);
    expect(values.service?.ports).toEqual(component?.k8s?.service?.ports);
    expect(values.service?.annotations).toEqual(component?.k8s?.serviceAnnotations);
    expect(values.autoscaling).toEqual({ enabled: true, minReplicas: 2, maxReplicas: 4 });
    expect(component?.k8s?.hpaSpec).toEqual({ minReplicas: 2, maxReplicas: 4 });
    expect(values.resources).toEqual(component?.k8s?.resources);
  });

  test('of an existing Helm release is left out of the operator file', () => {
    const release = IngressGateway.helmRelease({ release: 'edge' });
    expect(operatorSpec({ ingressGateway: release })).not.toHaveProperty('components');
    expect(new IstioInstallation({ ...base, ingressGateway: release }).toGatewayValues()).toMatchObject({
      name: 'edge',
      serviceAccount: { name: 'edge' },
    });
  });

  test('is absent unless asked for', () => {
    expect(new IstioInstallation(base).toGatewayValues()).toBeUndefined();
  });
});

describe('refused are', () => {
  test('trust domains that Istio does not take, aliases included', () => {
    const trustDomain = TrustDomain.parse('my_cluster');
    expect(refused({ trustDomain }).value).toBe('my_cluster');
    expect(refused({ trustDomainAliases: [trustDomain] }).value).toBe('my_cluster');
  });

  test('native sidecars that tbot cannot attest', () => {
    expect(refused({ target: blindToNative, nativeSidecars: true }).problem).toContain('18.7.3');
  });

  test.each([
    ['1.27.9', 'does not support the Istio release'],
    ['1.28.10', 'reached its end of life on 2026-07-01'],
    ['1.33', 'does not support'],
  ])('Istio %s', (istio, reason) => {
    const error = refused({ target: Target.of({ istio }) });
    expect(error.problem).toContain(reason);
    expect(error.allowed).toContain('1.29, 1.30, 1.31 or 1.32');
  });

  test.each([
    ['profile', { profile: 'ambient' }],
    ['meshConfig', { meshConfig: { trustDomain: 'x' } }],
    ['global.hub', { global: { hub: 'x' } }],
    ['global.tag', { global: { tag: 'x' } }],
    ['global.pilotCertProvider', { global: { pilotCertProvider: 'workloadapi' } }],
    ['global.caAddress', { global: { caAddress: 'x' } }],
    ['global.caName', { global: { caName: 'GkeWorkloadCertificate' } }],
    ['global.trustDomain', { global: { trustDomain: 'x' } }],
    ['pilot.cni.enabled', { pilot: { cni: { enabled: true } } }],
    ['pilot.env.ENABLE_CA_SERVER', { pilot: { env: { ENABLE_CA_SERVER: 'false' } } }],
    ['pilot.env.PILOT_SKIP_VALIDATE_TRUST_DOMAIN', { pilot: { env: { PILOT_SKIP_VALIDATE_TRUST_DOMAIN: 'true' } } }],
    ['pilot.env.ENABLE_NATIVE_SIDECARS', { pilot: { env: { ENABLE_NATIVE_SIDECARS: 'auto' } } }],
    ['sidecarInjectorWebhook.defaultTemplates', { sidecarInjectorWebhook: { defaultTemplates: ['sidecar'] } }],
    ['sidecarInjectorWebhook.templates.spire', { sidecarInjectorWebhook: { templates: { spire: 'x' } } }],
  ])('the value %s', (path, values) => {
    expect(refused({ target: blindToNative, values }).where).toBe(`IstioInstallation: values.${path}`);
  });

  test.each([
    ['trustDomain', { trustDomain: 'x' }],
    ['pathNormalization.normalization', { pathNormalization: { normalization: 'NONE' } }],
    ['defaultConfig.proxyMetadata.CA_ADDR', { defaultConfig: { proxyMetadata: { CA_ADDR: 'x' } } }],
    [
      'defaultConfig.proxyMetadata.PILOT_CERT_PROVIDER',
      { defaultConfig: { proxyMetadata: { PILOT_CERT_PROVIDER: 'x' } } },
    ],
    [
      'defaultConfig.proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE',
      { defaultConfig: { proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: 'socket' } } },
    ],
  ])('the mesh configuration %s', (path, meshConfig) => {
    expect(refused({ meshConfig }).where).toBe(`IstioInstallation: meshConfig.${path}`);
  });
});

test('a template of the user’s own stands beside the overlay', () => {
  const values = { sidecarInjectorWebhook: { templates: { 'teleport-sidecar': 'spec: {}' } } };
  expect(istiodValues({ values }).sidecarInjectorWebhook?.templates).toEqual({
    spire: overlay.template,
    'teleport-sidecar': 'spec: {}',
  });
});

describe('discovery', () => {
  const selected = (props: Partial<IstioInstallationProps>, ...namespaces: readonly string[]) => {
    const istio = new IstioInstallation({ ...base, ...props });
    istio.addDiscovered(() => namespaces);
    const spec = istio.toIstioOperator().spec as Tree;
    expect((istio.toIstiodValues() as Tree).meshConfig).toEqual(spec.meshConfig);
    return spec.meshConfig?.discoverySelectors;
  };

  test('istiod looks at all namespaces unless it is told not to', () => {
    expect(selected({}, 'shop')).toBeUndefined();
  });

  test('else at those of the mesh by their names, its own among them, and at others that are named', () => {
    expect(selected({ discovery: { also: ['monitoring'] } }, 'shop', 'istio-system', 'shop')).toEqual([
      {
        matchExpressions: [
          {
            key: 'kubernetes.io/metadata.name',
            operator: 'In',
            values: ['istio-system', 'monitoring', 'shop'],
          },
        ],
      },
    ]);
  });

  test('where nothing unknown can be called, the API server and DNS stay known', () => {
    const selectors = JSON.stringify(selected({ discovery: {}, egress: 'registry-only' }, 'shop'));
    expect(selectors).toContain('["default","istio-system","kube-system","shop"]');
  });

  test('selectors of your own stand alone, and a name has to be one', () => {
    const own = { meshConfig: { discoverySelectors: [{}] } };
    expect(operatorSpec(own).meshConfig?.discoverySelectors).toEqual([{}]);
    expect(refused({ ...own, discovery: {} }).message).toMatch(/cannot be set separately/);
    expect(refused({ discovery: { also: ['Not A Name'] } }).message).toMatch(/discovery.also/);
  });
});
