import { Chart } from 'cdk8s';
import { PARTNER_ROOTS } from '../../../examples/partner/partner-roots';
import {
  AdmissionGuards,
  type AdmissionGuardsProps,
  AuthorizationPolicy,
  MeshNamespace,
  PolicyScope,
  Principal,
  TrustBundle,
  TrustDomain,
  WorkloadApiSocket,
} from '../../../lib';
import { hostPathPattern } from '../../../lib/constructs/admission/host-path-pattern';
import { addWeb, makeShop, written } from '../mesh/shop-fixture';

function guards(props: Partial<AdmissionGuardsProps> = {}, socket?: WorkloadApiSocket) {
  const made = makeShop({}, socket && { socket });
  new AdmissionGuards(new Chart(made.app, 'guards'), 'guards', { mesh: made.mesh, ...props });
  const find = (kind: string, name: string) =>
    written(made.app, 'guards.k8s.yaml', kind, `teleport-istio-${name}`).spec;
  return { ...made, policy: (name: string) => find('ValidatingAdmissionPolicy', name), find };
}

const namespacesOf = (spec: { matchConstraints: { namespaceSelector: { matchExpressions: object[] } } }) =>
  spec.matchConstraints.namespaceSelector.matchExpressions;

test('guards namespaces that joined the mesh after it was made, and not that of the control plane', () => {
  const { app, mesh, policy } = guards();
  new MeshNamespace(app, 'orders', { mesh });
  expect(namespacesOf(policy('injection'))).toEqual([
    { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['orders', 'shop'] },
  ]);
});

test('lets pods of the mesh neither opt out, nor choose templates, nor share an account', () => {
  const texts = guards()
    .policy('injection')
    .validations.map(({ expression }: { expression: string }) => expression);
  expect(texts).toEqual([
    // Whatever is not "true" turns injection off or is not read at all.
    "variables.isGateway || [variables.labels, variables.annotations].all(each, each[?'sidecar.istio.io/inject'].orValue('true') == 'true')",
    '!object.spec.?hostNetwork.orValue(false)',
    "variables.annotations[?'inject.istio.io/templates'].orValue('sidecar,spire') in ['sidecar,spire', 'gateway,spire']",
    "!(variables.account in ['', 'default'])",
  ]);
});

test('says what the API server would fill in, so that applying it again changes nothing', () => {
  const { policy } = guards();
  for (const name of ['injection', 'socket', 'principals']) {
    for (const rule of policy(name).matchConstraints.resourceRules) expect(rule.scope).toBe('*');
  }
});

test('leaves namespaces that are trusted with host paths to themselves', () => {
  const { policy } = guards({ trustedNamespaces: ['logging'] });
  expect(namespacesOf(policy('socket'))).toEqual([
    { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'logging', 'teleport-system'] },
  ]);
});

test('hands volumes of the driver to enrolled namespaces, that of the gateway among them', () => {
  const [, driver] = guards().policy('socket').validations;
  expect(driver.expression).toBe(
    "request.namespace in ['istio-system', 'shop'] || variables.volumes.all(v, !has(v.csi) || v.csi.driver != 'csi.spiffe.io')",
  );
});

test('without the driver, pods of the mesh mount the directory itself and no other way to it', () => {
  const { validations } = guards({}, WorkloadApiSocket.hostPath()).policy('socket');
  expect(validations).toHaveLength(1);
  expect(validations[0].expression).toContain("request.namespace in ['istio-system', 'shop']");
  expect(validations[0].expression).toContain("v.hostPath.path == '/run/tbot/sockets'");
});

test('knows the trust domain of the mesh, what Istio takes for it, and those that are added', () => {
  const { validations } = guards({ trustDomains: [TrustDomain.parse('partner.example')] }).policy('principals');
  expect(validations.map(({ expression }: { expression: string }) => expression)).toEqual([
    expect.stringContaining(
      "?principals.orValue([]).all(p, p == '*' || ['acme.teleport.sh/', 'cluster.local/', 'partner.example/']",
    ),
    expect.stringContaining('?notPrincipals.orValue([])'),
  ]);
});

