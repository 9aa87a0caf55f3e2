import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { doctorPage } from '../../../lib/analysis/doctor/doctor-page';
import { healthCheckIndex } from '../../../scripts/health-check-index';
import { filesBelow, ROOT } from '../../golden/written-files';

test('docs/doctor.md is as written from the checks', () => {
  expect(readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8')).toBe(doctorPage());
});

test('every check has its place on the page', () => {
  const page = doctorPage();
  for (const { id } of HEALTH_CHECKS) expect(page).toContain(`### ${id}\n`);
});

test('the index has every check', () => {
  const folder = join(ROOT, 'lib/analysis/doctor/checks');
  const imports = (text: string) => [...text.matchAll(/[A-Z_]+_CHECK\b/g)].map(([name]) => name);

  expect(imports(readFileSync(join(folder, 'all-checks.ts'), 'utf8'))).toEqual(
    imports(healthCheckIndex(filesBelow(folder))),
  );
  expect(HEALTH_CHECKS.length).toBe([...filesBelow(folder)].filter(([path]) => path.includes('/')).length);
});
