import { loadAll } from 'js-yaml';
import {
  type FailoverMode,
  type FleetCluster,
  type FleetServiceProps,
  KubernetesJoin,
  MeshFleet,
  MtlsMode,
  Port,
  TeleportCluster,
} from '../../../lib';

// biome-ignore lint/suspicious/noExplicitAny: tests look into manifests of every kind
type Document = any;

const POLICY = {
  loadBalancer: { localityLbSetting: { enabled: true, failoverPriority: ['topology.istio.io/cluster'] } },
  outlierDetection: {
    consecutive5xxErrors: 0,
    consecutiveGatewayErrors: 5,
    interval: '10s',
    baseEjectionTime: '30s',
    maxEjectionPercent: 100,
  },
};

/** Three clusters of one mesh; `carts` is in two of them, or where it is said, and `web`, which calls it, in the third. */
function policies(
  props: { readonly ports?: readonly Port[]; readonly headless?: boolean; readonly failover?: FailoverMode } = {},
  namespace: { readonly mtls?: MtlsMode } = {},
  places = 2,
) {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh') });
  const clusters = ['eu-1', 'us-1', 'ap-1'].map((name) =>
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name }),
  );
  fleet.addCluster('staging', {
    join: KubernetesJoin.oidc('https://issuer.example/staging'),
    teleport: TeleportCluster.cloud('staging.teleport.sh'),
  });
  const shop = fleet.addNamespace('shop', { identity: 'shared', ...namespace });
  const own = { image: 'registry.example/app:1.0.0', ports: [Port.http(80)] };
  const among = (...names: readonly string[]) =>
    fleet.clusters.filter(({ name }) => names.includes(name)) as unknown as FleetServiceProps['clusters'];
  const carts = shop.addService('carts', {
    ...own,
    ...props,
    clusters: among(...['eu-1', 'us-1', 'ap-1'].slice(0, places), 'staging') ?? [clusters[0] as never],
  });
  if (props.headless !== true && (props.ports?.length ?? 1) > 0)
    shop.addService('web', { ...own, clusters: among('ap-1') ?? [clusters[2] as never] }).calls(carts);
  const files = fleet.synthFiles();
  return (cluster: string): Document[] =>
    ['shop-policies', 'remote-services']
      .flatMap((file) => loadAll(files.get(`${cluster}/${file}.k8s.yaml`) ?? '') as Document[])
      .filter(({ kind }) => kind === 'DestinationRule');
}

test('clients use the pods of their own cluster first, wherever several clusters have some', () => {
  const rules = policies();

  for (const cluster of ['eu-1', 'us-1', 'ap-1']) {
    expect(rules(cluster).map(({ metadata, spec }) => [metadata.namespace, spec])).toEqual([
      ['shop', { host: 'carts.shop.svc.cluster.local', trafficPolicy: POLICY }],
    ]);
  }
});

test('where one cluster of a mesh has pods there is nothing to choose', () => {
  const two = policies();
  expect(two('staging')).toEqual([]);
  const one = policies({}, {}, 1);
  for (const cluster of ['eu-1', 'us-1', 'ap-1']) expect(one(cluster)).toEqual([]);
});

test('nothing is written for a service that is to be spread, that is headless, or that nobody can call', () => {
  for (const props of [{ failover: 'all-clusters' }, { ports: [] }] as const) {
    const rules = policies(props);
    for (const cluster of ['eu-1', 'us-1', 'ap-1']) expect(rules(cluster)).toEqual([]);
  }
  const headless = policies({ headless: true });
  expect(headless('eu-1')[0].spec.trafficPolicy).toEqual({ tls: { mode: 'ISTIO_MUTUAL' } });
});

test('a rule that is there for another reason gets the policy: of two for one host istiod follows one', () => {
  const rules = policies({ failover: 'own-cluster-first' }, { mtls: MtlsMode.PERMISSIVE });
  expect(rules('eu-1')).toHaveLength(1);
  const always = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh') });
  for (const name of ['eu-1', 'us-1'])
    always.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name });
  always
    .addNamespace('shop', { identity: 'shared', destinationRules: 'always' })
    .addService('carts', { image: 'registry.example/app:1.0.0', ports: [Port.http(80)] });
  const [rule, ...others] = (
    loadAll(always.synthFiles().get('eu-1/shop-policies.k8s.yaml') ?? '') as Document[]
  ).filter(({ kind }) => kind === 'DestinationRule');

  expect(others).toEqual([]);
  expect(rule.spec.trafficPolicy).toEqual({ ...POLICY, tls: { mode: 'ISTIO_MUTUAL' } });
});