describe('the policies of the app itself', () => {
  const partner = TrustBundle.of(TrustDomain.parse('partner.example'), PARTNER_ROOTS);

  test('clients of another trust domain are known without a word, whenever they come', () => {
    const { app, mesh, shop, policy } = guards();
    addWeb(shop, 'web').exposeThrough(mesh.ingressGateway, {
      hosts: ['web.example.com'],
      tlsSecret: 'web',
      clients: [partner.anybody()],
    });

    expect(policy('principals').validations[1].expression).toContain("'partner.example/'");
    expect(app.synthFiles().size).toBeGreaterThan(0);
  });

  const ofPartner = (name: string, shop: MeshNamespace) =>
    new AuthorizationPolicy(shop, name, {
      name,
      scope: PolicyScope.namespace('shop'),
      action: 'DENY',
      rules: [{ from: [{ notPrincipals: [Principal.anyInTrustDomain(partner.trustDomain)] }] }],
    });

  test('one that the guards would refuse stops the synthesis, with the fix', () => {
    const { app, shop } = guards();
    ofPartner('partner', shop);

    expect(() => app.synthFiles()).toThrow(
      /reject shop\/partner.*"partner\.example\/\*".*add TrustDomain\.parse\("partner\.example"\) to trustDomains/,
    );
  });

  test('one of a trust domain that was named is fine', () => {
    const { app, shop } = guards({ trustDomains: [partner.trustDomain] });
    ofPartner('partner', shop);

    expect(() => app.synthFiles()).not.toThrow();
  });
});

test.each([
  ['1.29', /ValidatingAdmissionPolicy v1.*Kubernetes 1\.29.*Kubernetes 1\.30 or newer.*remove AdmissionGuards/s],
  ['1.30', undefined],
])('Kubernetes %s', (version, refusal) => {
  const make = () => {
    const { app, mesh } = makeShop({}, { kubernetes: { version } });
    new AdmissionGuards(new Chart(app, 'guards'), 'guards', { mesh });
  };

  if (refusal === undefined) expect(make).not.toThrow();
  else expect(make).toThrow(refusal);
});

test.each([
  [undefined, 'Deny'],
  ['Warn', 'Warn'],
] as const)('with action %p the API server does %s', (action, expected) => {
  const { find, policy } = guards(action && { action });
  for (const name of ['injection', 'socket', 'principals']) {
    expect(find('ValidatingAdmissionPolicyBinding', name)).toEqual({
      policyName: `teleport-istio-${name}`,
      validationActions: [expected],
    });
    expect(policy(name).failurePolicy).toBe('Fail');
  }
});

test('refuses a namespace that is none', () => {
  expect(() => guards({ trustedNamespaces: ['Logging'] })).toThrow(/Logging/);
});

const pattern = new RegExp(hostPathPattern('/run/tbot/sockets'));

test.each([
  ...['/run/tbot/sockets', '/run/tbot/sockets/', '/run/tbot/sockets/workload.sock', '/run/tbot/sockets/.'],
  ...['/run//tbot/./sockets', '/var/run/tbot/sockets', '/run/tbot', '/run', '/', '/.', '//', '/var/run/'],
])('%s leads to the socket', (path) => {
  expect(pattern.test(path)).toBe(true);
});

test.each([
  '/run/tbot2',
  '/run/tbot/socketsx',
  '/var',
  '/opt',
  '/runx',
  '/var/runtime/x',
  '/run/containerd',
  '/data/run',
])('%s does not lead to the socket', (path) => {
  expect(pattern.test(path)).toBe(false);
});

test('takes a dot in the name of a directory for a dot', () => {
  expect(new RegExp(hostPathPattern('/srv/a.b')).test('/srv/axb')).toBe(false);
});
