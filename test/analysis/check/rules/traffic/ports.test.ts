import { checkFiles } from '../../../../../lib/check';

const DATABASE = `apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: "mysql:8.4", ports: [{name: data, containerPort: 3306}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {selector: {app: db}, ports: [{name: db, port: 13306, targetPort: data}]}
`;
const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: db, namespace: shop}
spec: {action: ALLOW}
`;

function findings(rule: string, files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text }));
  return checkFiles(inputs, { rules: [rule] }).map(({ severity, location }) => `${severity} ${location.file}`);
}

describe('a database port without a protocol', () => {
  const rule = 'port-protocol-unknown-server-first';

  test('is an error where pods behind it have a proxy', () => {
    expect(findings(rule, { 'a.yaml': DATABASE, 'ns.yaml': NAMESPACE })).toEqual(['error a.yaml']);
  });

  test('is a warning where nobody says whether they have one', () => {
    expect(findings(rule, { 'a.yaml': DATABASE, 'policy.yaml': POLICY })).toEqual(['warning a.yaml']);
  });

  test('is of no interest to a cluster without Istio', () => {
    expect(findings(rule, { 'a.yaml': DATABASE })).toEqual([]);
  });
});

describe('a named target port', () => {
  const rule = 'target-port-missing';
  const wrong = DATABASE.replace('targetPort: data', 'targetPort: web');
  const helmTest = `apiVersion: v1
kind: Pod
metadata: {name: db-test, namespace: shop, labels: {app: db}}
spec: {containers: [{name: t, image: "example.com/t:1"}]}
`;

  test('that no pod has is an error', () => {
    expect(findings(rule, { 'a.yaml': wrong, 'b.yaml': helmTest })).toEqual(['error a.yaml']);
  });

  test('that one of the pods has leads there', () => {
    expect(findings(rule, { 'a.yaml': DATABASE, 'b.yaml': helmTest })).toEqual([]);
  });

  test('may be in what kustomize still adds to the pods', () => {
    expect(findings(rule, { 'base/a.yaml': wrong, 'base/kustomization.yaml': 'resources: [a.yaml]\n' })).toEqual([]);
  });

  test('is a warning among files of which some are alternatives of others', () => {
    const map = (value: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\ndata: {env: ${value}}\n`;
    const files = { 'a.yaml': wrong, 'dev/map.yaml': map('dev'), 'prod/map.yaml': map('prod') };
    expect(findings(rule, files)).toEqual(['warning a.yaml']);
    expect(findings(rule, { ...files, 'prod/map.yaml': map('dev') })).toEqual(['error a.yaml']);
  });
});

test('a finding that quotes a variable which somebody puts in later is none', () => {
  const values = (domain: string) => `meshConfig:\n  trustDomain: ${domain}\n`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the variable as Flux writes it
  expect(findings('trust-domain', { 'values.yaml': values('${CLUSTER_DOMAIN}/a') })).toEqual([]);
  expect(findings('trust-domain', { 'values.yaml': values('b/a') })).toEqual(['error values.yaml']);
});

test('hosts of two VirtualServices with one name are variants of it', () => {
  const service = (name: string, weight: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: shop}
spec: {hosts: ["*"], gateways: [edge], http: [{route: [{destination: {host: a}, weight: ${weight}}]}]}
`;
  const rule = 'gateway-hosts-overlap';
  expect(findings(rule, { 'a.yaml': service('a', 1), 'b/a.yaml': service('a', 2) })).toEqual([]);
  expect(findings(rule, { 'a.yaml': service('a', 1), 'b/a.yaml': service('b', 2) })).toEqual(['error b/a.yaml']);
});

describe('a port without a protocol', () => {
  const rule = 'port-protocol-unknown';
  const gateway = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: shop}
spec:
  selector: {matchLabels: {app: edge}}
  template:
    metadata: {labels: {app: edge}, annotations: {inject.istio.io/templates: gateway}}
    spec: {containers: [{name: istio-proxy, image: auto}]}
---
apiVersion: v1
kind: Service
metadata: {name: edge, namespace: shop}
spec: {selector: {app: edge}, ports: [{name: status-port, port: 15021}]}
`;

  test('of a gateway’s own Service decides nothing: Gateways say what is served', () => {
    expect(findings(rule, { 'a.yaml': gateway, 'ns.yaml': NAMESPACE })).toEqual([]);
  });

  test('of a sidecar’s Service is a warning', () => {
    const sidecar = gateway
      .replace(', annotations: {inject.istio.io/templates: gateway}', '')
      .replace('name: istio-proxy, image: auto', 'name: web, image: "example.com/web:1"');

    expect(findings(rule, { 'a.yaml': sidecar, 'ns.yaml': NAMESPACE })).toEqual(['warning a.yaml']);
  });
});
