import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ArgoCd,
  type FleetCluster,
  Flux,
  KubernetesJoin,
  MeshFleet,
  MeshNamespace,
  Port,
  TeleportCluster,
} from '../../../lib';

const REPOSITORY = 'https://git.example/platform/mesh.git';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fleet-fill-'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

const IMAGE = { image: 'registry.example/app:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };

/** Two clusters of one mesh and a third on another Teleport cluster, with a namespace in all and one in a single one. */
function newFleet() {
  const outdir = join(directory, 'dist');
  const fleet = new MeshFleet({
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    outdir,
    istio: { ingressGateway: true },
  });
  const clusters = ['eu', 'us'].map((name) =>
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name }),
  );
  const staging = TeleportCluster.cloud('acme-staging.teleport.sh');
  const third = fleet.addCluster('staging', {
    join: KubernetesJoin.oidc('https://issuer.example/s'),
    teleport: staging,
  });
  const [eu] = clusters as [FleetCluster];
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const own = fleet.addNamespace('own', { identity: 'exclusive', clusters: [eu] });
  const fill = (cluster: FleetCluster) => {
    const web = shop.in(cluster).addService('web', IMAGE);
    const carts = shop.in(cluster).addService('carts', IMAGE);
    web.calls(carts, { methods: ['GET'] });
    web.exposeThrough(cluster.mesh.ingressGateway, { hosts: [`${cluster}.example`] });
    if (cluster.name === 'eu') own.in(cluster).addService('reporter', IMAGE);
    // A namespace that the fleet does not know.
    if (cluster.name === 'us') new MeshNamespace(cluster.app, 'late', { mesh: cluster.mesh });
  };
  return { fleet, clusters: [...clusters, third], shop, own, fill };
}

test.each([
  ['', undefined],
  [' and delivered by Argo CD', () => ArgoCd.applicationSet({ repository: REPOSITORY })],
  [' and delivered by Flux', () => Flux.hub({ repository: REPOSITORY })],
])('clusters that are filled one at a time%s are those that are filled at once', (_what, delivery) => {
  const atOnce = newFleet();
  for (const cluster of atOnce.clusters) atOnce.fill(cluster);
  if (delivery) atOnce.fleet.deliverWith(delivery());
  const wanted = atOnce.fleet.synthFiles();

  const { fleet, fill } = newFleet();
  fleet.fillClusters(fill);
  if (delivery) fleet.deliverWith(delivery());
  expect(wanted.get('eu/own.k8s.yaml')).toContain('name: reporter');
  expect(new Map(fleet.synthFiles())).toEqual(new Map(wanted));
  fleet.synth();
  for (const [path, text] of wanted) expect(readFileSync(join(directory, 'dist', path), 'utf8')).toBe(text);
});

test('each cluster is filled when the one before it is written, and is another each time', () => {
  const { fleet, fill } = newFleet();
  const seen: [string, boolean][] = [];
  const met = new Set<FleetCluster>();
  fleet.fillClusters((cluster) => {
    met.add(cluster);
    seen.push([cluster.name, existsSync(join(directory, '.dist.synth-new/eu/shop.k8s.yaml'))]);
  });
  fleet.fillClusters(fill);
  fleet.synth();
  fleet.synth();
  expect(seen.slice(0, 3)).toEqual([
    ['eu', false],
    ['us', true],
    ['staging', true],
  ]);
  expect(met.size).toBe(6);
  for (const cluster of fleet.clusters) expect(met).not.toContain(cluster);
});

describe('is refused before anything is written', () => {
  const refused = (fleet: MeshFleet, message: RegExp) => {
    expect(() => fleet.synth()).toThrow(message);
    expect(existsSync(join(directory, 'dist'))).toBe(false);
  };

  test('a service of the fleet beside it', () => {
    const { fleet, fill, shop } = newFleet();
    fleet.fillClusters(fill);
    shop.addService('other', IMAGE);
    refused(fleet, /eu: .*outside fillClusters.*eu|outside fillClusters/s);
  });

  test('a service of the fleet that is made while a cluster is filled', () => {
    const { fleet, shop } = newFleet();
    fleet.fillClusters((cluster) => {
      if (cluster.name === 'staging') shop.addService('other', IMAGE);
    });
    refused(fleet, /staging: .*outside fillClusters/s);
  });

  test('what is said of the mesh of the cluster itself', () => {
    const { fleet, fill, clusters } = newFleet();
    fleet.fillClusters(fill);
    new MeshNamespace((clusters[1] as FleetCluster).app, 'late', { mesh: (clusters[1] as FleetCluster).mesh });
    refused(fleet, /us: .*outside fillClusters/s);
  });

  test('one identity in two clusters that nobody declared', () => {
    const { fleet } = newFleet();
    fleet.fillClusters((cluster) => {
      new MeshNamespace(cluster.app, 'late', { mesh: cluster.mesh });
    });
    refused(fleet, /clusters "eu" and "us" get the same identities/);
  });

  test('an error in one of them, with the name of the cluster', () => {
    const { fleet, own } = newFleet();
    fleet.fillClusters((cluster) => {
      own.in(cluster).addService('reporter', IMAGE);
    });
    refused(fleet, /us: .*exclusive to "eu"[\s\S]*staging: .*exclusive to "eu"/);
  });
});
