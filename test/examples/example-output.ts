import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { loadAll } from 'js-yaml';

/** Tests run as compiled into `build/`, where the examples are too; their output is committed beside their source. */
const BUILD = resolve(__dirname, '../..');

/** Path relative to the output directory, with forward slashes, to text. */
export type Files = Readonly<Record<string, string>>;

/** An object of Kubernetes or Teleport, as loosely as a test reads it. */
// biome-ignore lint/suspicious/noExplicitAny: what is not there makes the test fail.
export type Manifest = any;

/** Every example: a folder of its own, with a `main.ts`. */
export function exampleNames(): readonly string[] {
  const entries = readdirSync(join(BUILD, '../examples'), { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

/** What is committed in `examples/<name>/dist`. */
export function committedOutput(name: string): Files {
  return readFiles(join(BUILD, '../examples', name, 'dist'));
}

/** What the example writes now, in this process; `test/golden` runs the reference example in processes of its own. */
export function freshOutput(name: string): Files {
  const directory = mkdtempSync(join(tmpdir(), 'example-'));
  const { CDK8S_OUTDIR } = process.env;
  // Notices are for who writes an app.
  const silence = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    process.env.CDK8S_OUTDIR = directory;
    require(join(BUILD, 'examples', name, 'main.js'));
    return readFiles(directory);
  } finally {
    silence.mockRestore();
    if (CDK8S_OUTDIR === undefined) delete process.env.CDK8S_OUTDIR;
    else process.env.CDK8S_OUTDIR = CDK8S_OUTDIR;
    rmSync(directory, { recursive: true });
  }
}

/** Finds manifests in files by kind and name. */
export function findManifest(files: Files): (kind: string, name: string) => Manifest {
  const manifests = Object.values(files).flatMap((text) => loadAll(text) as Manifest[]);
  return (kind, name) => {
    const found = manifests.filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
    if (found.length !== 1) throw new Error(`${found.length} manifests are ${kind}/${name}`);
    return found[0];
  };
}

function readFiles(directory: string): Files {
  const files = readdirSync(directory, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(directory, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')];
    }),
  );
}
