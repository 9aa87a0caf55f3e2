import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { planToScript } from '../../lib/analysis/uninstall/render-plan';
import { uninstallPlan } from '../../lib/analysis/uninstall/uninstall-plan';
import { readManifests } from '../../lib/model/documents/read-manifests';
import { committedOutput } from '../examples/example-output';
import { ROOT } from './markdown';

const page = readFileSync(join(ROOT, 'docs/scripts/cleanup.md'), 'utf8');
const files = Object.entries(committedOutput('sock-shop')).map(([file, text]) => ({ file, text }));
const steps = uninstallPlan(readManifests(files).manifests);

test('the page about cleaning up has the steps that the command prints, in its order', () => {
  const listed = [...page.matchAll(/^\d+\. (.*)$/gm)].map(([, title]) => title);
  expect(listed).toEqual(steps.map(({ title }) => title));
  expect(steps.filter(({ optional }) => optional).map(({ title }) => title)).toEqual(listed.slice(-2));
});

test('what the page says stays is what the command says, in the step it names', () => {
  const istio = planToScript(steps)
    .split('\n\n')
    .find((section) => section.includes('# 3. '));
  for (const left of ['ConfigMaps', 'istio-reader-service-account']) {
    expect(page).toContain(left);
    expect(istio).toContain(left);
  }
});
