/** What may stand between two names of a path: the API server refuses `..`, and leaves `//` and `/./` as they are. */
const SEPARATOR = '/(?:\\.?/)*';
const END = '(?:/\\.?)*';

/**
 * A regular expression of RE2 for host paths through which a directory can be reached: the directory, what is in it, and every
 * directory above it. `/var/run` is another name of `/run`.
 *
 * @param directory absolute, without a slash at the end
 */
export function hostPathPattern(directory: string): string {
  const names = directory.split('/').filter((name) => name !== '');
  const below = names.reduceRight((rest, name, index) => {
    const before = index === 0 ? '' : SEPARATOR;
    return `(?:${before}${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}${rest})?`;
  }, '(?:/.*)?');
  const alias = names[0] === 'run' ? `(?:var${SEPARATOR})?` : '';
  return `^(?:/\\.?)+$|^${SEPARATOR}${alias}${below}${END}$`;
}
