/**
 * Writes `examples/<name>/dist` of every example: `npm run synth:examples`.
 *
 * All of them run in this process, which starts Node and loads cdk8s once; each makes an app of its own, and cdk8s reads
 * where to write when an app is made.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const examples = join(__dirname, '../../examples');
for (const name of readdirSync(examples).sort()) {
  if (!existsSync(join(examples, name, 'main.ts'))) continue;
  process.env.CDK8S_OUTDIR = join(examples, name, 'dist');
  // Notices on standard error are about the example, which names the choice in its README: printed here they would be read as about your own
  // main.ts.
  quietly(() => require(join(__dirname, '../examples', name, 'main.js')));
}

/** Runs it without its notices; what it throws is thrown. */
function quietly(run: () => void): void {
  const { write } = process.stderr;
  process.stderr.write = () => true;
  try {
    run();
  } finally {
    process.stderr.write = write;
  }
}
