import { ArgoCd, Flux, KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../lib';

/** The issuers of the clusters' ServiceAccount tokens: `kubectl get --raw /.well-known/openid-configuration`. */
const ISSUERS = {
  'eu-1': 'https://oidc.eks.eu-central-1.amazonaws.com/id/EU1EXAMPLE',
  'us-1': 'https://oidc.eks.us-east-1.amazonaws.com/id/US1EXAMPLE',
  staging: 'https://oidc.eks.eu-central-1.amazonaws.com/id/STAGINGEXAMPLE',
};

// Said once, for all clusters.
const fleet = new MeshFleet({
  source: 'examples/fleet/main.ts',
  teleport: TeleportCluster.cloud('acme.teleport.sh'),
  // istiod looks at namespaces of the mesh only, in its own cluster and in the other one.
  istio: { version: '1.31.4', ingressGateway: true, discovery: {} },
});

// Two clusters that are one mesh: same Teleport cluster, a network each. And one that is a mesh of its own.
const eu = fleet.addCluster('eu-1', { join: KubernetesJoin.oidc(ISSUERS['eu-1']), network: 'eu' });
const us = fleet.addCluster('us-1', { join: KubernetesJoin.oidc(ISSUERS['us-1']), network: 'us' });
const staging = fleet.addCluster('staging', {
  join: KubernetesJoin.oidc(ISSUERS.staging),
  teleport: TeleportCluster.cloud('acme-staging.teleport.sh'),
});

// A front-end is the same caller in every cluster; the ledger's identities are issued in one cluster of each Teleport only.
const shop = fleet.addNamespace('shop', { identity: 'shared' });
const ledger = fleet.addNamespace('ledger', { identity: 'exclusive', clusters: [us, staging] });

const frontEnd = shop.addService('front-end', {
  image: 'registry.acme.example/front-end:2.4.0',
  ports: [Port.http(80, { targetPort: 8080 })],
  replicas: 3,
  clusters: [eu, us, { cluster: staging, replicas: 1, image: 'registry.acme.example/front-end:2.5.0-rc.1' }],
});
const carts = shop.addService('carts', {
  image: 'registry.acme.example/carts:1.9.2',
  ports: [Port.http(80, { targetPort: 8080 })],
  clusters: [us, staging],
});
const accounts = ledger.addService('accounts', {
  image: 'registry.acme.example/accounts:3.1.0',
  ports: [Port.http(80, { targetPort: 8080 })],
});

// From the front-end in eu-1 this crosses the networks: carts runs in us-1 only, and the policy is written there.
frontEnd.calls(carts, { methods: ['GET', 'POST'], paths: ['/carts/*'] });
carts.calls(accounts, { methods: ['GET'], paths: ['/balances/*'] });

for (const [cluster, host] of [
  [eu, 'shop.eu.acme.example'],
  [us, 'shop.us.acme.example'],
  [staging, 'shop.staging.acme.example'],
] as const) {
  frontEnd.in(cluster).exposeThrough(cluster.mesh.ingressGateway, { hosts: [host] });
}

// Every change goes to staging first, then to one cluster, then to the rest. A fleet needs one of the two.
const gitOps = {
  repository: 'https://git.acme.example/platform/mesh.git',
  path: 'examples/fleet/dist',
  rollout: [[staging], [eu], [us]],
};
fleet.deliverWith(ArgoCd.applicationSet(gitOps));
fleet.deliverWith(Flux.hub(gitOps));

fleet.synth();
