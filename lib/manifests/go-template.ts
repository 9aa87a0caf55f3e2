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

/** Whether the text has actions of a Go template, as a Helm chart's templates do, where YAML cannot have them. */
export function looksLikeTemplate(text: string): boolean {
  return /^[ \t]*\{\{[-#/\s]|^[ \t-]*(?:[^\s#'"][^\n#'"]*:[ \t]+)?\{\{-?[ \t]*[\w.$"(]/m.test(text);
}
