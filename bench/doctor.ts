/**
 * How long diagnosing takes: `npm run build && node build/bench/doctor.js`. The cluster is the reference app as it was recorded, with
 * its pods, proxies and policies repeated under other names. The goal is 1,000 pods in less than two seconds, reading included,
 * also in a process that has just begun: the first run of each size is said by itself.
 */
import { join } from 'node:path';
import { diagnose } from '../lib/analysis/doctor/diagnose';
import type { Snapshot } from '../lib/analysis/doctor/snapshot';
import { filesToSnapshot, type SnapshotFile } from '../lib/analysis/doctor/snapshot-files';
import { filesBelow, ROOT } from '../test/golden/written-files';
import { median, milliseconds } from './measure';

const RUNS = 5;
const RECORDED = [...filesBelow(join(ROOT, 'test/fixtures/doctor/healthy'))].map(([path, text]) => ({ path, text }));

/** Resources of the app that are repeated; the others are there once. */
const REPEATED =
  /^objects\/(?:pods|namespaces|services|serviceaccounts|deployments\.apps|authorizationpolicies\.security\.istio\.io|peerauthentications\.security\.istio\.io)\.yaml$/;

function files(copies: number): readonly SnapshotFile[] {
  return RECORDED.flatMap(({ path, text }) => {
    if (path.startsWith('proxies/sock-shop/'))
      return many(copies, (index) => ({ path: rename(path, index), text: rename(text, index) }));
    if (!REPEATED.test(path)) return [{ path, text }];
    const items = text.slice('items:\n'.length).split(/^(?= {2}- apiVersion)/m);
    const own = items.filter((item) => item.includes('sock-shop'));
    const others = items.filter((item) => !item.includes('sock-shop'));
    return [
      {
        path,
        text: `items:\n${[...others, ...many(copies, (index) => own.map((item) => rename(item, index)).join(''))].join('')}`,
      },
    ];
  });
}

function many<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function rename(text: string, index: number): string {
  return text.replaceAll('sock-shop', `shop-${index}`);
}

function read(all: readonly SnapshotFile[]): Snapshot {
  const snapshot = filesToSnapshot(all);
  if ('problem' in snapshot) throw new Error(snapshot.problem);
  return snapshot;
}

console.log(`Node ${process.version}, medians of ${RUNS} runs`);
for (const copies of [333, 1666]) {
  const all = files(copies);
  const reading: number[] = [];
  const diagnosing: number[] = [];
  let pods = 0;
  const cpu = process.cpuUsage();
  let first = 0;
  for (let run = 0; run < RUNS; run += 1) {
    if (run === 1) first = process.cpuUsage(cpu).user / 1000;
    let snapshot: Snapshot | undefined;
    reading.push(milliseconds(() => (snapshot = read(all))));
    diagnosing.push(milliseconds(() => diagnose(snapshot as Snapshot)));
    pods = snapshot?.objects.get('pods')?.length ?? 0;
  }
  console.log(
    `${String(pods).padStart(6)} pods: read ${median(reading).toFixed(0).padStart(5)} ms  diagnose ${median(diagnosing).toFixed(0).padStart(5)} ms  CPU ${(process.cpuUsage(cpu).user / 1000 / RUNS).toFixed(0).padStart(5)} ms, the first time ${first.toFixed(0).padStart(5)} ms`,
  );
}
