/**
 * Gateways that istiod deploys from Gateway API objects: nothing is injected into them, so they get the socket through a
 * ConfigMap that istiod merges into their Deployments. Read README.md beside this file.
 */
import { ApiObject, Chart } from 'cdk8s';
import {
  GatewayParameters,
  KubernetesGateway,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  TeleportCluster,
  TeleportMesh,
} from '../../lib';
import { demoService } from '../demo-service';

const app = new MeshApp({ source: 'examples/gateway-api/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { version: '1.31' },
});
const { socket, target } = mesh;

// A namespace of its own: that of the workloads denies by default, which would close the gateway too.
mesh.addNamespace('ingress');
const shop = new MeshNamespace(app, 'shop', { mesh });
const gateways = new Chart(app, 'gateways');

// One way: parameters that a gateway refers to, in its own namespace.
const gateway = new KubernetesGateway(gateways, 'public', {
  name: 'public',
  namespace: 'ingress',
  parameters: new GatewayParameters(gateways, 'public-parameters', {
    name: 'teleport-socket',
    namespace: 'ingress',
    socket,
    target,
  }),
  listeners: [
    {
      name: 'http',
      port: 80,
      protocol: 'HTTP',
      allowedRoutes: {
        namespaces: { from: 'Selector', selector: { matchLabels: { 'kubernetes.io/metadata.name': shop.name } } },
      },
    },
  ],
});

// The other: defaults for every gateway of the class that refers to none, in the namespace of istiod.
new GatewayParameters(gateways, 'class-defaults', {
  name: 'teleport-socket-for-gateways',
  namespace: mesh.istio.namespace,
  defaultsForClass: 'istio',
  socket,
  target,
});
const internal = new KubernetesGateway(gateways, 'internal', {
  name: 'internal',
  namespace: 'ingress',
  listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
});

const api = shop.addService('api', demoService);
api.allowFrom(gateway, { methods: ['GET'] });
api.allowFrom(internal);

new ApiObject(shop, 'route', {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'api', namespace: shop.name },
  spec: {
    parentRefs: ['public', 'internal'].map((name) => ({ name, namespace: gateway.namespace })),
    rules: [{ backendRefs: [{ name: api.name, port: 80 }] }],
  },
});

app.synth();
