import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from '../lib/base/cached';
import { filesBelow } from '../test/golden/written-files';

const REQUIRED = /\brequire\("(\.[^"]+)"\)/g;

/** Which compiled tests load which compiled files, read from their imports once. */
export class RelatedTests {
  private readonly imports = new Map<string, readonly string[]>();
  private readonly loadedByTest: ReadonlyMap<string, ReadonlySet<string>>;

  /** @param build the folder with the compiled `lib` and `test` */
  public constructor(
    private readonly build: string,
    isWanted: (test: string) => boolean = () => true,
  ) {
    const tests = [...filesBelow(join(build, 'test')).keys()].filter((path) => path.endsWith('.test.js'));
    this.loadedByTest = new Map(
      tests.filter(isWanted).map((test) => [test, this.everythingLoadedBy(join(build, 'test', test))]),
    );
  }

  /**
   * The tests that load a file: the one of its name, those of its folder, the cases, which hold whole inputs with their answers, and
   * then those that load the fewest files.
   */
  public of(file: string): readonly string[] {
    const nearness = (test: string) =>
      test === file.replace(/\.js$/, '.test.js')
        ? 0
        : dirname(test) === dirname(file)
          ? 1
          : test.startsWith('cases/')
            ? 2
            : 3;
    return [...this.loadedByTest]
      .filter(([, loaded]) => loaded.has(join(this.build, 'lib', file)))
      .map(([test, loaded]) => ({ test, nearness: nearness(test), loads: loaded.size }))
      .sort((a, b) => a.nearness - b.nearness || a.loads - b.loads || (a.test < b.test ? -1 : 1))
      .map(({ test }) => test);
  }

  private everythingLoadedBy(path: string): ReadonlySet<string> {
    const loaded = new Set([path]);
    for (const one of loaded) for (const next of this.importsOf(one)) loaded.add(next);
    return loaded;
  }

  private importsOf(path: string): readonly string[] {
    return cached(this.imports, path, () =>
      path.endsWith('.js')
        ? [...readFileSync(path, 'utf8').matchAll(REQUIRED)].flatMap(([, name = '']) =>
            this.fileOf(join(dirname(path), name)),
          )
        : [],
    );
  }

  private fileOf(path: string): readonly string[] {
    return [`${path}.js`, path].filter((one) => existsSync(one) && one.startsWith(this.build)).slice(0, 1);
  }
}
