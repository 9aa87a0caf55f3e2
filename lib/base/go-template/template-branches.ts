import { type TemplatePart, templateParts } from './template-blocks';

/** More ways through a template than this are not tried. */
const MAX_WAYS = 64;
const MAX_BLOCKS = 50;

/** Stands for what an action prints. */
const PRINTED = '__template__';

/** For each condition, by its text, the number of the branch that is taken. */
type Choices = ReadonlyMap<string, number>;

/** A text that a template may print. */
export interface PossibleText {
  readonly text: string;
  /** Whether its lines are those of the template. */
  readonly keepsLines: boolean;
}

/**
 * The texts a template may print, by the branches that are taken and by whether its actions print nothing or a value.
 * Equal conditions are decided equally. Undefined for a template with too many branches to try them all.
 */
export function possibleTexts(parts: readonly TemplatePart[]): Iterable<PossibleText> | undefined {
  const outcomes = countOutcomes(parts);
  if (!outcomes) return undefined;
  return renderAll(parts, outcomes);
}

function* renderAll(
  parts: readonly TemplatePart[],
  outcomes: ReadonlyMap<string, number>,
): Generator<PossibleText, void> {
  for (const choices of waysThrough(outcomes)) {
    for (const printed of ['where due', 'always', 'never'] as const) {
      for (const keepsLines of [true, false])
        yield { text: renderText(parts, choices, printed, keepsLines), keepsLines };
    }
  }
}

/** How many outcomes each condition has; undefined if there are too many in all. */
function countOutcomes(parts: readonly TemplatePart[]): ReadonlyMap<string, number> | undefined {
  const outcomes = new Map<string, number>();
  const open: { readonly condition: string; branches: number; hasRest: boolean }[] = [];
  let blocks = 0;
  for (const { type, text } of parts) {
    const block = open.at(-1);
    if (type === 'open') {
      blocks += 1;
      open.push({ condition: text, branches: 1, hasRest: false });
    } else if (type === 'else' && block) {
      block.branches += 1;
      block.hasRest = text === 'else';
    } else if (type === 'end' && block) {
      open.pop();
      if (isDefinition(block.condition)) continue;
      const count = block.hasRest ? block.branches : block.branches + 1;
      outcomes.set(block.condition, Math.max(count, outcomes.get(block.condition) ?? 0));
    }
  }
  let ways = 1;
  for (const count of outcomes.values()) ways *= count;
  return ways > MAX_WAYS || blocks > MAX_BLOCKS ? undefined : outcomes;
}

/** Every combination of outcomes, first branches first. */
function waysThrough(outcomes: ReadonlyMap<string, number>): readonly Choices[] {
  let ways: readonly Choices[] = [new Map()];
  for (const [condition, count] of outcomes) {
    ways = ways.flatMap((way) => Array.from({ length: count }, (_, branch) => new Map([...way, [condition, branch]])));
  }
  return ways;
}

function renderText(
  parts: readonly TemplatePart[],
  choices: Choices,
  printed: 'where due' | 'always' | 'never',
  keepsLines: boolean,
): string {
  let result = '';
  let branches: readonly { readonly chosen: number; readonly at: number }[] = [];
  parts.forEach(({ type, text }, index) => {
    const block = branches.at(-1);
    const isActive = branches.every(({ chosen, at }) => chosen === at);
    if (type === 'open') {
      const chosen = isDefinition(text) ? -1 : (choices.get(text) ?? 0);
      branches = [...branches, { chosen, at: 0 }];
    } else if (type === 'else' && block) {
      branches = [...branches.slice(0, -1), { ...block, at: block.at + 1 }];
    } else if (type === 'end') {
      branches = branches.slice(0, -1);
    } else if (isActive && type === 'text') {
      result += keepsLines ? text : trimmed(parts, index);
    } else if (isActive && type === 'print') {
      const isDue = printed === 'always' || (printed === 'where due' && !isAlone(parts, index));
      result += isDue ? PRINTED : '';
    }
    const isLeftOut = type !== 'text' || !isActive;
    if (keepsLines && isLeftOut) result += text.replace(/[^\n]/g, '');
  });
  return result;
}

/** A text without what the actions around it take away. */
function trimmed(parts: readonly TemplatePart[], index: number): string {
  let text = parts[index]?.text ?? '';
  if (parts[index - 1]?.trims[1]) text = text.trimStart();
  if (parts[index + 1]?.trims[0]) text = text.trimEnd();
  return text;
}

/** Whether an action has its line for itself: then it prints a part of the document, or nothing. */
function isAlone(parts: readonly TemplatePart[], index: number): boolean {
  const before = parts[index - 1]?.text ?? '\n';
  const after = parts[index + 1]?.text ?? '\n';
  return /(?:^|\n)[ \t]*$/.test(before) && /^[ \t]*(?:\r?\n|$)/.test(after);
}

function isDefinition(text: string): boolean {
  return text.startsWith('define');
}

/** Whether a line of a template may be printed that decides where the lines after it belong. */
export function mayPrintStructure(template: string): boolean {
  const parts = templateParts(template);
  return (
    !parts || parts.some(({ type, text }, index) => type === 'print' && isAlone(parts, index) && !VALUES.test(text))
  );
}

/** What prints all of a value, for a key that stands before it. */
const VALUES = /\b(?:toYaml|toJSON|toJsonMap|structToJSON|protoToJSON|template|include)\b/;
