import { InvalidArgumentError, Option } from 'commander';

/** The flag of every command that reads directories. */
export function excludeOption(): Option {
  return new Option(
    '--exclude <glob>',
    'exclude files and directories with this name or, if it contains a slash, with this path relative to the working directory or to an input directory; * and ? match within a name, ** matches across directories; may be repeated',
  ).argParser(addGlob);
}

function addGlob(text: string, before: readonly string[] = []): readonly string[] {
  if (toPath(text) === '')
    throw new InvalidArgumentError('Write a name such as "charts" or a path such as "deploy/**/test-*.yaml".');
  return [...before, text];
}

/**
 * Whether a path is left out.
 *
 * @param globs as the user wrote them: without a slash inside for a name anywhere, else for a path
 * @param path relative, with either slash
 */
export function isExcluded(globs: readonly string[], path: string): boolean {
  const parts = toPath(path).split('/');
  const name = parts.at(-1) ?? '';
  return globs.some((glob) => {
    const pattern = toPath(glob);
    return toRegExp(pattern).test(pattern.includes('/') ? parts.join('/') : name);
  });
}

/** Forward slashes, without `./` in front and a slash at the end. */
function toPath(text: string): string {
  return text
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');
}

function toRegExp(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (token) => {
    if (token === '**/') return '(?:[^/]+/)*';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    return token === '?' ? '[^/]' : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
