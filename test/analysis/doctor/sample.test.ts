import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleProxy, exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { diagnosisToJson } from '../../../lib/analysis/doctor/reporters/doctor-json';
import { summarizeDiagnosis } from '../../../lib/analysis/doctor/reporters/doctor-summary';

test('where all proxies were looked at, nothing is said of it', () => {
  expect(summarizeDiagnosis(diagnose(exampleSnapshot()))).not.toContain('proxies');
  expect(summarizeDiagnosis(diagnose(exampleSnapshot(), { before: true }))).not.toContain('proxies');
});

test('a sample says of how many it is, and how to look at all', () => {
  const diagnosis = diagnose(exampleSnapshot({ proxies: [exampleProxy('api')] }));

  expect(summarizeDiagnosis(diagnosis)).toMatch(
    /, no problems found, 1 of 2 proxies checked \(--all checks every one\)$/,
  );
  expect(JSON.parse(diagnosisToJson(diagnosis))).toMatchObject({ proxies: { checked: 1, all: 2 } });
});

test('proxies that did not answer are no sample', () => {
  const gaps = [{ subject: 'proxies/shop/web-1', because: 'it is forbidden' }];
  const summary = summarizeDiagnosis(diagnose(exampleSnapshot({ proxies: [exampleProxy('api')], gaps })));

  expect(summary).toMatch(/, 1 of 2 proxies checked$/);
});
