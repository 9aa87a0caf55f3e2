import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { editorSchemaComment, INSTALLED_SCHEMA } from '../base/editor-schema';
import { directoriesUp } from './directories-up';

/**
 * The comment that tells editors with yaml-language-server which schema a table of expectations has. Empty where the
 * package is not installed in a directory above, as there is nothing to point to.
 *
 * @param file absolute path of the table
 */
export function schemaCommentFor(file: string): string {
  const own = dirname(file);
  for (const directory of directoriesUp(own)) {
    const schema = join(directory, INSTALLED_SCHEMA);
    if (existsSync(schema)) return editorSchemaComment(relative(own, schema).split(sep).join('/'));
  }
  return '';
}