describe('regions', () => {
  /** The failover that clients in each cluster get for a service in some clusters of one mesh, by the clusters' regions. */
  function failovers(regions: Readonly<Record<string, string>>, places = Object.keys(regions)) {
    const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh') });
    for (const [name, region] of Object.entries(regions)) {
      fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name, region });
    }
    const shop = fleet.addNamespace('shop', { identity: 'shared' });
    const own = { image: 'registry.example/app:1.0.0', ports: [Port.http(80)] };
    const clusters = fleet.clusters.filter(({ name }) => places.includes(name));
    const carts = shop.addService('carts', { ...own, clusters: clusters as unknown as [FleetCluster] });
    shop.addService('web', { ...own, failover: 'all-clusters' }).calls(carts);
    const files = fleet.synthFiles();
    return Object.keys(regions).map((name) => {
      const rules = ['shop-policies', 'remote-services']
        .flatMap((file) => loadAll(files.get(`${name}/${file}.k8s.yaml`) ?? '') as Document[])
        .filter(({ kind }) => kind === 'DestinationRule');
      expect(rules).toHaveLength(1);
      const { failoverPriority, failover } = rules[0].spec.trafficPolicy.loadBalancer.localityLbSetting;
      // Without the label no cluster would be the own one (istio/istio pilot/pkg/networking/core/loadbalancer/loadbalancer.go).
      expect(failoverPriority).toEqual(['topology.istio.io/cluster']);
      return failover;
    });
  }

  test('clients go on to clusters of their own region, wherever some of the others are in it and some are not', () => {
    const regions = { 'eu-1': 'eu-central-1', 'us-1': 'us-east-1', 'eu-2': 'eu-central-1', 'us-2': 'us-east-1' };
    // istiod refuses "from" and "to" that are one region (pkg/config/validation/agent/validation.go), and changes the order of the rest
    // for clients in "from": there are none in this cluster.
    expect(failovers(regions)).toEqual([
      [{ from: 'us-east-1', to: 'eu-central-1' }],
      [{ from: 'eu-central-1', to: 'us-east-1' }],
      [{ from: 'us-east-1', to: 'eu-central-1' }],
      [{ from: 'eu-central-1', to: 'us-east-1' }],
    ]);
  });

  test('clients of a cluster that has no pods of the service too', () => {
    const regions = { 'eu-1': 'eu-central-1', 'us-1': 'us-east-1', 'eu-2': 'eu-central-1' };
    expect(failovers(regions, ['us-1', 'eu-2'])).toEqual([
      [{ from: 'us-east-1', to: 'eu-central-1' }],
      undefined,
      undefined,
    ]);
  });

  test('nothing counts zones where all other clusters are alike', () => {
    expect(failovers({ 'eu-1': 'eu-central-1', 'us-1': 'us-east-1', 'ap-1': 'ap-south-1' })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(failovers({ 'eu-1': 'eu-central-1', 'eu-2': 'eu-central-1', 'eu-3': 'eu-central-1' })).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a region that only one of two clusters of a mesh states, or that no node has, is refused', () => {
    const act = (first: string | undefined, second: string | undefined, mesh?: string) => () => {
      const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh') });
      for (const [name, region] of [
        ['eu-1', first],
        ['us-1', second],
      ] as const) {
        fleet.addCluster(name, {
          join: KubernetesJoin.oidc(`https://issuer.example/${name}`),
          network: name,
          ...(region !== undefined && { region }),
          ...(mesh !== undefined && name === 'us-1' && { mesh }),
        });
      }
    };
    expect(act('eu-central-1', undefined)).toThrow(
      /"eu-1" and "us-1" are one mesh, and "us-1" does not state its region/,
    );
    expect(act(undefined, 'us-east-1')).toThrow(/"eu-1" and "us-1" are one mesh, and "eu-1" does not state its region/);
    expect(act('eu-central-1', undefined, 'other')).not.toThrow();
    for (const region of ['', 'eu-central-1/a', 'eu-*']) expect(act(region, 'us-east-1')).toThrow(/not a valid region/);
  });
});
