/**
 * Gateways as places for policy: tokens, an external authorizer, lists of addresses, certificates and the redirect to HTTPS, at
 * Istio's gateway and at one of the Gateway API. Read README.md beside this file.
 */
import { Chart } from 'cdk8s';
import {
  ClientAddress,
  ExternalAuthorizer,
  GatewayParameters,
  GatewayPolicies,
  IngressGateway,
  JwtIssuer,
  KubernetesGateway,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../../lib';

const app = new MeshApp({ source: 'examples/edge/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  // Clients connect to the gateway's pods through a load balancer that keeps their address.
  istio: { ingressGateway: IngressGateway.of({ clientAddress: ClientAddress.ofConnection() }) },
});

const http = [Port.http(80, { targetPort: 8080 })];
const shop = new MeshNamespace(app, 'shop', { mesh });
const api = shop.addService('api', { image: 'ghcr.io/example/api:1.4.2', ports: http });
const admin = shop.addService('admin', { image: 'ghcr.io/example/admin:1.4.2', ports: http });
const web = shop.addService('web', { image: 'ghcr.io/example/web:1.4.2', ports: http });

// Two hosts with a certificate each; port 80 sends clients on to HTTPS.
api.exposeThrough(mesh.ingressGateway, {
  certificates: [
    { hosts: ['api.example.com'], secret: 'api-example-com' },
    { hosts: ['api.example.org'], secret: 'api-example-org' },
  ],
});
admin.exposeThrough(mesh.ingressGateway, { hosts: ['admin.example.com'], tlsSecret: 'admin-example-com' });

const authz = new MeshNamespace(app, 'authz', { mesh });
const opa = authz.addService('opa', {
  image: 'openpolicyagent/opa:1.4.2-envoy',
  ports: [Port.grpc(9191)],
});
opa.allowFrom(mesh.ingressGateway);

const edge = new Chart(app, 'edge');
const atGateway = new GatewayPolicies(edge, 'ingress', { mesh, gateway: mesh.ingressGateway });
const login = JwtIssuer.of({
  issuer: 'https://login.example.com/',
  jwksUri: 'https://login.example.com/.well-known/jwks.json',
  audiences: ['api'],
});
atGateway.requireToken({
  issuers: [login],
  hosts: ['api.example.com', 'api.example.org'],
  exceptPaths: ['/healthz', '/docs/{**}'],
  exceptMethods: ['OPTIONS'],
});
atGateway.onlyFrom(['203.0.113.0/24', '2001:db8:1::/48'], { hosts: ['admin.example.com'] });
atGateway.neverFrom(['198.51.100.66']);
atGateway.authorizeWith(ExternalAuthorizer.grpc({ name: 'opa', service: opa, port: 9191 }), {
  hosts: ['admin.example.com'],
});

// The same at a gateway of the Gateway API, which stands behind a content delivery network.
mesh.addNamespace('ingress');
const gateway = new KubernetesGateway(edge, 'public', {
  name: 'public',
  namespace: 'ingress',
  clientAddress: ClientAddress.behindProxies(1),
  parameters: new GatewayParameters(edge, 'parameters', {
    name: 'teleport-socket',
    namespace: 'ingress',
    socket: mesh.socket,
    target: mesh.target,
  }),
  listeners: [
    { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } },
    {
      name: 'https',
      port: 443,
      protocol: 'HTTPS',
      tls: { mode: 'Terminate', certificateRefs: [{ name: 'www-example-com' }] },
      allowedRoutes: { namespaces: { from: 'All' } },
    },
  ],
});
web.exposeThrough(gateway, { hosts: ['www.example.com'], redirectFrom: 'http' });
new GatewayPolicies(edge, 'at-public', { mesh, gateway }).neverFrom(['198.51.100.66']);

app.synth();
