/** A list of rules or one rule, exported from a file of rules. */
const EXPORT = /^export const (\w+)(?:: [^=]+)? = (?:\[|defineRule\(|defineReadingRule\()/gm;

/**
 * lib/analysis/check/rules/rules-by-file.ts: every rule below that folder, so that a new rule is one new file.
 *
 * @param files the text of each file of rules by its path below the folder, such as `mesh/trust-domains.ts`
 */
export function ruleIndex(files: ReadonlyMap<string, string>): string {
  const found = [...files]
    .filter(([path]) => path.includes('/'))
    .sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1))
    .flatMap(([path, text]) => [...text.matchAll(EXPORT)].map(([, name]) => ({ path, name: name as string })))
    .filter(({ name, path }) => /_RULES?$/.test(name) && !path.endsWith('examples.ts'));
  return `// Written by \`npm run docs:rules\` from the files beside this one.
import type { CheckRule } from '../rule';
${found.map(({ path, name }) => `import { ${name} } from './${path.replace(/\.ts$/, '')}';\n`).join('')}
/** Every rule, or list of rules, as its file exports it. */
export const RULES_BY_FILE: readonly (CheckRule | readonly CheckRule[])[] = [
${found.map(({ name }) => `  ${name},\n`).join('')}];
`;
}

/** Puts a folder before those whose names begin with its own, as the linter sorts imports. */
function sortKey(path: string): string {
  return path.replace(/\.ts$/, '').replaceAll('/', ' ');
}
