import { loadAll } from 'js-yaml';
import {
  type FailoverMode,
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
