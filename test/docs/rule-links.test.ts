import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RULES } from '../../lib/check/rules';

const DOCS = resolve(__dirname, '../../../docs');

test('every rule that a guide links to exists', () => {
  const ids: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));
  const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((page) => page.endsWith('.md'));
  const links = pages.flatMap((page) => readFileSync(join(DOCS, page), 'utf8').match(/\brules\.md#[\w.-]+/g) ?? []);
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((link) => !ids.has(link.slice('rules.md#'.length)))).toEqual([]);
});
