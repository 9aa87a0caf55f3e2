/** kubectl of the example project: answers for the small mesh of doctor's own examples. */
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { answerOf } from './fake-cluster';

try {
  process.stdout.write(answerOf(exampleSnapshot(), process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
