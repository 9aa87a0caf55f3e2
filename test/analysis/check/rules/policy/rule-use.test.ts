import { type CheckFilesOptions, checkFiles } from '../../../../../lib/check';

const pods = (name: string, labels = `app: ${name}`) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {${labels}}}
  template:
    metadata: {labels: {${labels}}}
    spec:
      serviceAccountName: ${name}
      containers: [{name: app, image: "example.com/app:1.0.0"}]
`;
const MESH = [
  'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
  pods('front-end'),
  pods('catalogue'),
  'apiVersion: v1\nkind: Service\nmetadata: {name: catalogue, namespace: shop}\nspec: {selector: {app: catalogue}, ports: [{name: http, port: 80}]}\n',
];
const policy = (spec: string, name = 'catalogue', namespace = 'shop') =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {${spec}}\n`;
const FOR_CATALOGUE = 'selector: {matchLabels: {app: catalogue}}';
const FRONT_END = 'from: [{source: {principals: [cluster.local/ns/shop/sa/front-end]}}]';
const peer = (mode: string) =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: ${mode}}}\n`;

const RULES = [
  ...['policy-without-workload', 'policy-rule-unreachable', 'allow-rule-shadowed', 'allow-rule-denied'],
  'identity-rule-with-plaintext',
];

/** Which of these rules speak, and of what. */
function says(documents: readonly string[], options: CheckFilesOptions = {}): readonly string[] {
  const text = [...MESH, ...documents].join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { complete: true, ...options })
    .filter(({ rule }) => RULES.includes(rule))
    .map(({ rule, resource, pointer }) => `${rule} ${resource?.name}${pointer}`);
}

describe('a policy whose selector finds nobody', () => {
  const gone = policy(`selector: {matchLabels: {app: gone}}, rules: [{${FRONT_END}}]`);

  test('is told when the manifests are everything, and not before', () => {
    expect(says([gone])).toEqual(['policy-without-workload catalogue/spec/selector']);
    expect(says([gone], { complete: false })).toEqual([]);
  });

  test('is not a mistake for a gateway whose pods istioctl or istiod makes', () => {
    const operator =
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {components: {ingressGateways: [{name: istio-ingressgateway, enabled: true}]}}\n';
    const forGateway = policy('selector: {matchLabels: {istio: ingressgateway}}, rules: [{}]', 'edge', 'istio-system');
    const targeted = policy('targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: edge}], rules: [{}]');
    const gateway =
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}\n';
    expect(says([operator, forGateway, targeted, gateway])).toEqual([]);
    expect(says([operator, targeted])).toEqual(['policy-without-workload catalogue/spec/targetRefs/0']);
  });

  test('is not a mistake in a file of variants, which names what the rest has', () => {
    const variant = {
      file: 'dist/variants/catalogue.k8s.yaml',
      text: policy(`${FOR_CATALOGUE}, rules: [{${FRONT_END}}]`),
    };
    expect(checkFiles([variant], { complete: true, rules: RULES })).toEqual([]);
  });
});

describe('a rule that nobody matches', () => {
  test('is told once: what a more special rule says is not said again', () => {
    const withScheme = policy(
      `${FOR_CATALOGUE}, rules: [{from: [{source: {principals: ["spiffe://a/ns/shop/sa/b"]}}]}]`,
    );
    expect(says([withScheme])).toEqual([]);
    const elsewhere = policy(`${FOR_CATALOGUE}, rules: [{from: [{source: {namespaces: [gone]}}]}]`);
    expect(says([elsewhere])).toEqual(['policy-rule-unreachable catalogue/spec/rules/0']);
  });

  test('is a gateway’s principal only if nothing can have it: its pods are nobody’s manifests', () => {
    const gateway = 'from: [{source: {principals: [cluster.local/ns/istio-system/sa/ingress]}}]';
    expect(says([policy(`${FOR_CATALOGUE}, rules: [{${gateway}}]`)])).toEqual([]);
  });

  test('is one about callers whose connection fails', () => {
    const outside = pods('outside').replace(
      'metadata: {labels: {app: outside}}',
      'metadata: {labels: {app: outside, sidecar.istio.io/inject: "false"}}',
    );
    const onlyOutside = policy(`${FOR_CATALOGUE}, rules: [{from: [{source: {notPrincipals: ["*"]}}]}]`);
    expect(says([outside, onlyOutside, peer('STRICT')])).toEqual(['policy-rule-unreachable catalogue/spec/rules/0']);
    expect(says([outside, onlyOutside, peer('PERMISSIVE')])).not.toContain(
      'policy-rule-unreachable catalogue/spec/rules/0',
    );
  });
});

describe('an ALLOW rule without effect', () => {
  test('is told also when the manifests may be a part', () => {
    const twice = policy(
      `${FOR_CATALOGUE}, rules: [{${FRONT_END}}, {${FRONT_END}, to: [{operation: {methods: [GET]}}]}]`,
    );
    expect(says([twice], { complete: false })).toEqual(['allow-rule-shadowed catalogue/spec/rules/1']);
  });

  test('beside one for everybody is left to the rule about that one', () => {
    expect(says([policy(`${FOR_CATALOGUE}, rules: [{}, {${FRONT_END}}]`)])).toEqual([]);
  });

  test('is none that a DENY refuses in part, or for other workloads', () => {
    const allow = policy(`${FOR_CATALOGUE}, rules: [{${FRONT_END}}]`);
    const part = policy(
      `action: DENY, ${FOR_CATALOGUE}, rules: [{to: [{operation: {paths: ["/a*"], ports: ["80"]}}]}]`,
      'd',
    );
    const others = policy('action: DENY, selector: {matchLabels: {app: front-end}}, rules: [{}]', 'd');
    expect(says([allow, part])).toEqual([]);
    expect(says([allow, others])).toEqual([]);
    expect(says([allow, policy(`action: DENY, ${FOR_CATALOGUE}, rules: [{}]`, 'd')])).toEqual([
      'allow-rule-denied catalogue/spec/rules/0',
    ]);
  });
});

describe('identities on a port that takes plain text', () => {
  const notTest = policy(`${FOR_CATALOGUE}, rules: [{from: [{source: {notNamespaces: [test]}}]}]`);
  const denyFrontEnd = policy(`action: DENY, ${FOR_CATALOGUE}, rules: [{${FRONT_END}}]`, 'd');

  test('are a hole in an ALLOW with a not-field, and in a DENY that nothing backs', () => {
    expect(says([notTest, peer('PERMISSIVE')])).toEqual(['identity-rule-with-plaintext catalogue/spec/rules/0']);
    expect(says([denyFrontEnd, peer('PERMISSIVE')])).toEqual(['identity-rule-with-plaintext d/spec/rules/0']);
  });

  test('are none where strangers are kept out anyway', () => {
    const allowed = policy(`${FOR_CATALOGUE}, rules: [{from: [{source: {namespaces: [shop]}}]}]`);
    const denyOthers = policy(
      `action: DENY, ${FOR_CATALOGUE}, rules: [{from: [{source: {notNamespaces: [shop]}}]}]`,
      'd',
    );
    expect(says([denyFrontEnd, allowed, peer('PERMISSIVE')])).toEqual([]);
    expect(says([denyOthers, peer('PERMISSIVE')])).toEqual([]);
  });

  test('are meant where a rule says that it is for nobody with an identity', () => {
    const sources = (...each: readonly string[]) =>
      policy(`${FOR_CATALOGUE}, rules: [{from: [${each.map((source) => `{source: {${source}}}`).join(', ')}]}]`);
    const found = (...each: readonly string[]) => says([sources(...each), peer('PERMISSIVE')]).length;

    expect(found("notPrincipals: ['*']")).toBe(0);
    expect(found("notPrincipals: ['*'], ipBlocks: [10.0.0.0/8]")).toBe(0);
    expect(found("notPrincipals: ['*']", 'namespaces: [shop]')).toBe(0);
    expect(found("notPrincipals: ['*']", 'notNamespaces: [test]')).toBe(1);
    expect(found('notPrincipals: [cluster.local/ns/shop/sa/x]')).toBe(1);
    expect(found("notPrincipals: ['*', cluster.local/ns/shop/sa/x]")).toBe(1);
  });

  test('are judged by the port’s own mode, and not where no PeerAuthentication is known', () => {
    const own = `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: catalogue, namespace: shop}\nspec: {selector: {matchLabels: {app: catalogue}}, mtls: {mode: STRICT}}\n`;
    expect(says([notTest, peer('PERMISSIVE'), own])).toEqual([]);
    expect(says([notTest], { complete: false })).toEqual([]);
    expect(says([notTest])).toEqual(['identity-rule-with-plaintext catalogue/spec/rules/0']);
  });
});
