import type { ManifestFile } from '../../../../../lib/model/documents/manifest-file';

/** Files of a text in which each begins with a line `# folder/file.yaml`. */
export function filesOf(text: string): readonly ManifestFile[] {
  return text
    .split(/^# (?=\S+\.yaml$)/m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { file: part.slice(0, end), text: part.slice(end + 1).replace(/---\n$/, '') };
    });
}
