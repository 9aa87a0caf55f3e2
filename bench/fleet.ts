/**
 * What a cluster of a fleet costs, in fleets of different sizes: `node build/bench/fleet.js [SIZE…]`. Each size has processes of its
 * own, those that write and those that read, so that memory is their own too. All clusters are one mesh; every cluster has 200 services,
 * each of which calls five.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FleetService, KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../lib';
import { FleetModel } from '../lib/access';
import { checkTogether } from '../lib/analysis/check/check-together';
import { callsBetween } from '../lib/analysis/fleet/calls-between';
import { readFolder } from '../lib/model/documents/folder';
import { run, table } from './measure';

const SIZES = [1, 10, 100];
const SERVICES = 200;
const CALLS = 5;
const PROPS = { image: 'ghcr.io/example/service:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };

/** What one process measures: milliseconds of processor time, and megabytes. */
interface Measurement {
  readonly phases: Readonly<Record<string, number>>;
  readonly peak: number;
}

/** What has a process of its own for each size, in this order: those that read need what the first has written. */
const PARTS: Readonly<Record<string, (directory: string, clusters: number) => Measurement>> = {
  write,
  fill,
  check,
  between,
};

const args = process.argv.slice(2);
const [first = '', directory = '', clusters = ''] = args;
const part = PARTS[first];
if (part !== undefined) console.log(JSON.stringify(part(directory, Number(clusters))));
else {
  const sizes = args.map(Number).filter((size) => size > 0);
  console.log(allSizes(first === '--quick' ? SIZES.slice(0, 1) : sizes.length > 0 ? sizes : SIZES));
}

function allSizes(counts: readonly number[]): string {
  const rows = counts.map((count) => {
    const outdir = mkdtempSync(join(tmpdir(), 'fleet-bench-'));
    try {
      const measure = (what: string) =>
        JSON.parse(run({ command: process.execPath, args: [__filename, what, outdir, String(count)] })) as Measurement;
      const parts = Object.keys(PARTS).map(measure);
      return [
        String(count),
        ...parts.flatMap(({ phases, peak }) => [
          ...Object.values(phases).map((one) => ((one * 1000) / (count * SERVICES)).toFixed(0)),
          peak.toFixed(0),
        ]),
      ];
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });
  const head = [
    'clusters',
    'construct',
    'synth',
    'again',
    'peak MB',
    'filled',
    'peak MB',
    'check',
    'peak MB',
    'calls between',
    'peak MB',
  ];
  return `Microseconds of processor time for each of ${SERVICES} services in each cluster.\n\n${table(head, rows)}`;
}

/** Processor time, as a busy machine adds nothing to it. */
function cpu(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function measured(phases: Measurement['phases']): Measurement {
  return { phases, peak: process.resourceUsage().maxRSS / 1024 };
}

function write(outdir: string, count: number): Measurement {
  // Warnings and commands are for people.
  process.stderr.write = () => true;
  let fleet = new MeshFleet();
  const construct = cpu(() => {
    fleet = fleetOf(count, outdir);
  });
  const synth = cpu(() => fleet.synth());
  const again = cpu(() => fleet.synth());
  return measured({ construct, synth, again });
}

/** The same services, made when it is the cluster's turn; calls between clusters are left out, for which there is no service. */
function fill(outdir: string, count: number): Measurement {
  process.stderr.write = () => true;
  const fleet = newFleet(count, join(outdir, 'filled'));
  const namespaces = fleet.clusters.map((cluster, index) =>
    fleet.addNamespace(`team-${index}`, { identity: 'exclusive', clusters: [cluster] }),
  );
  fleet.fillClusters((cluster) => {
    const namespace = namespaces[fleet.clusters.findIndex(({ name }) => name === cluster.name)];
    const services = Array.from({ length: SERVICES }, (_, number) =>
      namespace?.in(cluster).addService(`service-${number}`, PROPS),
    );
    for (const [index, service] of services.entries()) {
      for (let step = 1; step <= CALLS; step++) {
        const callee = services[(index + step) % services.length];
        if (callee) service?.calls(callee, { methods: ['GET'], paths: [`/service-${index}`] });
      }
    }
  });
  const filled = cpu(() => fleet.synth());
  rmSync(join(outdir, 'filled'), { recursive: true });
  return measured({ filled });
}

function check(outdir: string): Measurement {
  return measured({
    check: cpu(() => {
      const [finding] = checkTogether(readFolder(outdir).files);
      if (finding) throw new Error(`${finding.location.file}: ${finding.found}`);
    }),
  });
}

function between(outdir: string): Measurement {
  return measured({
    between: cpu(() => {
      const { clusters: members } = FleetModel.from(outdir);
      const { calls, notListed } = callsBetween(members);
      // The last services of each cluster call the first ones of the next.
      const expected = members.length > 1 ? (members.length * CALLS * (CALLS + 1)) / 2 : 0;
      if (calls.length !== expected || notListed.length > 0) throw new Error(`${calls.length} calls, not ${expected}`);
    }),
  });
}

function newFleet(clusters: number, outdir: string): MeshFleet {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('example.teleport.sh'), outdir });
  for (let index = 0; index < clusters; index++) {
    fleet.addCluster(`cluster-${index}`, {
      join: KubernetesJoin.oidc(`https://issuer.example/${index}`),
      network: `network-${index}`,
    });
  }
  return fleet;
}

/** Every service has pods in one cluster, and calls those of its own cluster and of the next one. */
function fleetOf(clusters: number, outdir: string): MeshFleet {
  const fleet = newFleet(clusters, outdir);
  const services = fleet.clusters.flatMap((cluster, index) => {
    const namespace = fleet.addNamespace(`team-${index}`, { identity: 'exclusive', clusters: [cluster] });
    return Array.from({ length: SERVICES }, (_, number) => namespace.addService(`service-${number}`, PROPS));
  });
  for (const [index, service] of services.entries()) {
    for (let step = 1; step <= CALLS; step++) {
      const callee = services[(index + step) % services.length] as FleetService;
      service.calls(callee, { methods: ['GET'], paths: [`/service-${index}`] });
    }
  }
  return fleet;
}
