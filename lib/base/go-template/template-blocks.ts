import { type TemplateAction, templateActions } from './go-template';

/** A piece of a Go template. */
export interface TemplatePart {
  readonly type: 'text' | 'print' | 'silent' | 'open' | 'else' | 'end';
  /** A text; the inner part of an action, without what trims around it. */
  readonly text: string;
  /** Offset in the template. */
  readonly start: number;
  /** Whether the action takes away the space before it, and after it. */
  readonly trims: readonly [before: boolean, after: boolean];
}

/** Why a template cannot be read as one, and where. */
export interface TemplateDefect {
  /** From 0. */
  readonly line: number;
  /** What is wrong, as a clause. */
  readonly problem: string;
}

/**
 * The parts of a template, in order; undefined for one with a comment around other actions, which are not looked for
 * inside of it here.
 */
export function templateParts(template: string): readonly TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  let end = 0;
  const addText = (text: string) => {
    if (text !== '') parts.push({ type: 'text', text, start: end, trims: [false, false] });
  };
  for (const action of templateActions(template)) {
    addText(template.slice(end, action.start));
    const part = toPart(action);
    if (part.text.startsWith('/*') && !part.text.endsWith('*/')) return undefined;
    parts.push(part);
    end = action.end;
  }
  addText(template.slice(end));
  return parts;
}

function toPart({ inner, start }: TemplateAction): TemplatePart {
  const trims = [/^-\s/.test(inner), /\s-$/.test(inner)] as const;
  const text = inner.slice(trims[0] ? 1 : 0, trims[1] ? -1 : undefined).trim();
  return { type: typeOf(text), text, start, trims };
}

function typeOf(text: string): TemplatePart['type'] {
  const keyword = /^[a-z]+(?![\w.])/.exec(text)?.[0] ?? '';
  if (['if', 'range', 'with', 'define', 'block'].includes(keyword)) return 'open';
  if (keyword === 'else' || keyword === 'end') return keyword;
  const isAssignment = /^\$\w*(?:\s*,\s*\$\w*)?\s*:?=(?!=)/.test(text);
  return isAssignment || text.startsWith('/*') || ['break', 'continue'].includes(keyword) ? 'silent' : 'print';
}

/** What Go's parser refuses for certain: an action that is never closed, or blocks that do not match their ends. */
export function findUnbalanced(template: string, parts: readonly TemplatePart[]): TemplateDefect | undefined {
  const open: TemplatePart[] = [];
  for (const part of parts) {
    if (part.type === 'open') open.push(part);
    else if (part.type === 'end' || part.type === 'else') {
      if (open.length === 0) return defectAt(template, part.start, `has {{ ${part.type} }} without a block`);
      if (part.type === 'end') open.pop();
    }
    const unclosed = part.type === 'text' ? part.text.indexOf('{{') : -1;
    if (unclosed !== -1) return defectAt(template, part.start + unclosed, 'has {{ without }}');
  }
  const last = open.at(-1);
  const keyword = last?.text.split(/\s/)[0];
  return last && defectAt(template, last.start, `has {{ ${keyword} }} without {{ end }}`);
}

function defectAt(template: string, offset: number, problem: string): TemplateDefect {
  return { line: template.slice(0, offset).split('\n').length - 1, problem };
}
