import { replaceActions, type TemplateAction, templateActions } from './go-template';

/** A string that Go takes from an action as it stands, and nothing beside it. */
const LONE_LITERAL = /^(?:print\s+)?("(?:[^"\\\n]|\\.)*"|`[^`]*`)$/;

/** A string of Go, or what begins as one; it matches whatever follows, so that no character is looked at twice. */
const LITERALS = /"((?:[^"\\\n]|\\.)*)("?)|`([^`]*)(`?)/g;

/** What makes more of a text than a part of one plain value: YAML's own signs, an indentation, an escaped character. */
const STRUCTURE = /[{}[\],#'"|>\\\n]|:(?:\s|$)|^-(?:\s|$)|^\s/;

/**
 * The template with its literals, such as `{{ "{" }}`, printed; lines keep their numbers. Undefined if other actions
 * hold texts that may become a part of the YAML's structure: then what stands around the actions says too little.
 */
export function printLiterals(template: string): string | undefined {
  if (templateActions(template).some((action) => printedBy(action) === undefined && mayHoldStructure(action))) {
    return undefined;
  }
  // Braces that are printed would be taken for those of an action.
  const printed = replaceActions(template, (action) => printedBy(action) ?? ' ');
  const written = replaceActions(template, () => ' ');
  if (printed.includes('{{') && !written.includes('{{')) return undefined;
  return replaceActions(template, (action) => printedBy(action) ?? template.slice(action.start, action.end));
}

/** What an action prints, in its line, if that is written in it. */
function printedBy({ inner }: TemplateAction): string | undefined {
  const literal = LONE_LITERAL.exec(inner.trim())?.[1];
  const text = literal?.startsWith('"') ? unquote(literal) : literal?.slice(1, -1);
  return text === undefined || `${inner}${text}`.includes('\n') ? undefined : text;
}

/** A quoted string of Go; undefined if it has one of the escapes that JSON does not. */
function unquote(literal: string): string | undefined {
  try {
    return String(JSON.parse(literal));
  } catch {
    return undefined;
  }
}

/** Whether an action may print YAML's signs, or seems to end within a string, where braces end nothing. */
function mayHoldStructure({ inner }: TemplateAction): boolean {
  const text = inner.replace(/^-?\s*/, '');
  if (text.startsWith('/*')) return false;
  const isCondition = /^(?:else\s+)?if\b/.test(text);
  return Array.from(text.matchAll(LITERALS)).some(([, quoted, quote, raw, tick]) => {
    const isClosed = (quote ?? tick) !== '';
    return !isClosed || (!isCondition && STRUCTURE.test(quoted ?? raw ?? ''));
  });
}
