import { load } from 'js-yaml';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('gateway-api');
const find = findManifest(output);

/** The only volume that a ConfigMap adds to the gateway's Deployment. */
function volume(configMap: Manifest): Manifest {
  const { volumes } = (load(configMap.data.deployment) as Manifest).spec.template.spec;
  expect(volumes).toHaveLength(1);
  return volumes[0];
}

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('gateway-api'));
});

describe.each([
  ['the gateway', 'teleport-socket'],
  ['gateways without parameters', 'teleport-socket-for-gateways'],
])('the volume of %s', (_what, configMap) => {
  test('has one source, since the template brings none', () => {
    const merged = volume(find('ConfigMap', configMap));
    // The name in Istio's template kube-gateway.yaml.
    expect(merged.name).toBe('workload-socket');
    // From 1.31 on they give it no source of their own, so that this is the only one.
    expect(Object.keys(merged).sort()).toEqual(['csi', 'name']);
  });

  test('is the one that the CSI driver serves', () => {
    const merged = volume(find('ConfigMap', configMap));
    expect(merged.csi).toEqual({ driver: find('CSIDriver', 'csi.spiffe.io').metadata.name, readOnly: true });
  });
});

test('the gateway refers to parameters in its own namespace, which is all that it may', () => {
  const { metadata, spec } = find('Gateway', 'public');
  const { name, kind, group } = spec.infrastructure.parametersRef;
  expect([group, kind]).toEqual(['', 'ConfigMap']);
  expect(find('ConfigMap', name).metadata.namespace).toBe(metadata.namespace);
});

test('a gateway without parameters gets them as defaults of their class, from the namespace of istiod', () => {
  const { metadata } = find('ConfigMap', 'teleport-socket-for-gateways');
  const { metadata: istiod } = find('IstioOperator', 'istio');
  expect(metadata.namespace).toBe(istiod.namespace);
  expect(metadata.labels).toMatchObject({
    'gateway.istio.io/defaults-for-class': find('Gateway', 'internal').spec.gatewayClassName,
  });
});

test('Teleport issues identities where the gateways run, and the service allows just these', () => {
  const conditions = find('workload_identity', 'istio-workloads').spec.rules.allow[0].conditions;
  const namespaces = conditions.find(({ attribute }: Manifest) => attribute === 'workload.kubernetes.namespace');
  const gateways = ['public', 'internal'].map((name) => find('Gateway', name));
  for (const { metadata } of gateways) expect(namespaces.in.values).toContain(metadata.namespace);

  // istiod's names for the ServiceAccounts it makes (istio/istio pilot/pkg/config/kube/gateway).
  const { rules } = find('AuthorizationPolicy', 'api').spec;
  expect(rules.map(({ from }: Manifest) => from[0].source.principals)).toEqual([
    ['example.teleport.sh/ns/ingress/sa/public-istio'],
    ['example.teleport.sh/ns/ingress/sa/internal-istio'],
  ]);
});

test('no namespace is in ambient, and the one of the gateway is not closed by a policy', () => {
  expect(Object.values(output).join('')).not.toMatch(/dataplane-mode|\bztunnel\b/);
  const policies = output['shop-policies.k8s.yaml'] ?? '';
  expect(policies).toContain('kind: AuthorizationPolicy');
  expect(Object.values(output).join('')).not.toMatch(
    /kind: AuthorizationPolicy\nmetadata:\n {2}name: \S+\n {2}namespace: ingress/,
  );
});
