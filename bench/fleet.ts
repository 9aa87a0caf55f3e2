/**
 * What a cluster of a fleet costs, in fleets of different sizes: `node build/bench/fleet.js`. Each size has a process of its own,
 * so that memory is its own too. All clusters are one mesh; every cluster has 200 services, each of which calls five.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FleetService, KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../lib';
import { checkTogether } from '../lib/analysis/check/check-together';
import { milliseconds, run, table } from './measure';

const SIZES = [1, 10, 100];
const SERVICES = 200;
const CALLS = 5;

/** What one process measures. */
interface Measurement {
  readonly phases: Readonly<Record<'construct' | 'synth' | 'check', number>>;
  readonly peak: number;
}

const [size] = process.argv.slice(2);
if (size === undefined || size === '--quick') console.log(sizes(size === undefined ? SIZES : SIZES.slice(0, 1)));
else console.log(JSON.stringify(measure(Number(size))));

function sizes(counts: readonly number[]): string {
  const measured = counts.map(
    (clusters) => JSON.parse(run({ command: process.execPath, args: [__filename, String(clusters)] })) as Measurement,
  );
  const rows = measured.map(({ phases, peak }, index) => {
    const clusters = counts[index] ?? 1;
    const all = Object.values(phases).reduce((sum, one) => sum + one, 0);
    const each = Object.values(phases).map((one) => ((one * 1000) / (clusters * SERVICES)).toFixed(0));
    return [String(clusters), ...each, (all / 1000).toFixed(1), peak.toFixed(0)];
  });
  const head = ['clusters', 'construct', 'synth', 'check', 'seconds in all', 'peak MB'];
  return `Microseconds for each of ${SERVICES} services in each cluster.\n\n${table(head, rows)}`;
}

function measure(clusters: number): Measurement {
  const outdir = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
  // Warnings and commands are for people.
  process.stderr.write = () => true;
  try {
    let fleet = new MeshFleet();
    const construct = milliseconds(() => {
      fleet = fleetOf(clusters, outdir);
    });
    const synth = milliseconds(() => fleet.synth());
    const files = [...fleet.synthFiles()].map(([file, text]) => ({ file, text }));
    const check = milliseconds(() => {
      const [finding] = checkTogether(files);
      if (finding) throw new Error(`${finding.location.file}: ${finding.found}`);
    });
    return { phases: { construct, synth, check }, peak: process.resourceUsage().maxRSS / 1024 };
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** Every service has pods in one cluster, and calls those of its own cluster and of the next one. */
function fleetOf(clusters: number, outdir: string): MeshFleet {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('example.teleport.sh'), outdir });
  const members = Array.from({ length: clusters }, (_, index) =>
    fleet.addCluster(`cluster-${index}`, {
      join: KubernetesJoin.oidc(`https://issuer.example/${index}`),
      network: `network-${index}`,
    }),
  );
  const services = members.flatMap((cluster, index) => {
    const namespace = fleet.addNamespace(`team-${index}`, { identity: 'exclusive', clusters: [cluster] });
    return Array.from({ length: SERVICES }, (_, number) =>
      namespace.addService(`service-${number}`, {
        image: 'ghcr.io/example/service:1.0.0',
        ports: [Port.http(80, { targetPort: 8080 })],
      }),
    );
  });
  for (const [index, service] of services.entries()) {
    for (let step = 1; step <= CALLS; step++) {
      const callee = services[(index + step) % services.length] as FleetService;
      service.calls(callee, { methods: ['GET'], paths: [`/service-${index}`] });
    }
  }
  return fleet;
}
