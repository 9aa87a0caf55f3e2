import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSteps } from '../../scripts/fleet-steps';
import { quietly } from '../quietly';
import { ROOT } from './markdown';

const page = readFileSync(join(ROOT, 'docs/fleet.md'), 'utf8');

test('docs/fleet.md says what each step changes: run "npm run docs:fleet" after changing the output', () => {
  expect(page).toBe(quietly(() => withSteps(page, ROOT)));
}, 60_000);

test('each step shows something, and what is typed by hand is replaced', () => {
  const steps = page.match(/^<!-- teleport-istio diff .* -->\n\n```text\n[^`]/gm);
  expect(steps).toHaveLength(4);
  expect(quietly(() => withSteps(page.replace('no differences', 'some differences'), ROOT))).toBe(page);
}, 60_000);
