import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { filesBelow, ROOT } from '../golden/written-files';
import { compile, MANIFEST, npm, packed, TSCONFIG } from './packed';

/** The lower ends of the ranges in package.json, as `name@version`. */
export function lowest(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}@${MANIFEST.peerDependencies[name]?.replace('^', '')}`);
}

/** The ranges in package.json, of which npm takes the newest. */
export function newest(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${name}@${MANIFEST.peerDependencies[name]}`);
}

/** Files of examples by the examples' names. */
export interface ExampleOutput {
  readonly written: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly committed: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** A team's project with the packed package and other packages of a registry. */
export class PeerProject {
  private constructor(public readonly directory: string) {}

  public static install(packages: readonly string[]): PeerProject {
    const directory = mkdtempSync(join(tmpdir(), 'peers-'));
    writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
    writeFileSync(join(directory, 'tsconfig.json'), TSCONFIG.replace('"*.ts"', '"*.ts", "*/*.ts"'));
    const install = ['install', '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund', '--prefer-offline'];
    npm([...install, packed(), '@types/node@20', ...packages], directory);
    return new PeerProject(directory);
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  /** Compiles the examples and runs them: what each of them wrote here, and what is committed. */
  public runExamples({ plus }: { readonly plus: boolean }): ExampleOutput {
    const names = this.copyExamples(plus);
    compile(this.directory);
    // In one process, which loads cdk8s once, as `npm run synth` does.
    const run = `for (const name of ${JSON.stringify(names)}) {
      process.env.CDK8S_OUTDIR = require('node:path').join('out', name);
      require('./build/' + name + '/main.js');
    }`;
    execFileSync(process.execPath, ['--eval', run], { cwd: this.directory, stdio: 'pipe' });
    return {
      written: new Map(names.map((name) => [name, filesBelow(join(this.directory, 'out', name))])),
      committed: new Map(names.map((name) => [name, filesBelow(join(ROOT, 'examples', name, 'dist'))])),
    };
  }

  /** Examples as a team would write them: on the package instead of its sources. */
  private copyExamples(withPlus: boolean): readonly string[] {
    const examples = join(ROOT, 'examples');
    const sources = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
    const texts = new Map(sources.map((path) => [path, readFileSync(join(examples, path), 'utf8')]));
    const needsPlus = (text: string) => /cdk8s-plus-28|lib\/demos'/.test(text);
    for (const [path, text] of texts) {
      if (!withPlus && needsPlus(text)) continue;
      const file = join(this.directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(
        file,
        text
          .replace(/(?:\.\.\/)+lib\/(demos|check|access)'/g, "cdk8s-teleport-istio/$1'")
          .replace(/(?:\.\.\/)+lib(?:\/[a-z]+)?'/g, "cdk8s-teleport-istio'"),
      );
    }
    return [...texts]
      .filter(([path, text]) => path.endsWith('main.ts') && (withPlus || !needsPlus(text)))
      .map(([path]) => dirname(path));
  }
}
