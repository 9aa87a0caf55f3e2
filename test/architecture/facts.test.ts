import { join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';

/** Facts of which each stands in `lib/upstream` and nowhere else: what their spelling would look like, and one that must be found. */
const FACTS: Readonly<Record<string, readonly [spelling: RegExp, example: string]>> = {
  'the domain of Services': [/[}`'*]\.?svc\.cluster\.local/, '`*.svc.cluster.local`'],
  'the scheme of SPIFFE IDs': [/['`]spiffe:\/\/(?:\$|'|`)|spiffe:\\\/\\\//, "'spiffe://' + trustDomain"],
  'the path of an identity': [/\/ns\/\$\{[^}]*\}\/sa\/\$\{/, `$\{trustDomain}/ns/$\{namespace}/sa/$\{account}`],
  'the trust domain of a mesh that sets none': [/'cluster\.local'/, "domain === 'cluster.local'"],
  "istiod's namespace": [/'istio-system'/, "rootNamespace = 'istio-system'"],
  'the injection labels': [
    /'istio-injection'|'sidecar\.istio\.io\/inject'|'istio\.io\/rev'|'istio\.io\/dataplane-mode'/,
    "labels['istio-injection']",
  ],
  "labels and annotations of Istio, of the Gateway API and of Kubernetes' own": [
    /'(?:[a-z0-9-]+\.)*(?:istio|kubernetes|k8s|spiffe)\.io\/(?!v\d)[a-zA-Z][\w.-]*'/,
    "textAt(body, 'metadata', 'annotations', 'istio.io/dry-run')",
  ],
  'API groups': [
    /'(?:(?:security|networking|telemetry|extensions|install)\.istio\.io|(?:gateway\.)?networking\.k8s\.io|(?:rbac\.authorization|admissionregistration|storage|kustomize\.config)\.k8s\.io|resources\.teleport\.dev|helm\.toolkit\.fluxcd\.io|argoproj\.io|sailoperator\.io)'/,
    "manifests.ofKind('Gateway', 'gateway.networking.k8s.io')",
  ],
  'versions of API groups': [/'[a-z.]+\.(?:istio|k8s)\.io\/v\d\w*'/, "apiVersion: 'security.istio.io/v1'"],
  'gateway classes and gateways that Istio names': [
    /'istio-(?:waypoint|east-west|agentgateway[a-z-]*|ingressgateway|egressgateway|eastwestgateway)'|gatewayClassName: 'istio'|'gatewayClassName'\) === '/,
    "textAt(body, 'spec', 'gatewayClassName') === 'istio'",
  ],
  "the proxy's own ports": [/\b150(?:0\d|2\d|53|90)\b|\b15443\b/, 'port: 15021'],
  'ports of servers that speak first': [/Set\(\[[^\]']*\b(?:3306|27017)\b/, 'new Set([25, 3306])'],
  'protocols of which a proxy reads HTTP': [/'GRPC-WEB'|'HTTP2'/, "new Set(['HTTP', 'HTTP2'])"],
  "Kubernetes' words for protocols": [/'kubernetes\.io\/(?:h2c|wss?)'/, "['kubernetes.io/ws', 'http']"],
  "the CSI driver's name": [/'csi\.spiffe\.io'/, "driver !== 'csi.spiffe.io'"],
  "variables of proxies, of istiod and of tbot's node": [
    /'(?:CA_ADDR|CA_PROVIDER|ENABLE_CA_SERVER|ENABLE_NATIVE_SIDECARS|PILOT_[A-Z_]+|ISTIO_META_[A-Z_]+|TELEPORT_NODE_NAME)'/,
    "['pilot', 'env', 'PILOT_ENABLE_AMBIENT']",
  ],
  'what an API server writes': [/last-applied-configuration/, "'kubectl.kubernetes.io/last-applied-configuration'"],
  'kinds that policies can be attached to': [
    /\['ServiceEntry', ISTIO_NETWORKING\],?\s*\[|ServiceEntry: ISTIO_NETWORKING/,
    "new Map([['ServiceEntry', ISTIO_NETWORKING], ['Service', '']])",
  ],
  'the annotation of templates': [/'inject\.istio\.io\/templates'/, "annotations['inject.istio.io/templates']"],
  "the proxy's container": [/'istio-proxy'/, "name === 'istio-proxy'"],
  "the socket's volume": [/'workload-socket'/, "{ name: 'workload-socket' }"],
  "the socket's variable": [/WORKLOAD_IDENTITY_SOCKET_FILE/, "env['WORKLOAD_IDENTITY_SOCKET_FILE']"],
  'the highest port': [/= 65_?535|> 65_?535/, 'port <= 65535'],
  'a parser of addresses': [/from 'node:net'|\bfunction parseIp/, "import { isIP } from 'node:net';"],
  'the not-forms of policy fields': [
    /`not\$\{|'not(?:Principals|Namespaces|ServiceAccounts|IpBlocks|Paths|Methods|Hosts|Ports)'/,
    "listAt(source, 'notPrincipals')",
  ],
  'the keys of policy conditions': [
    /'(?:source|destination|remote|connection|request)\.[a-z.]+'/,
    "key === 'source.principal'",
  ],
  'the variable of the join token': [/KUBERNETES_TOKEN_PATH'/, "name: 'KUBERNETES_TOKEN_PATH'"],
};

/** Code without comments, and without the `wrong` and `right` of rules and other YAML of several lines, which are what users write. */
function code(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
    .replace(/^\s*(?:wrong|right): .*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*\\n(?:[^'\\\n]|\\.)*'/g, "''");
}

const FILES = [...filesBelow(join(ROOT, 'lib'))].filter(([file]) => file.endsWith('.ts'));

describe.each(Object.entries(FACTS))('%s', (_, [spelling, example]) => {
  const holders = FILES.filter(([, text]) => spelling.test(code(text))).map(([file]) => file);

  test('stands in lib/upstream', () => {
    expect(holders.filter((file) => file.startsWith('upstream/')).length).toBeGreaterThan(0);
  });

  test('is found where somebody writes it out', () => {
    expect(code(`const written = ${example};`)).toMatch(spelling);
  });

  test('stands nowhere else', () => {
    expect(holders.filter((file) => !file.startsWith('upstream/'))).toEqual([]);
  });
});

test('what another program fills in is told in one place', () => {
  const spelling = String.raw`\$\{|\{\{`;
  const found = [...filesBelow(join(ROOT, 'lib'))].filter(([, text]) => text.includes(spelling)).map(([file]) => file);

  expect(found).toEqual(['base/is-variable.ts']);
});
