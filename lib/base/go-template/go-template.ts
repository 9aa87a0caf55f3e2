/** Stands where an action was, so that the rest can be read; no manifest has such a value by itself. */
const PLACEHOLDER = '__template__';

/** An action `{{ … }}` of a template in Go's or Teleport's notation. */
export interface TemplateAction {
  /** What stands between the braces. */
  readonly inner: string;
  /** Offset of the first brace. */
  readonly start: number;
  /** Offset after the last brace. */
  readonly end: number;
}

/**
 * The actions of a template, in order; one that is never closed is none.
 *
 * Looks at each character once: a regular expression would begin anew at every brace of a text that closes none.
 */
export function templateActions(template: string): readonly TemplateAction[] {
  const actions: TemplateAction[] = [];
  let start = template.indexOf('{{');
  while (start !== -1) {
    const close = template.indexOf('}}', start + 2);
    if (close === -1) break;
    actions.push({ inner: template.slice(start + 2, close), start, end: close + 2 });
    start = template.indexOf('{{', close + 2);
  }
  return actions;
}

/** The template with something else in place of each of its actions. */
export function replaceActions(template: string, replacement: (action: TemplateAction) => string): string {
  let result = '';
  let end = 0;
  for (const action of templateActions(template)) {
    result += template.slice(end, action.start) + replacement(action);
    end = action.end;
  }
  return result + template.slice(end);
}

/**
 * The YAML that a Go template would most fully print: control lines (`{{ if … }}`, `{{- end }}`) become blank lines,
 * so every branch counts at once, and each other action becomes a placeholder. Lines keep their numbers.
 */
export function templateToYaml(template: string): string {
  const control = controlActions(template);
  const printed = replaceActions(template, (action) => {
    const lineEnds = action.inner.replace(/[^\r\n]/g, '');
    return control.has(action.start) ? lineEnds : PLACEHOLDER + lineEnds;
  });
  // Spaces left on a line would count as the indentation of a block that begins there.
  return printed.replace(/^[ \t]+(?=\r?$)/gm, '');
}

/** Where the actions begin that share their lines with nothing but other actions. */
function controlActions(template: string): ReadonlySet<number> {
  const control = new Set<number>();
  let row: number[] = [];
  let isAlone = false;
  let end = 0;
  const endRow = (between: string) => {
    if (isAlone && /^[ \t]*(?:\r?\n|\r?$)/.test(between)) for (const start of row) control.add(start);
  };
  for (const action of templateActions(template)) {
    const between = template.slice(end, action.start);
    if (row.length === 0 || !isBlank(between)) {
      endRow(between);
      row = [];
      isAlone = isBlank(between.slice(between.lastIndexOf('\n') + 1)) && (end === 0 || between.includes('\n'));
    }
    row.push(action.start);
    end = action.end;
  }
  endRow(template.slice(end));
  return control;
}

function isBlank(text: string): boolean {
  return /^[ \t]*$/.test(text);
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
