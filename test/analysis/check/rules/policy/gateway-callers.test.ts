import { checkFiles } from '../../../../../lib/check';

function found(rule: string, ...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(
    ({ pointer, severity }) => `${severity} ${pointer}`,
  );
}

const pods = (name: string, namespace: string, labels: string, templates: string) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata:
      labels: {app: ${name}, sidecar.istio.io/inject: "true"${labels}}
      annotations: {inject.istio.io/templates: ${templates}}
    spec:
      containers: [{name: ${templates === 'gateway' ? 'istio-proxy, image: auto' : 'a, image: b'}}]
`;
const EDGE = pods('edge', 'edge', ', istio: ingress', 'gateway');
const policy = (namespace: string, spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: ${namespace}}\nspec: {${spec}}\n`;
const INGRESS = 'selector: {matchLabels: {istio: ingress}}';
const server = (tls: string) =>
  `{port: {number: 443, name: https, protocol: ${tls === '' ? 'HTTP' : 'HTTPS'}}, hosts: ["*"]${tls === '' ? '' : `, tls: {mode: ${tls}, credentialName: a}`}}`;
const gateway = (...servers: readonly string[]) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: edge}\nspec: {selector: {istio: ingress}, servers: [${servers.join(', ')}]}\n`;

describe('a rule on identities at a gateway', () => {
  const rules = (...list: readonly string[]) => policy('edge', `${INGRESS}, rules: [${list.join(', ')}]`);
  const identity = '{from: [{source: {principals: ["*"]}}]}';

  test.each(['', 'SIMPLE'])('never matches without a certificate of the client: %s', (tls) =>
    expect(found('identity-at-gateway', EDGE, gateway(server(tls)), rules(identity))).toEqual([
      'warning /spec/rules/0',
    ]),
  );

  test.each(['MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL'])('may match with one: %s', (tls) =>
    expect(found('identity-at-gateway', EDGE, gateway(server('SIMPLE'), server(tls)), rules(identity))).toEqual([]),
  );

  test('says nothing of what matches others too, or where no Gateway is known', () => {
    const gateways = gateway(server('SIMPLE'));
    expect(found('identity-at-gateway', EDGE, rules(identity))).toEqual([]);
    const others = [
      '{from: [{source: {notPrincipals: ["*"]}}]}',
      '{from: [{source: {namespaces: [a]}}, {source: {ipBlocks: [10.0.0.0/8]}}]}',
      '{to: [{operation: {paths: [/a]}}]}',
    ];
    expect(found('identity-at-gateway', EDGE, gateways, rules(...others))).toEqual([]);
    const condition = '{when: [{key: source.namespace, values: [a]}]}';
    expect(found('identity-at-gateway', EDGE, gateways, rules(...others, condition))).toEqual([
      'warning /spec/rules/3',
    ]);
  });
});

describe('a rule on addresses of clients', () => {
  const rule = policy('edge', `${INGRESS}, rules: [{from: [{source: {ipBlocks: [203.0.113.0/24]}}]}]`);
  const service = (spec: string, annotations = '') =>
    `apiVersion: v1\nkind: Service\nmetadata: {name: edge, namespace: edge${annotations}}\nspec: {${spec}, selector: {istio: ingress}, ports: [{port: 443}]}\n`;

  test.each([
    ['type: LoadBalancer', '', 1],
    ['type: NodePort', '', 1],
    ['type: LoadBalancer, externalTrafficPolicy: Local', '', 0],
    ['type: LoadBalancer, loadBalancerClass: service.k8s.aws/nlb', '', 0],
    ['type: LoadBalancer', ', annotations: {service.beta.kubernetes.io/aws-load-balancer-type: external}', 0],
    ['type: ClusterIP', '', 0],
  ])('behind {%s}%s has %d', (spec, annotations, findings) =>
    expect(found('source-ip-lost', EDGE, rule, service(spec, annotations))).toHaveLength(findings),
  );

  test('is right for pods that are not a gateway', () => {
    const plain = pods('edge', 'edge', ', istio: ingress', 'sidecar');
    expect(found('source-ip-lost', plain, rule, service('type: NodePort'))).toEqual([]);
  });
});

describe('a selector that finds nothing', () => {
  const selecting = (namespace: string, label: string) =>
    policy(namespace, `selector: {matchLabels: {${label}}}, rules: [{from: [{source: {namespaces: [a]}}]}]`);
  const ORDERS = pods('orders', 'shop', ', version: v1', 'sidecar');

  test('is that of a gateway elsewhere', () => {
    expect(found('selector-misses-pods', EDGE, selecting('shop', 'istio: ingress'))).toEqual([
      'warning /spec/selector',
    ]);
    expect(found('selector-misses-pods', EDGE, selecting('edge', 'istio: ingress'))).toEqual([]);
    expect(found('selector-misses-pods', EDGE, selecting('istio-system', 'istio: ingress'))).toEqual([]);
    expect(found('selector-misses-pods', ORDERS, selecting('other', 'app: orders'))).toEqual([]);
  });

  test('is like one that finds something', () => {
    expect(found('selector-misses-pods', ORDERS, selecting('shop', 'app: oders'))).toHaveLength(1);
    expect(found('selector-misses-pods', ORDERS, selecting('other', 'app: oders'))).toEqual([]);
    expect(found('selector-misses-pods', ORDERS, selecting('shop', 'app: payments'))).toEqual([]);
    expect(found('selector-misses-pods', ORDERS, selecting('shop', 'version: v2'))).toEqual([]);
  });
});

describe('a rule on identities where TLS is disabled', () => {
  const service = `apiVersion: v1\nkind: Service\nmetadata: {name: orders, namespace: shop}\nspec: {selector: {app: orders}, ports: [{name: http, port: 80, targetPort: 8080}, {name: http-b, port: 81, targetPort: 8081}]}\n`;
  const ORDERS = pods('orders', 'shop', '', 'sidecar');
  const peer = (spec: string) =>
    `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: orders, namespace: shop}\nspec: {selector: {matchLabels: {app: orders}}, ${spec}}\n`;
  const identity = (more = '') =>
    policy('shop', `selector: {matchLabels: {app: orders}}, rules: [{from: [{source: {namespaces: [a]}}]${more}}]`);
  const ask = (mtls: string, more?: string) =>
    found('identity-rule-on-plain-port', ORDERS, service, peer(mtls), identity(more));

  test('never matches', () => {
    expect(ask('mtls: {mode: DISABLE}')).toEqual(['error /spec/rules/0']);
    expect(ask('mtls: {mode: STRICT}')).toEqual([]);
    expect(ask('mtls: {mode: PERMISSIVE}')).toEqual([]);
  });

  test('is about the ports it is for', () => {
    const one = 'mtls: {mode: STRICT}, portLevelMtls: {"8080": {mode: DISABLE}}';
    expect(ask(one)).toEqual([]);
    expect(ask(one, ', to: [{operation: {ports: ["8080"]}}]')).toHaveLength(1);
    expect(ask(one, ', to: [{operation: {ports: ["8081"]}}]')).toEqual([]);
    expect(ask(one, ', to: [{operation: {notPorts: ["8081"]}}]')).toHaveLength(1);
    expect(ask(one, ', when: [{key: destination.port, values: ["8080"]}]')).toHaveLength(1);
  });
});

test('a RequestAuthentication is for the pods it selects', () => {
  const request = (app: string) =>
    `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: a, namespace: shop}\nspec: {selector: {matchLabels: {app: ${app}}}, jwtRules: [{issuer: a}]}\n`;
  const idle = (app: string) => {
    const text = [pods('orders', 'shop', '', 'sidecar'), request(app)].join('---\n');
    return checkFiles([{ file: 'a.yaml', text }], { rules: ['policy-without-workload'], complete: true }).length;
  };
  expect(idle('orders')).toBe(0);
  expect(idle('payments')).toBe(1);
  const plain = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
  const open = pods('orders', 'shop', '', 'sidecar').replace(', sidecar.istio.io/inject: "true"', '');
  expect(found('policies-without-proxy', plain, open, request('orders'))).toEqual(['warning /spec']);
});
