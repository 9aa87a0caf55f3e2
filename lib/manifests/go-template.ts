/** Stands where an action was, so that the rest can be read; no manifest has such a value by itself. */
const PLACEHOLDER = '__template__';

/**
 * The YAML that a Go template would most fully print: control lines (`{{ if … }}`, `{{- end }}`) become blank lines,
 * so every branch counts at once, and each other action becomes a placeholder. Lines keep their numbers.
 */
export function templateToYaml(template: string): string {
  return template
    .replace(/^[ \t]*(?:\{\{(?:[^}]|\}(?!\}))*\}\}[ \t]*)+\r?$/gm, (lines) => lines.replace(/[^\r\n]/g, ''))
    .replace(/\{\{(?:[^}]|\}(?!\}))*\}\}/g, (action) => PLACEHOLDER + action.replace(/[^\n]/g, ''));
}

/** Line, from 0, of the first action that stands where YAML has no place for it; undefined if there is none. */
export function findTemplateAction(text: string): number | undefined {
  const lines = text.split('\n');
  const found = lines.findIndex((line) => {
    const before = line.slice(0, Math.max(line.indexOf('{{'), 0)).trimEnd();
    return line.includes('{{') && (/^[\s-]*$/.test(before) || (before.endsWith(':') && !/[#'"]/.test(before)));
  });
  return found === -1 ? undefined : found;
}
