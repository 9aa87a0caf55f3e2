import { RULES } from '../../../lib/analysis/check/rules/all-rules';

test('a title names the fault, starts with a capital letter and is not a sentence with an article', () => {
  const wrong = RULES.filter(({ title }) => /^(?:A|An|The) |[.!?]$/.test(title) || title.length > 75);
  expect(wrong.map(({ id, title }) => `${id}: ${title}`)).toEqual([]);
});

test('no two rules have the same title', () => {
  expect(new Set(RULES.map(({ title }) => title)).size).toBe(RULES.length);
});
