/** Sorts texts by their characters, the same everywhere: other than `localeCompare` it knows no language. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Sorts objects by their `namespace/name`. */
export function compareRefs(a: { readonly ref: string }, b: { readonly ref: string }): number {
  return compareTexts(a.ref, b.ref);
}
