import type { CheckRule } from '../../../lib/analysis/check/rule';
import { RULES } from '../../../lib/analysis/check/rules/all-rules';
import { check, type Finding } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target } from '../../../lib/upstream/releases/target';

/** What the checker says of an example. */
function findingsFor(rule: CheckRule, text: string): readonly Finding[] {
  const { manifests, problems } = readManifests([{ file: 'example.yaml', text }]);
  return check(manifests, {
    problems,
    complete: rule.needsComplete === true || rule.sureWith === 'all objects',
    target: Target.of(rule.exampleTarget),
  });
}

/** Asks when the first test needs the answer, and not again for the next one. */
function once<Answer>(ask: () => Answer): () => Answer {
  let known: { readonly answer: Answer } | undefined;
  return () => {
    known ??= { answer: ask() };
    return known.answer;
  };
}

/** One text cannot show these; test/manifests/bad-input.test.ts and test/cli/commands/check.test.ts have them. */
const WITHOUT_EXAMPLE = [
  'chart-not-rendered',
  'file-too-large',
  'file-unreadable',
  'nothing-to-check',
  'identity-collision',
  'teleport-name-collision',
];

describe.each(RULES.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  test('finds what is wrong in its wrong example, with line, reason and remedy', () => {
    if (WITHOUT_EXAMPLE.includes(id)) return;
    const [finding] = findingsFor(rule, rule.wrong).filter((one) => one.rule === id);
    expect(finding).toMatchObject({ severity: rule.severity, location: { file: 'example.yaml' } });
    expect(`${finding?.found} ${finding?.why} ${finding?.fix}`).not.toMatch(/\{[a-zA-Z]+\}|undefined|\[object/);
  });

  const ofRight = once(() => findingsFor(rule, rule.right));

  test('says nothing about its right example', () => {
    expect(ofRight().filter((one) => one.rule === id)).toEqual([]);
  });

  test('has examples that are read and fields that exist, so that people can copy them', () => {
    const others = [
      'unknown-field',
      'invalid-value',
      'unknown-kind',
      'selector-labels-mismatch',
      'mount-without-volume',
    ];
    const wrongWith = ofRight().filter(({ rule: one }) => others.includes(one) || one.startsWith('yaml-'));
    expect(wrongWith).toEqual([]);
  });
});

test('every rule has an id of its own in kebab-case, and texts that are sentences to build upon', () => {
  const names = RULES.flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  expect(new Set(names).size).toBe(names.length);
  for (const { id, title, why, fix, source } of RULES) {
    expect(id).toMatch(/^[a-z0-9]+([-.][a-z0-9]+)*$/);
    expect(id.length).toBeLessThanOrEqual(56);
    expect(title).toMatch(/^[A-Z"].*[^.]$|^[a-z].*[^.]$/);
    expect(why).toMatch(/\.$/);
    expect(fix).not.toMatch(/\.$/);
    expect(source).not.toBe('');
  }
});
