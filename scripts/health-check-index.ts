/** A check, exported from a file of its own. */
const EXPORT = /^export const (\w+_CHECK) = defineCheck\(/gm;

/**
 * lib/analysis/doctor/checks/all-checks.ts: every check below that folder, so that a new check is one new file.
 *
 * @param files the text of each file by its path below the folder, such as `teleport/tbot-joins.ts`
 */
export function healthCheckIndex(files: ReadonlyMap<string, string>): string {
  const found = [...files]
    .filter(([path]) => path.includes('/'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([path, text]) => [...text.matchAll(EXPORT)].map(([, name]) => ({ path, name: name as string })));
  return `// Written by \`npm run docs:rules\` from the files beside this one.
import type { HealthCheck } from '../health-check';
${found.map(({ path, name }) => `import { ${name} } from './${path.replace(/\.ts$/, '')}';\n`).join('')}
/** Every check, by its file. */
export const HEALTH_CHECKS: readonly HealthCheck[] = [
${found.map(({ name }) => `  ${name},\n`).join('')}];
`;
}
