/** Directory of the files that replace objects of the rest, as `MeshApp` writes them: not to be applied with it. */
export const VARIANTS_FOLDER = 'variants';

/** Whether a file is in a {@link VARIANTS_FOLDER}; one further up may belong to another tool. */
export function isVariant(file: string): boolean {
  return file.split(/[\\/]/).at(-2) === VARIANTS_FOLDER;
}
