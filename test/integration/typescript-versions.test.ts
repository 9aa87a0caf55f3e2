import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENTRY_POINTS, npm, pack } from './packed';

/** The lowest release that README names; below it cdk8s' own declarations do not compile either. */
const LOWEST = '5.0.4';

test('a program on every entry point compiles with the lowest TypeScript, which checks the declarations too', () => {
  const project = mkdtempSync(join(tmpdir(), 'typescript-'));
  try {
    writeFileSync(join(project, 'package.json'), '{ "private": true }\n');
    const others = [
      'cdk8s@2',
      'constructs@10',
      'cdk8s-plus-28@2',
      '@types/node@20',
      '@types/jest@29',
      `typescript@${LOWEST}`,
    ];
    npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', pack(project), ...others], project);
    const imports = ENTRY_POINTS.map((name, index) => `import * as e${index} from '${name}';`);
    const uses = `console.log(${ENTRY_POINTS.map((_, index) => `e${index}`).join(', ')});`;
    writeFileSync(join(project, 'main.ts'), [...imports, uses, ''].join('\n'));
    for (const [module, resolution] of [
      ['node16', 'node16'],
      ['commonjs', 'node10'],
    ]) {
      const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node,jest'];
      const compiler = join(project, 'node_modules/typescript/bin/tsc');
      const flags = [...strict, '--module', `${module}`, '--moduleResolution', `${resolution}`, 'main.ts'];
      expect(compiled(compiler, flags, project)).toBe('');
    }
  } finally {
    rmSync(project, { recursive: true });
  }
}, 180_000);

function compiled(compiler: string, flags: readonly string[], cwd: string): string {
  try {
    return execFileSync(process.execPath, [compiler, ...flags], { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}
