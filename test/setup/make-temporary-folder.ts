import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the names of such folders begin with. */
export const PREFIX = 'cdk8s-teleport-istio-test-';

/** Gives a run of the tests a temporary folder of its own: cdk8s makes one for every testing app, and leaves it there. */
export default function makeTemporaryFolder(): void {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), PREFIX));
}
