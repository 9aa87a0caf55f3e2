import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { editorSchemaComment, INSTALLED_SCHEMA } from '../base/editor-schema';

/**
 * The comment that tells editors with yaml-language-server which schema a table of expectations has. Empty where the
 * package is not installed in a directory above, as there is nothing to point to.
 *
 * @param file absolute path of the table
 */
export function schemaCommentFor(file: string): string {
  const own = dirname(file);
  for (let folder = own; ; folder = dirname(folder)) {
    const schema = join(folder, INSTALLED_SCHEMA);
    if (existsSync(schema)) return editorSchemaComment(relative(own, schema).split(sep).join('/'));
    if (folder === dirname(folder)) return '';
  }
}
