import { KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../../lib';

const IMAGE = { image: 'registry.example/app:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };

/**
 * `eu-1` and `us-1` are one mesh on two networks, `staging` is another with another Teleport cluster. `web` is in all and calls
 * `carts`, which `us-1` and `staging` have; `stats` is in `eu-1` and `us-1`, and called by `web` too; `db` is headless.
 */
export function threeClusters(): MeshFleet {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), outdir: 'not-written' });
  const eu = fleet.addCluster('eu-1', { join: KubernetesJoin.oidc('https://issuer.example/eu'), network: 'eu' });
  const us = fleet.addCluster('us-1', { join: KubernetesJoin.oidc('https://issuer.example/us'), network: 'us' });
  const staging = fleet.addCluster('staging', {
    join: KubernetesJoin.oidc('https://issuer.example/staging'),
    teleport: TeleportCluster.cloud('acme-staging.teleport.sh'),
  });
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const web = shop.addService('web', IMAGE);
  const carts = shop.addService('carts', { ...IMAGE, clusters: [us, staging] });
  const stats = shop.addService('stats', { ...IMAGE, clusters: [eu, us] });
  const db = shop.addService('db', { ...IMAGE, headless: true, clusters: [us] });
  web.calls(carts, { methods: ['GET'] });
  web.in(us).calls(db.in(us));
  web.in(eu).calls(stats.in(eu), { methods: ['GET'] });
  // A caller whose namespace no other cluster has.
  const own = fleet.addNamespace('own', { identity: 'exclusive', clusters: [eu] });
  own.addService('reporter', IMAGE).calls(carts, { methods: ['HEAD'] });
  return fleet;
}

/** What {@link threeClusters} writes: synthesized once for all tests. */
let written: ReadonlyMap<string, string> | undefined;

/** The files of {@link threeClusters}, with some of them changed or added. */
export function filesOf(changes: Readonly<Record<string, (text: string) => string>> = {}): ReadonlyMap<string, string> {
  written ??= threeClusters().synthFiles();
  const files = new Map(written);
  for (const [file, change] of Object.entries(changes)) {
    const before = files.get(file) ?? '';
    const after = change(before);
    // A change that changes nothing would test nothing.
    if (after === before) throw new Error(`${file} stays as it is`);
    files.set(file, after);
  }
  return files;
}

/** A change to what a cluster's installation of Istio says: for istioctl and for Helm alike. */
export function installation(cluster: string, change: (text: string) => string) {
  return { [`${cluster}/istio/istio-operator.yaml`]: change, [`${cluster}/istio/values-istiod.yaml`]: change };
}

/** A rule for requests to `carts`. */
export function destinationRule(trafficPolicy: object, name = 'added'): object {
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, namespace: 'shop' },
    spec: { host: 'carts.shop.svc.cluster.local', trafficPolicy },
  };
}

/** Replaces a text wherever it stands. */
export function replace(before: string, after: string): (text: string) => string {
  return (text) => text.replaceAll(before, after);
}

/** Adds objects behind the others of a file. */
export function add(...objects: readonly object[]): (text: string) => string {
  return (text) =>
    objects.reduce((more: string, one) => `${more}${more === '' ? '' : '\n---\n'}${JSON.stringify(one)}\n`, text);
}

/** A Gateway `entry` for the host `carts.example`, the pods that it selects, and a route from it to a Service. */
export function entry(host: string, serviceAccountName = 'entry') {
  const metadata = { name: 'entry', namespace: 'shop' };
  const istio = (kind: string, spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata, spec });
  const labels = { app: 'entry' };
  const annotations = { 'inject.istio.io/templates': 'gateway,spire' };
  const pod = { serviceAccountName, containers: [{ name: 'istio-proxy', image: 'auto' }] };
  return {
    pods: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec: pod } },
    },
    gateway: istio('Gateway', {
      selector: labels,
      servers: [{ hosts: ['carts.example'], port: { name: 'http', number: 80, protocol: 'HTTP' } }],
    }),
    route: istio('VirtualService', {
      hosts: ['carts.example'],
      gateways: ['entry'],
      http: [{ route: [{ destination: { host } }] }],
    }),
  };
}
