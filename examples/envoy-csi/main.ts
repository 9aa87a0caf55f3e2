/**
 * Envoy with a cluster-wide Workload API and without Istio: tbot on every node, the SPIFFE CSI driver brings its socket
 * into the pods, and two Envoys speak mutual TLS for a server and a client that know nothing of it.
 */
import { ApiObject, Chart } from 'cdk8s';
import type { DeploymentSpec } from 'kubernetes-types/apps/v1';
import type { PodSpec } from 'kubernetes-types/core/v1';
import {
  attributes,
  EnvoyProxy,
  EnvoySidecar,
  JoinToken,
  KubeletTls,
  KubernetesJoin,
  MeshApp,
  printTctlDocuments,
  SpiffeCsiDriver,
  SpiffeId,
  TbotDaemonSet,
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

const namespace = 'envoy-csi';
const tbotNamespace = 'tbot';
const socket = WorkloadApiSocket.csi();

// One resource for both: the ID comes from what tbot attested, so no pod can have the other's.
const { attested, namespace: podNamespace, service_account: account } = attributes.workload.kubernetes;
const identity = new WorkloadIdentity({
  name: 'envoy-csi',
  id: `/svc/${account}`,
  allow: [{ conditions: [attested.eq(true), podNamespace.eq(namespace), account.in(['client', 'server'])] }],
});
const serverId = SpiffeId.parse(`spiffe://${cluster.trustDomain}/svc/server`);
const clientId = SpiffeId.parse(`spiffe://${cluster.trustDomain}/svc/client`);

const role = new TeleportRole({ name: 'envoy-csi-issuer', issues: [identity] });
const bot = new TeleportBot({ name: 'envoy-csi', roles: [role] });
const token = new JoinToken({
  name: 'envoy-csi',
  cluster,
  bot,
  join,
  serviceAccounts: [{ namespace: tbotNamespace, name: 'tbot' }],
});

const app = new MeshApp({ source: 'examples/envoy-csi/main.ts' });
app.addFile('teleport/teleport.yaml', () => printTctlDocuments([token]));

const platform = new Chart(app, '00-platform');
new ApiObject(platform, 'namespace', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: tbotNamespace,
    // tbot reads other processes' entries in /proc, and the CSI driver mounts.
    labels: { 'pod-security.kubernetes.io/enforce': 'privileged' },
  },
});
new TbotDaemonSet(platform, 'tbot', { token, identity, socket, kubelet: KubeletTls.verify() });
new SpiffeCsiDriver(platform, 'csi', { socket, namespace: tbotNamespace });

const demo = new Chart(app, '10-demo');
new ApiObject(demo, 'namespace', {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
});

const serverProxy = EnvoyProxy.forServer({
  identity: serverId,
  socket,
  listen: { port: 8443 },
  allowedPeers: [clientId],
  upstream: { port: 8080 },
});
deploy('server', serverProxy, greeter(8080));
new ApiObject(demo, 'server-service', {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'server', namespace },
  spec: {
    selector: { 'app.kubernetes.io/name': 'server' },
    ports: [{ name: 'https', port: 443, targetPort: 'mtls' }],
  },
});

const clientProxy = EnvoyProxy.forClient({
  identity: clientId,
  socket,
  listen: { port: 8001 },
  expectedPeers: [serverId],
  upstream: { host: `server.${namespace}.svc.cluster.local`, port: 443 },
});
deploy('client', clientProxy, caller(8001));

app.synth();

/** A Deployment of the application with an Envoy beside it, running as the ServiceAccount that its ID is made of. */
function deploy(name: string, proxy: EnvoyProxy, application: PodSpec['containers'][number]): void {
  new ApiObject(demo, `${name}-account`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
    automountServiceAccountToken: false,
  });
  const envoy = new EnvoySidecar(demo, `${name}-envoy`, { proxy, name: `${name}-envoy`, namespace });
  const labels = { 'app.kubernetes.io/name': name };
  const spec: DeploymentSpec = {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, annotations: envoy.podAnnotations },
      spec: envoy.addTo({ serviceAccountName: name, automountServiceAccountToken: false, containers: [application] }),
    },
  };
  new ApiObject(demo, name, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace, labels }, spec });
}
