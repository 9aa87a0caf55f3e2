/** Writes a JSON pointer (RFC 6901) to the value at these keys and list indexes: `/spec/rules/0`. */
export function toPointer(...path: readonly (string | number)[]): string {
  return path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys and indexes a JSON pointer names; the empty pointer names the whole document. */
export function fromPointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
