/**
 * Ends with an error unless the `package.json` in the current directory names a repository, without which npm refuses provenance, and nobody
 * who finds the package can read where it comes from. It stands in no commit, as each fork has another: the release workflow writes it.
 */
import { readFileSync } from 'node:fs';

const { repository } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly repository?: string | { readonly url?: string };
};
const url = typeof repository === 'string' ? repository : (repository?.url ?? '');
if (!/^git\+https:\/\/[^/]+\/[^/]+\/.+\.git$/.test(url)) {
  process.stderr.write(
    `package.json names no repository (repository.url is ${JSON.stringify(url)}). Fix: publish with .github/workflows/release.yml, which writes its own, or run ` +
      '"npm pkg set repository.type=git repository.url=git+https://<host>/<owner>/<name>.git" first\n',
  );
  process.exitCode = 1;
}
