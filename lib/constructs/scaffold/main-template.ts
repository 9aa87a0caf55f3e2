import { cloudName, hostOf, isCloud, type ProjectOptions, proxyAddressOf } from './project-options';

/** `main.ts` of a new project: the whole mesh on one screen, with the reason for each value. */
export function mainTemplate(options: ProjectOptions): string {
  const { join, delivery, namespaces, istio, kubernetes } = options;
  const names = [
    'KubernetesJoin',
    'MeshApp',
    'MeshNamespace',
    'Port',
    'TeleportCluster',
    'TeleportMesh',
    'WorkloadApiSocket',
  ];
  const imports = (join === 'static_jwks' ? ['Jwks', ...names] : names).map((name) => `  ${name},\n`).join('');
  return `${join === 'static_jwks' ? "import { existsSync } from 'node:fs';\n" : ''}import {
${imports}} from 'cdk8s-teleport-istio';

const app = new MeshApp({ source: 'main.ts' }); // each file in dist/ names it as its source

const mesh = new TeleportMesh(app, 'mesh', {
${clusterLines(options)}
${joinLines(options)}
${delivery === 'csi' ? CSI : HOST_PATH}
  istio: { version: ${quote(istio)}, ingressGateway: true },
  kubernetes: { version: ${quote(kubernetes)} }, // of the oldest node
});

${namespaces.map((name, index) => (index === 0 ? demoNamespace(name) : emptyNamespace(name))).join('\n')}
app.synth();
`;
}

function clusterLines({ address, clusterName }: ProjectOptions): string {
  const comment =
    '  // The cluster name, as "tctl status" prints it, is the trust domain of every identity unless you give another one.';
  if (isCloud(address)) return `${comment}\n  teleport: TeleportCluster.cloud(${quote(cloudName(address))}),`;
  return `${comment}\n  teleport: TeleportCluster.selfHosted({ name: ${quote(clusterName ?? hostOf(address))}, proxyAddress: ${quote(proxyAddressOf(address))} }),`;
}

function joinLines({ join, issuer }: ProjectOptions): string {
  if (join === 'oidc')
    return `  // Teleport reads the cluster's keys at its public issuer.\n  join: KubernetesJoin.oidc(${quote(issuer ?? '')}),`;
  if (join === 'in_cluster')
    return "  // Teleport's Auth Service runs in this cluster and asks its API server.\n  join: KubernetesJoin.inCluster(),";
  return `  // The public keys of your cluster: kubectl get --raw /openid/v1/jwks > jwks.json
  // Commit the file: it contains no secret, and dist/ depends on it. Without them, everything except the join token is
  // written, and a notice says how to create it.
  join: KubernetesJoin.staticJwks(existsSync('jwks.json') ? Jwks.fromFile('jwks.json') : undefined),`;
}

const CSI = '  socket: WorkloadApiSocket.csi(), // pods get the Workload API from the SPIFFE CSI driver, read-only';
const HOST_PATH =
  '  socket: WorkloadApiSocket.hostPath(), // needs namespaces that admit host paths; WorkloadApiSocket.csi() does not';

function demoNamespace(name: string): string {
  const id = identifier(name);
  return `// Every pod in this namespace has a sidecar and an identity; connections use mutual TLS, and what is not allowed is denied.
const ${id} = new MeshNamespace(app, ${quote(name)}, { mesh });

const echo = ${id}.addService('echo', {
  image: 'ealen/echo-server:0.9.2',
  ports: [Port.http(80, { targetPort: 8080 })],
  env: [{ name: 'PORT', value: '8080' }],
});
const client = ${id}.addService('client', {
  image: 'curlimages/curl:8.14.1',
  command: ['sleep', 'infinity'],
});

// Each call becomes a policy; access.yaml lists the expected results.
client.calls(echo, { methods: ['GET'] });
`;
}

function emptyNamespace(name: string): string {
  return `// Add services with ${identifier(name)}.addService(…), or your own workloads with mesh.enroll(deployment).
export const ${identifier(name)} = new MeshNamespace(app, ${quote(name)}, { mesh });
`;
}

/** A name TypeScript takes that the file does not use already. */
function identifier(namespace: string): string {
  const camel = namespace.replace(/-+(.)/g, (_, letter: string) => letter.toUpperCase());
  return `${/^\d/.test(camel) ? 'n' : ''}${camel}Namespace`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
