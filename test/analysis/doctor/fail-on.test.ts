import { type CheckOutcome, diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { diagnosisToJson } from '../../../lib/analysis/doctor/reporters/doctor-json';
import { diagnosisToJunit } from '../../../lib/analysis/doctor/reporters/doctor-junit';
import { diagnosisToMarkdown } from '../../../lib/analysis/doctor/reporters/doctor-markdown';

const [any] = diagnose(exampleSnapshot()).outcomes as readonly [CheckOutcome];
const finding = (severity: 'error' | 'warning') => ({
  check: any.check.id,
  group: any.check.group,
  severity,
  found: `an ${severity} <a>`,
  evidence: ['seen'],
  cause: 'why',
  fix: 'what to do',
  source: '',
});
const diagnosis = (...severities: readonly ('error' | 'warning')[]) => ({
  takenAt: '',
  outcomes: [{ ...any, looked: 1, findings: severities.map(finding), unseen: [], isOpen: false }],
});

test.each([
  ['error', 'healthy', 0],
  ['warning', 'unhealthy', 1],
] as const)('a warning with --fail-on %s is %s for programs and CI alike', (failOn, verdict, failures) => {
  const xml = diagnosisToJunit(diagnosis('warning'), failOn);

  expect(JSON.parse(diagnosisToJson(diagnosis('warning'), failOn))).toMatchObject({ verdict });
  expect(xml.match(/ failures="(\d+)"/g)).toEqual([` failures="${failures}"`, ` failures="${failures}"`]);
  expect(xml.includes('<failure')).toBe(failures > 0);
  expect(xml).toContain('an warning &lt;a&gt;');
});

test('an error fails whatever is asked, and a warning beside it is shown', () => {
  const xml = diagnosisToJunit(diagnosis('error', 'warning'));

  expect(xml).toContain('<failure type="error" message="an error &lt;a&gt;">');
  expect(xml).toContain('<system-out>an warning &lt;a&gt;\nseen\nwhy\nFix: what to do</system-out>');
});

test('an issue has the first ten findings of a check, and says how many there are more', () => {
  const many = (count: number) =>
    diagnosisToMarkdown({
      takenAt: '',
      outcomes: [
        {
          ...any,
          looked: 1,
          findings: Array.from({ length: count }, (_, index) => ({ ...finding('error'), found: `fault ${index};` })),
          unseen: [],
          isOpen: false,
        },
      ],
    });

  expect(many(12).match(/fault \d+;/g)).toEqual(Array.from({ length: 10 }, (_, index) => `fault ${index};`));
  expect(many(12)).toContain('… and 2 more of');
  expect(many(10)).not.toContain('more of');
});
