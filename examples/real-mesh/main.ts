/**
 * A mesh as it is met in practice: callers without an identity, and a namespace that is still on its way in. Read README.md
 * beside this file.
 */
import { ApiObject, Chart, Duration } from 'cdk8s';
import { Deployment, EnvFieldPaths, EnvValue, ServiceType } from 'cdk8s-plus-28';
import {
  AdmissionGuards,
  ExternalService,
  KubernetesJoin,
  MeshApp,
  MeshMonitoring,
  MeshNamespace,
  MeshService,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../../lib';

const app = new MeshApp({ source: 'examples/real-mesh/main.ts' });

const mesh = new TeleportMesh(app, 'mesh', {
  // Yours to change.
  teleport: TeleportCluster.cloud('example.teleport.sh'),
  join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF'),
  istio: { ingressGateway: true, egress: 'registry-only' },
  // Otherwise a connection goes on after the certificate of its caller ended.
  maxConnectionDuration: Duration.hours(8),
});

const http = Port.http(80, { targetPort: 8080 });
const metrics = Port.http(9090, { suffix: 'metrics' });

const shop = new MeshNamespace(app, 'shop', { mesh });
const catalogue = shop.addService('catalogue', { image: 'ghcr.io/example/catalogue:1.4.2', ports: [http, metrics] });
const orders = shop.addService('orders', { image: 'ghcr.io/example/orders:3.0.0', ports: [http, metrics] });
const web = shop.addService('web', { image: 'ghcr.io/example/web:2.1.0', ports: [http] });

web.calls(catalogue, { methods: ['GET'], ports: [80] });
web.calls(orders, { methods: ['GET', 'POST'], paths: ['/orders*'], ports: [80] });
orders.calls(catalogue, { methods: ['GET'], paths: ['/products/{*}'], ports: [80] });
web.exposeThrough(mesh.ingressGateway, { hosts: ['shop.example.com'], tlsSecret: 'shop-tls' });

// Prometheus has no sidecar, so nobody can name it: what it asks for is open to everybody inside the cluster, and only that.
for (const service of [catalogue, orders]) {
  service.allowWithoutIdentity({ ports: [9090], methods: ['GET'], paths: ['/metrics'] });
}

// Invoices had its Deployment and its Service before the mesh: both stay as they are, and become a service that is called and calls.
const invoicesDeployment = new Deployment(shop, 'invoices-deployment', {
  metadata: { name: 'invoices', namespace: shop.name },
  replicas: 2,
  containers: [
    {
      image: 'ghcr.io/example/invoices:1.7.0',
      portNumber: 8080,
      securityContext: { user: 10001, group: 10001 },
      envVariables: { NODE_NAME: EnvValue.fromFieldRef(EnvFieldPaths.NODE_NAME) },
    },
  ],
});
const invoicesService = invoicesDeployment.exposeViaService({
  name: 'invoices',
  serviceType: ServiceType.CLUSTER_IP,
  // The name says the protocol.
  ports: [{ name: 'http', port: 80, targetPort: 8080 }],
});
const invoices = MeshService.from(shop, invoicesDeployment, invoicesService);
orders.calls(invoices, { methods: ['POST'], paths: ['/invoices'] });
invoices.calls(catalogue, { methods: ['GET'], paths: ['/products/{*}'], ports: [80] });

// A job is a caller like any other; its proxy ends with it.
const report = new ApiObject(shop, 'nightly-report', {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'nightly-report', namespace: shop.name },
  spec: {
    schedule: '0 4 * * *',
    concurrencyPolicy: 'Forbid',
    jobTemplate: {
      spec: {
        template: {
          metadata: { labels: { app: 'nightly-report' } },
          spec: {
            restartPolicy: 'Never',
            containers: [{ name: 'report', image: 'ghcr.io/example/report:1.0.3' }],
          },
        },
      },
    },
  },
});
mesh.enroll(report).calls(orders, { methods: ['GET'], paths: ['/orders*'], ports: [80] });

// Outside the mesh: what is not named here, no sidecar lets out.
new ExternalService(shop, 'payments', { hosts: ['api.payments.example'], ports: [Port.https()] });
new ExternalService(shop, 'warehouse', {
  hosts: ['warehouse.db.example'],
  ports: [Port.postgres()],
  addresses: ['192.0.2.16/28'],
});
new ExternalService(shop, 'weather', {
  hosts: ['api.weather.example'],
  ports: [Port.http(80, { targetPort: 443 })],
  originateTls: true,
});

// What Prometheus reads, which alerts it has, and what Grafana shows.
new MeshMonitoring(new Chart(app, 'monitoring'), 'mesh', {
  mesh,
  labels: { release: 'kube-prometheus-stack' },
  // Yours to change: where your team reads the page with the alerts.
  runbooks: 'https://git.example.com/acme/mesh/docs/troubleshooting.md',
});

// What the API server refuses from then on, whoever applies it.
new AdmissionGuards(new Chart(app, 'guards'), 'guards', { mesh });

app.synth();
