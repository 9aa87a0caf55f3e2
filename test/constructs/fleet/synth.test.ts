import { existsSync, linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FleetCluster, KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../../lib';
import * as decisions from '../../../lib/analysis/access/decide';
import { DataObject } from '../../../lib/constructs/kubernetes/data-object';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'fleet-synth-'));
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Clusters of one mesh with the same services in each: web calls carts, which is in the first cluster only. */
function fleetOf(count: number, image = 'registry.example/app:1.0.0') {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), outdir: join(directory, 'dist') });
  const clusters = Array.from({ length: count }, (_, index) =>
    fleet.addCluster(`c-${index}`, {
      join: KubernetesJoin.oidc(`https://issuer.example/${index}`),
      network: `n-${index}`,
    }),
  );
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const ports = [Port.http(80, { targetPort: 8080 })];
  const [first] = clusters as [FleetCluster];
  const web = shop.addService('web', { image, ports });
  const carts = shop.addService('carts', { image: 'registry.example/carts:1.0.0', ports, clusters: [first] });
  web.calls(carts, { methods: ['GET'] });
  return { fleet, clusters };
}

const written = (path: string) => join(directory, 'dist', path);

test('clusters are rendered one after the other, and each is on disk before the next', () => {
  const { fleet, clusters } = fleetOf(3);
  const found: string[][] = [];
  for (const { app } of clusters) {
    const render = app.render.bind(app);
    jest.spyOn(app, 'render').mockImplementation(() => {
      const made = join(directory, '.dist.synth-new');
      found.push(existsSync(made) ? readdirSync(made) : []);
      return render();
    });
  }
  fleet.synth();
  expect(found).toEqual([[], ['c-0'], ['c-0', 'c-1']]);
  expect(readdirSync(written('')).sort()).toEqual(['.teleport-istio', 'c-0', 'c-1', 'c-2']);
});

test('where one cluster is refused, nothing is there that was not before, and all of them are named', () => {
  const { fleet, clusters } = fleetOf(3);
  for (const { app, name } of clusters.slice(1)) {
    jest.spyOn(app, 'render').mockImplementation(() => {
      throw new Error(`wrong in ${name}`);
    });
  }
  expect(() => fleet.synth()).toThrow('c-1: wrong in c-1\nc-2: wrong in c-2');
  expect(readdirSync(directory)).toEqual([]);

  jest.restoreAllMocks();
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  fleet.synth();
  const before = readFileSync(written('c-0/shop.k8s.yaml'), 'utf8');
  const next = fleetOf(3, 'registry.example/app:2.0.0');
  jest.spyOn(next.clusters[2]?.app as FleetCluster['app'], 'render').mockImplementation(() => {
    throw new Error('wrong');
  });
  expect(() => next.fleet.synth()).toThrow('c-2: wrong');
  expect(readFileSync(written('c-0/shop.k8s.yaml'), 'utf8')).toBe(before);
  expect(readdirSync(directory)).toEqual(['dist']);
});

test('files that stay as they are keep their time, and only what changed is written', () => {
  fleetOf(2).fleet.synth();
  const files = [...fleetOf(2).fleet.synthFiles().keys(), '.teleport-istio'];
  const inodes = () => new Map(files.map((path) => [path, statSync(written(path)).ino]));
  const before = inodes();
  fleetOf(2).fleet.synth();
  expect(inodes()).toEqual(before);

  fleetOf(2, 'registry.example/app:2.0.0').fleet.synth();
  const after = inodes();
  const changed = files.filter((path) => after.get(path) !== before.get(path));
  expect(changed).toEqual(['c-0/shop.k8s.yaml', 'c-1/shop.k8s.yaml']);
});

test('a file that is kept is not the same one elsewhere that is changed later', () => {
  fleetOf(1).fleet.synth();
  const other = join(directory, 'copy.yaml');
  linkSync(written('c-0/shop.k8s.yaml'), other);
  const before = readFileSync(other, 'utf8');
  fleetOf(1, 'registry.example/app:2.0.0').fleet.synth();
  expect(readFileSync(other, 'utf8')).toBe(before);
  writeFileSync(other, 'theirs');
  expect(readFileSync(written('c-0/shop.k8s.yaml'), 'utf8')).toContain('app:2.0.0');
});

test('the work for a cluster is the same in a fleet of any size', () => {
  const work = (count: number) => {
    const { fleet } = fleetOf(count);
    const objects = jest.spyOn(DataObject.prototype, 'toJson');
    const asked = jest.spyOn(decisions, 'decideRequest');
    fleet.synth();
    const counted = { objects: objects.mock.calls.length, asked: asked.mock.calls.length };
    objects.mockRestore();
    asked.mockRestore();
    return counted;
  };
  const [two, four, eight] = [work(2), work(4), work(8)];
  expect(two.objects).toBeGreaterThan(20);
  expect(two.asked).toBeGreaterThan(0);
  // The first cluster has carts; every other one costs what the one before it did.
  for (const kind of ['objects', 'asked'] as const) {
    expect(eight[kind] - four[kind]).toBe(2 * (four[kind] - two[kind]));
  }
});
