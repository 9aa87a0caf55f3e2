import { join } from 'node:path';
import { RULES } from '../../lib/analysis/check/rules/all-rules';
import { ruleIndex } from '../../scripts/rule-index';
import { filesBelow, ROOT } from '../golden/written-files';

const RULE_FILES = filesBelow(join(ROOT, 'lib/analysis/check/rules'));

test('the index of the rules is what `npm run docs:rules` writes, so that adding a rule touches one file', () => {
  expect(RULE_FILES.get('rules-by-file.ts')).toBe(ruleIndex(RULE_FILES));
});

test('every rule that a file defines is in the index, once', () => {
  const ids = RULES.map(({ id }) => id);
  const defined = [...RULE_FILES.values()].flatMap((text) =>
    [...text.matchAll(/^ {2,4}id: '([^']+)'/gm)].map(([, id]) => id),
  );

  expect(ids.length).toBeGreaterThan(150);
  expect([...new Set(ids)].sort()).toEqual([...new Set(defined)].sort());
  expect(new Set(ids).size).toBe(ids.length);
});
