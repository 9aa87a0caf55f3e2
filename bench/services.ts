import { ApiObject } from 'cdk8s';
import { MeshApp, MeshNamespace, type MeshService, Port, TeleportCluster, TeleportMesh } from '../lib';
import { stringifyManifests } from '../lib/manifests';

/**
 * Prints what a service costs to synthesize in meshes of different sizes: `npm run build && node build/bench/services.js`.
 *
 * Every size is measured in turn, several times over, in one process: single runs differ by more than the sizes do.
 */

const SIZES = [100, 1_000, 10_000];
const CALLS = 5;
const SERVICES_PER_NAMESPACE = 50;
const ROUNDS = 5;

/** Milliseconds of one synthesis, by phase. */
interface Timing {
  /** Making the constructs. */
  readonly construct: number;
  /** `synthFiles`: validation, objects and files. */
  readonly synthesize: number;
  /** The part of `synthFiles` that writes YAML, measured by itself. */
  readonly yaml: number;
}

function main(): void {
  for (const size of SIZES.slice(0, 2)) measure(size);
  const rounds = Array.from({ length: ROUNDS }, () => SIZES.map((size) => measure(size)));
  console.log(`medians of ${ROUNDS} rounds, ${CALLS} calls for each service; microseconds for each service`);
  console.log('services  construct  synthesize  of it YAML  total  against the smallest');
  const totals = SIZES.map((size, index) => {
    const timings = rounds.map((round) => round[index] as Timing);
    const each = (pick: (timing: Timing) => number) => (median(timings.map(pick)) * 1000) / size;
    const total = each(({ construct, synthesize }) => construct + synthesize);
    return { size, total, phases: [each((t) => t.construct), each((t) => t.synthesize), each((t) => t.yaml)] };
  });
  for (const { size, phases, total } of totals) {
    const [construct = 0, synthesize = 0, yaml = 0] = phases;
    console.log(
      [
        String(size).padStart(8),
        construct.toFixed(0).padStart(9),
        synthesize.toFixed(0).padStart(10),
        `${((100 * yaml) / total).toFixed(0)} %`.padStart(10),
        total.toFixed(0).padStart(5),
        (total / (totals[0]?.total ?? total)).toFixed(2).padStart(20),
      ].join('  '),
    );
  }
}

function measure(size: number): Timing {
  // Leaves each measurement the memory as the first one found it, where node was started with --expose-gc.
  globalThis.gc?.();
  const start = performance.now();
  const app = makeApp(size);
  const made = performance.now();
  app.synthFiles();
  const synthesized = performance.now();
  const objects = app.node.findAll().filter(ApiObject.isApiObject);
  const manifests = objects.map((object) => object.toJson() as object);
  const rendered = performance.now();
  stringifyManifests(manifests);
  return { construct: made - start, synthesize: synthesized - made, yaml: performance.now() - rendered };
}

function makeApp(size: number): MeshApp {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('example.teleport.sh') });
  const services: MeshService[] = [];
  let namespace: MeshNamespace | undefined;
  for (let index = 0; index < size; index++) {
    if (namespace === undefined || index % SERVICES_PER_NAMESPACE === 0) {
      namespace = new MeshNamespace(app, `team-${index / SERVICES_PER_NAMESPACE}`, { mesh });
    }
    const ports = [Port.http(80, { targetPort: 8080 })];
    services.push(namespace.addService(`service-${index}`, { image: 'ghcr.io/example/service:1.0.0', ports }));
  }
  for (const [index, service] of services.entries()) {
    for (let step = 1; step <= CALLS; step++) {
      // Some near, some far: namespaces call each other.
      const callee = services[(index + step * step * 7) % size] as MeshService;
      service.calls(callee, { methods: ['GET'], paths: [`/service-${index}/${step}`] });
    }
  }
  return app;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

main();
