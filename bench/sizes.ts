import { join } from 'node:path';
import { median, run, table } from './measure';
import { CALLS } from './mesh-of';
import type { Measurement } from './size';

const SIZES = [10, 100, 1_000, 10_000];

/** What a service costs in meshes of different sizes. */
export function sizes(rounds: number): string {
  return [
    `A mesh where each service calls ${CALLS} others; microseconds for each service, medians of ${rounds} rounds.`,
    'Up to 100 services most of it is start-up: code that runs for the first time. So flatness is judged from 100 on. The peak is that of a\nprocess that also made the files it reads.',
    ...(['synth', 'check', 'access'] as const).map((mode) => sizesOf(mode, rounds)),
  ].join('\n\n');
}

const TITLES = {
  synth: '`MeshApp.synth` without the disk: constructs, their objects, YAML, the rules',
  check: '`check` of the files it writes: reading YAML, the rules',
  access: 'The evaluator on the same files: the model, then every call of the mesh and its reverse',
};

function sizesOf(mode: keyof typeof TITLES, rounds: number): string {
  const measured = Array.from({ length: rounds }, () => SIZES.map((size) => measure(mode, size)));
  const phases = Object.keys(measured[0]?.[0]?.phases ?? {});
  const at = (index: number, pick: (one: Measurement) => number) =>
    median(measured.map((round) => pick(round[index] as Measurement)));
  const total = ({ phases: all }: Measurement) => Object.values(all).reduce((sum, one) => sum + one, 0);
  const each = (index: number, pick: (one: Measurement) => number) => (at(index, pick) * 1000) / (SIZES[index] ?? 1);
  const rows = SIZES.map((size, index) => [
    size.toLocaleString('en'),
    ...phases.map((phase) => each(index, ({ phases: all }) => all[phase] ?? Number.NaN).toFixed(0)),
    each(index, total).toFixed(0),
    (each(index, total) / each(SIZES.indexOf(100), total)).toFixed(2),
    (at(index, total) / 1000).toFixed(2),
    at(index, ({ peak }) => peak).toFixed(0),
  ]);
  const head = ['services', ...phases, 'all', '× 100 services', 'seconds in all', 'peak MB'];
  return `${TITLES[mode]}:\n\n${table(head, rows)}`;
}

function measure(mode: string, size: number): Measurement {
  return JSON.parse(run({ command: process.execPath, args: [join(__dirname, 'size.js'), mode, String(size)] }));
}
