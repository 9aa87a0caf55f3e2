/**
 * All benchmarks, as Markdown: `npm run bench`. With `--write` they replace the results in bench/README.md; with `--quick`
 * there is one round of each, to see that they run.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { run } from './measure';
import { sizes } from './sizes';
import { startUp } from './start-up';

const README = join(__dirname, '../../bench/README.md');
const BEGIN = '<!-- results -->';
const END = '<!-- end of results -->';

const quick = process.argv.includes('--quick');
const script = (name: string) =>
  `\`\`\`text\n${run({ command: process.execPath, args: [join(__dirname, name)] }).trim()}\n\`\`\``;

const results = [
  `${machine()}.`,
  `### Start-up\n\n${quick ? startUp(1, 1) : startUp(21, 5)}`,
  `### Size\n\n${sizes(quick ? 1 : 5)}`,
  `### \`check\` against parsing YAML (\`bench/check.ts\`)\n\n${script('check.js')}`,
  `### Questions to the evaluator (\`bench/access.ts\`)\n\n${script('access.js')}`,
  `### Diagnosing a cluster (\`bench/doctor.ts\`)\n\n${script('doctor.js')}`,
  `### Whole processes beside those of other programs (\`bench/side-by-side.ts\`)\n\n${run({ command: process.execPath, args: [join(__dirname, 'side-by-side.js'), quick ? '1' : '5'] }).trim()}`,
  `### Fleets (\`bench/fleet.ts\`)\n\n${run({ command: process.execPath, args: [join(__dirname, 'fleet.js'), ...(quick ? ['--quick'] : [])] }).trim()}`,
].join('\n\n');
console.log(results);
if (process.argv.includes('--write')) {
  const readme = readFileSync(README, 'utf8');
  const [before = ''] = readme.split(BEGIN);
  // What was tried once, and is not measured with the rest, stands behind the results.
  const [, after = '\n'] = readme.split(END);
  writeFileSync(README, `${before}${BEGIN}\n\n${results}\n\n${END}${after}`);
}

function machine(): string {
  const [cpu] = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const load = loadavg().map((average) => average.toFixed(1));
  return `${cpus().length} × ${cpu?.model.trim()}, ${memory}, ${process.platform}, Node ${process.version}; load before: ${load.join(', ')}`;
}
