/** Path of the JSON schema of expectations, from the directory of a project that has this package installed. */
export const INSTALLED_SCHEMA = 'node_modules/cdk8s-teleport-istio/access.schema.json';

/**
 * The comment by which editors with yaml-language-server find the schema of a file.
 *
 * @param path of the schema from the file's directory, with forward slashes
 */
export function editorSchemaComment(path: string): string {
  return `# yaml-language-server: $schema=${path}\n`;
}
