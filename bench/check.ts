/**
 * How long the checker takes, and how that grows: `npm run build && node build/bench/check.js`.
 *
 * The documents are the Sock Shop of `dist/`, once per namespace. Parsing the YAML, and keeping what it says until all
 * files are read, is the yardstick: whoever checks files has to do that anyway.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { check } from '../lib/check';
import type { ManifestFile } from '../lib/model/documents/manifest-file';
import { readManifests } from '../lib/model/documents/read-manifests';
import { median, milliseconds } from './measure';

const RUNS = 7;
const DIST = join(__dirname, '..', '..', 'dist');

const SHOP = readdirSync(DIST)
  .filter((file) => file.startsWith('sock-shop'))
  .map((file) => readFileSync(join(DIST, file), 'utf8'))
  .join('---\n');

function shops(count: number): readonly ManifestFile[] {
  return Array.from({ length: count }, (_, index) => ({
    file: `shop-${index}.yaml`,
    // A host of its own for each, or else they take each other's requests, which is a finding.
    text: SHOP.replaceAll('sock-shop', `shop-${index}`).replaceAll("- '*'", `- shop-${index}.example.com`),
  }));
}

function measure(count: number, remark = ''): void {
  const files = shops(count);
  const parse: number[] = [];
  const read: number[] = [];
  const checked: number[] = [];
  let documents = 0;
  for (let run = 0; run < RUNS; run += 1) {
    parse.push(milliseconds(() => files.map(({ text }) => loadAll(text))));
    let { manifests } = readManifests([]);
    read.push(milliseconds(() => ({ manifests } = readManifests(files))));
    checked.push(milliseconds(() => check(manifests)));
    documents = manifests.all.length;
  }
  const perDocument = (times: readonly number[]) => ((median(times) * 1000) / documents).toFixed(1).padStart(6);
  console.log(
    `${String(documents).padStart(6)} documents, µs each:  parse alone ${perDocument(parse)}  read ${perDocument(read)}  check ${perDocument(checked)}${remark}`,
  );
}

console.log(`Node ${process.version}, medians of ${RUNS} runs`);
// Until the engine has compiled the code it measures little but that; who checks 10,000 documents has it compiled soon.
for (const count of [20, 84]) measure(count, '  (warming up)');
for (const count of [20, 42, 84, 167, 334]) measure(count);
