/**
 * How long the checker takes, and how that grows: `npm run build && node build/bench/check.js`.
 *
 * The documents are the Sock Shop of `dist/`, once per namespace. Parsing the YAML is the yardstick: whoever checks a
 * file has to do that anyway, and no tool that reads manifests can be faster.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { check } from '../lib/check';
import { type ManifestFile, readManifests } from '../lib/manifests';

const RUNS = 7;
const DIST = join(__dirname, '..', '..', 'dist');

const SHOP = readdirSync(DIST)
  .filter((file) => file.startsWith('sock-shop'))
  .map((file) => readFileSync(join(DIST, file), 'utf8'))
  .join('---\n');

function shops(count: number): readonly ManifestFile[] {
  return Array.from({ length: count }, (_, index) => ({
    file: `shop-${index}.yaml`,
    text: SHOP.replaceAll('sock-shop', `shop-${index}`),
  }));
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[times.length >> 1] ?? 0;
}

function milliseconds(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function measure(count: number): void {
  const files = shops(count);
  const { manifests } = readManifests(files);
  const parse: number[] = [];
  const read: number[] = [];
  const checked: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    parse.push(milliseconds(() => files.forEach(({ text }) => void loadAll(text))));
    read.push(milliseconds(() => void readManifests(files)));
    checked.push(milliseconds(() => void check(manifests)));
  }
  const documents = manifests.all.length;
  const perDocument = (times: readonly number[]) => ((median(times) * 1000) / documents).toFixed(1).padStart(6);
  console.log(
    `${String(documents).padStart(6)} documents, µs each:  parse alone ${perDocument(parse)}  read ${perDocument(read)}  check ${perDocument(checked)}`,
  );
}

console.log(`Node ${process.version}, medians of ${RUNS} runs`);
for (const count of [20, 42, 84, 167, 334]) measure(count);
