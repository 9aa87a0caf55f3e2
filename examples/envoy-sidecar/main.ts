/**
 * Everything in one pod: tbot as a sidecar, an Envoy that gets its identity from it, and an application that knows nothing
 * of either. Needs nothing on the nodes and no rights in the cluster, but every pod joins Teleport by itself: for more
 * than a few pods see `examples/envoy-csi`.
 */
import { ApiObject, Chart } from 'cdk8s';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { Container } from 'kubernetes-types/core/v1';
import {
  attributes,
  EnvoyProxy,
  EnvoySidecar,
  JoinToken,
  KubernetesJoin,
  MeshApp,
  printTctlDocuments,
  TbotSidecar,
  TeleportBot,
  TeleportCluster,
  TeleportRole,
  WorkloadApiSocket,
  WorkloadIdentity,
} from '../../lib';
import { caller, greeter } from '../demo-containers';

// Yours to change.
const cluster = TeleportCluster.cloud('example.teleport.sh');
const join = KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF');

const namespace = 'envoy-sidecar';
const socket = WorkloadApiSocket.csi();

// Both pods join as the same bot, whose role may issue both identities: what keeps them apart is the rule of each, which
// asks for the ServiceAccount that the pod has proved to Teleport when it joined.
const server = identityOf('server');
const client = identityOf('client');
const role = new TeleportRole({ name: 'envoy-sidecar-issuer', issues: [server, client] });
const bot = new TeleportBot({ name: 'envoy-sidecar', roles: [role] });
const token = new JoinToken({
  name: 'envoy-sidecar',
  cluster,
  bot,
  join,
  serviceAccounts: ['server', 'client'].map((name) => ({ namespace, name })),
});

const app = new MeshApp({ source: 'examples/envoy-sidecar/main.ts' });
app.addFile('teleport/teleport.yaml', () => printTctlDocuments([token]));

const chart = new Chart(app, 'envoy-sidecar');
new ApiObject(chart, 'namespace', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const serverProxy = EnvoyProxy.forServer({
  identity: server.spiffeId(cluster.trustDomain),
  socket,
  listen: { port: 8443 },
  allowedPeers: [client.spiffeId(cluster.trustDomain)],
  upstream: { port: 8080 },
});
deploy('server', server, serverProxy, greeter(8080));
new ApiObject(chart, 'server-service', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'server', namespace },
  spec: {
    selector: { 'app.kubernetes.io/name': 'server' },
    ports: [{ name: 'https', port: 443, targetPort: 'mtls' }],
  },
});

const clientProxy = EnvoyProxy.forClient({
  identity: client.spiffeId(cluster.trustDomain),
  socket,
  listen: { port: 8001 },
  expectedPeers: [server.spiffeId(cluster.trustDomain)],
  upstream: { host: `server.${namespace}.svc.cluster.local`, port: 443 },
});
deploy('client', client, clientProxy, caller(8001));

app.synth();

/** The identity `/svc/<account>`, for pods that joined as this ServiceAccount. */
function identityOf(account: string): WorkloadIdentity {
  // With a join by oidc Teleport knows the subject of the account token, and not namespace and name one by one.
  const subject = `system:serviceaccount:${namespace}:${account}`;
  return new WorkloadIdentity({
    name: `envoy-sidecar-${account}`,
    id: `/svc/${account}`,
    allow: [{ conditions: [attributes.join.kubernetes.subject.eq(subject)] }],
  });
}

/** A Deployment of three containers: the application, its Envoy, and the tbot that only this Envoy can reach. */
function deploy(name: string, identity: WorkloadIdentity, proxy: EnvoyProxy, application: Container): void {
  new ApiObject(chart, `${name}-account`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
    automountServiceAccountToken: false,
  });
  const tbot = new TbotSidecar(chart, `${name}-tbot`, {
    token,
    identity,
    socket,
    serviceAccount: { namespace, name },
  });
  const envoy = new EnvoySidecar(chart, `${name}-envoy`, { proxy, name: `${name}-envoy`, namespace });
  const labels = { 'app.kubernetes.io/name': name };
  const spec: DeploymentSpec = {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations: { ...tbot.podAnnotations, ...envoy.podAnnotations } },
      spec: envoy.addWithTbotTo(
        { serviceAccountName: name, automountServiceAccountToken: false, containers: [application] },
        tbot,
      ),
    },
  };
  new ApiObject(chart, name, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec,
  });
}
