import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';
import { diagnosisToJson } from '../../../lib/analysis/doctor/reporters/doctor-json';
import { diagnosisToJunit } from '../../../lib/analysis/doctor/reporters/doctor-junit';
import { diagnosisToMarkdown } from '../../../lib/analysis/doctor/reporters/doctor-markdown';
import { diagnosisToText } from '../../../lib/analysis/doctor/reporters/doctor-text';
import { unseenReasons } from '../../../lib/analysis/doctor/reporters/unseen-reasons';

/** The example without what may not be listed. */
function without(...resources: readonly string[]) {
  const snapshot = exampleSnapshot();
  const objects = new Map([...snapshot.objects].filter(([name]) => !resources.includes(name)));
  const gaps = resources.map((name) => ({ subject: `objects/${name}`, because: `${name} is forbidden` }));
  return diagnose({ ...snapshot, objects, gaps });
}

const FORBIDDEN = ['pods', 'nodes', 'configmaps'];

test('a right that is missing is one reason, with every check that it keeps from looking', () => {
  const diagnosis = without(...FORBIDDEN);
  const unseen = diagnosis.outcomes.filter((outcome) => outcome.unseen.length > 0);
  const lines = diagnosisToText(diagnosis).split('\n');

  expect(unseen.length).toBeGreaterThan(30);
  expect(lines.filter((line) => line.startsWith('–')).sort()).toEqual(
    FORBIDDEN.map((name) => `– not checked because of ${name}: ${name} is forbidden`).sort(),
  );
  expect(lines.length).toBeLessThan(unseen.length / 2);
  const named = lines.filter((line) => line.startsWith('    ')).flatMap((line) => line.trim().split(/: |, /));
  expect(unseen.map(({ check }) => check.id).filter((id) => !named.some((one) => one.split(' ')[0] === id))).toEqual(
    [],
  );
});

test('the same for an issue, and a program gets each check by itself', () => {
  const diagnosis = without(...FORBIDDEN);
  const { checks } = JSON.parse(diagnosisToJson(diagnosis)) as {
    checks: readonly { check: string; unseen: object[] }[];
  };
  const unseen = checks.filter((check) => check.unseen.length > 0);
  const markdown = diagnosisToMarkdown(diagnosis).replaceAll('\\', '');

  expect(unseen).toHaveLength(diagnosis.outcomes.filter((outcome) => outcome.unseen.length > 0).length);
  expect(unseen.filter(({ check }) => !markdown.includes(check))).toEqual([]);
  expect(markdown.match(/^- – because of /gm)).toHaveLength(FORBIDDEN.length);
});

test('what was looked at in part says so beside its name', () => {
  const text = diagnosisToText(without('configmaps', 'mutatingwebhookconfigurations.admissionregistration.k8s.io'));

  expect(text).toMatch(/^ {4}policies: policy-rules \(\d+ others? w\w+ checked\)$/m);
});

describe('many reasons of one check', () => {
  const [first] = exampleDiagnosis().outcomes;
  const outcome = {
    ...(first as NonNullable<typeof first>),
    findings: [],
    looked: 1,
    unseen: Array.from({ length: 8 }, (_, index) => ({ what: `pod ${index}`, because: `reason ${index}` })),
  };

  function exampleDiagnosis() {
    return diagnose(exampleSnapshot());
  }

  test('are counted beyond the first', () => {
    const diagnosis = { takenAt: '', outcomes: [outcome] };

    expect(diagnosisToText(diagnosis)).toContain('not checked for 3 more reasons; --output json lists them all');
    expect(diagnosisToMarkdown(diagnosis)).toContain('for 3 more reasons');
    expect(diagnosisToJunit(diagnosis)).toContain('pod 4: reason 4; and 3 more');
  });

  test('that are the same are one, with how many things it is about', () => {
    const same = { ...outcome, unseen: outcome.unseen.map(({ what }) => ({ what, because: 'it took too long' })) };

    expect(diagnosisToText({ takenAt: '', outcomes: [same] })).toContain(
      'because of pod 0 and 7 more: it took too long',
    );
    expect(unseenReasons([same]).more.size).toBe(0);
  });
});

test('where a right is missing, the ClusterRole that has it is named once', () => {
  const snapshot = exampleSnapshot({
    without: ['pods'],
    gaps: [{ subject: 'objects/pods', because: 'pods is forbidden: User "dev" cannot list resource "pods"' }],
  });
  const named = /doctor (?:\\?-){2}rbac/g;

  for (const render of [diagnosisToText, diagnosisToMarkdown]) {
    expect(render(diagnose(snapshot)).match(named)).toHaveLength(1);
    expect(render(without('nodes'))).not.toMatch(named);
  }
});
