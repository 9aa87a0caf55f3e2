/**
 * A caller outside the mesh, without a certificate: it brings a JWT-SVID that Teleport issued, and the ingress gateway lets
 * in whoever brings one of the right identity. Read README.md beside this file.
 */
import { Chart } from 'cdk8s';
import {
  AuthorizationPolicy,
  attributes,
  JwtIssuer,
  KubernetesJoin,
  MeshApp,
  MeshNamespace,
  PolicyScope,
  printTctlDocuments,
  RequestAuthentication,
  TbotConfig,
  TeleportBot,
  TeleportCluster,
  TeleportMesh,
  type TeleportResource,
  TeleportRole,
  WorkloadIdentity,
} from '../../lib';
import { demoService } from '../demo-service';

// Yours to change.
const cluster = TeleportCluster.cloud('example.teleport.sh');
const clusterJoin = KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF');
const host = 'api.example.com';
const repository = 'example/reports';

const app = new MeshApp({ source: 'examples/jwt-svid/main.ts' });
const mesh = new TeleportMesh(app, 'mesh', {
  teleport: cluster,
  join: clusterJoin,
  istio: { version: '1.31', ingressGateway: true },
});

const shop = new MeshNamespace(app, 'shop', { mesh });
const api = shop.addService('api', demoService);
// A token in plain text would be usable by anybody who sees it, so the route is HTTPS only.
api.exposeThrough(mesh.ingressGateway, { hosts: [host], requests: [{ methods: ['GET'] }], tlsSecret: 'api-tls' });

// The caller: a workflow of a GitHub repository. Its identity asks for what GitHub said of it when its tbot joined.
const caller = new WorkloadIdentity({
  name: 'reports',
  id: '/github/reports',
  allow: [{ conditions: [attributes.join.github.repository.eq(repository)] }],
});
const role = new TeleportRole({ name: 'reports-issuer', issues: [caller] });
const bot = new TeleportBot({ name: 'reports', roles: [role] });
const token: TeleportResource = {
  kind: 'token',
  name: 'reports-github',
  references: [bot],
  toTctlDocument: () => ({
    kind: 'token',
    version: 'v2',
    metadata: { name: 'reports-github' },
    spec: { roles: ['Bot'], bot_name: bot.name, join_method: 'github', github: { allow: [{ repository }] } },
  }),
};
app.addFile('teleport/reports.yaml', () => printTctlDocuments([token]));

const audience = `https://${host}`;
const tbot = new TbotConfig({
  server: cluster,
  join: { method: 'github', tokenName: token.name },
  storage: { type: 'memory' },
  oneshot: true,
  services: [
    {
      type: 'workload-identity-jwt',
      selector: caller,
      audiences: [audience],
      destination: { type: 'directory', path: '/tmp/svid' },
    },
  ],
});
app.addFile('workflow/tbot.yaml', () => tbot.toYaml());

// The gateway: it understands tokens of Teleport that are meant for this API, and lets one caller use it.
const issuer = JwtIssuer.of({ issuer: cluster.jwtIssuer, jwksUri: cluster.jwksUri, audiences: [audience] });
const { namespace, matchLabels, ports } = mesh.ingressGateway;
const scope = PolicyScope.workload(namespace, matchLabels);
const httpsPort = ports.find(({ name }) => name === 'https')?.targetPort ?? 8443;
const policies = new Chart(app, 'gateway-policies');
new RequestAuthentication(policies, 'teleport', { name: 'teleport', scope, issuers: [issuer] });
new AuthorizationPolicy(policies, 'callers', {
  name: 'callers',
  scope,
  action: 'ALLOW',
  rules: [
    {
      from: [{ requestPrincipals: [issuer.anyCaller()] }],
      to: [{ methods: ['GET'], ports: [httpsPort] }],
      when: issuer.callers(caller.spiffeId(cluster.trustDomain)),
    },
  ],
  target: mesh.target,
});

app.synth();
