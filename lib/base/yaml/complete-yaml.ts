import { load, loadAll, YAMLException } from 'js-yaml';
import type { JsonValue } from '../json';
import { type PaddedText, readWithLooseFlow, UnclosedError } from './flow-indentation';
import { goRefusal, mayBeRefused } from './go-refusals';
import { GO_SCHEMA, NotJsonError } from './go-schema';
import { MAX_DEPTH } from './max-depth';
import { splitDocuments } from './split-documents';
import type { YamlError, YamlOptions, YamlResult } from './yaml-result';

/** More values than a legitimate document gets by using aliases: above that it is an alias bomb. */
const MAX_VALUES_WITH_ALIASES = 100_000;

/** Reads one YAML document, whatever there is in it, with a parser that takes time to load; never throws. */
export function readCompletely(text: string, { duplicateKeys, rereading }: YamlOptions): YamlResult {
  try {
    const options = { schema: GO_SCHEMA, maxDepth: MAX_DEPTH, json: duplicateKeys === 'last-wins' };
    const read = (padded: PaddedText) => ({ value: load(padded.text, options) as JsonValue, padded });
    const { value, padded } = readWithLooseFlow(text, read, rereading);
    if (text.includes('*') && !isSmall(value)) {
      return {
        error: { reason: 'alias-bomb', message: 'its aliases expand to too many values', line: 0, column: 0 },
      };
    }
    // What had to be moved to be read is looked at as it was moved, or the look would end where our parser does.
    const refusal = goRefusal(padded.text);
    if (refusal === undefined) return { value };
    const { line, column } = lineAndColumnOf(padded.text, refusal.offset);
    const moved = padded.padding.get(line) ?? 0;
    return { error: { reason: 'refused', message: refusal.message, line, column: Math.max(0, column - moved) } };
  } catch (error) {
    return { error: toYamlError(error, text) };
  }
}

/** Reads all documents of a stream at once, without empty ones; undefined if there is anything wrong. */
export function readCompleteStream(text: string): readonly JsonValue[] | undefined {
  if (mayBeRefused(text)) return undefined;
  try {
    const values = loadAll(text, { schema: GO_SCHEMA, maxDepth: MAX_DEPTH }) as JsonValue[];
    const filled = values.filter((value) => value !== null && value !== undefined);
    return text.includes('*') && !filled.every(isSmall) ? undefined : filled;
  } catch {
    return undefined;
  }
}

function toYamlError(error: unknown, text: string): YamlError {
  if (error instanceof UnclosedError) {
    const { message, what, opened, noticed = opened } = error;
    return { reason: 'syntax', message, ...noticed, unclosed: { what, ...opened } };
  }
  if (error instanceof NotJsonError) return { reason: 'syntax', message: error.message, line: 0, column: 0 };
  if (!(error instanceof YAMLException)) {
    return { reason: 'syntax', message: 'it cannot be read as YAML', line: 0, column: 0 };
  }
  if (error.reason.includes('single document')) {
    const second = splitDocuments(text).filter(({ hasContent }) => hasContent)[1];
    return { reason: 'syntax', message: 'a second document begins here', line: second?.linesBefore ?? 0, column: 0 };
  }
  const { line = 0, column = 0 } = error.mark ?? {};
  const isIndentation = error.reason === 'deficient indentation';
  const message = isIndentation
    ? 'brackets or quotes opened on earlier lines are not closed'
    : withoutQuotes(error.reason);
  return { reason: reasonOf(error.reason), message, line, column };
}

/** What is wrong without the text that is: a password that begins with `*` or `!` and is not in quotes is an alias or a tag to a parser. */
function withoutQuotes(reason: string): string {
  return reason.replace(/ ".*"| !<.*>|: .*$/s, '');
}

function lineAndColumnOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length - 1, column: offset - (before.lastIndexOf('\n') + 1) };
}

function reasonOf(message: string): YamlError['reason'] {
  if (message.includes('duplicated mapping key')) return 'duplicate-key';
  if (message.includes('maxDepth')) return 'nesting';
  if (message.includes('maxTotalMergeKeys')) return 'alias-bomb';
  return 'syntax';
}

/** Whether walking the value ends within reason: aliases can make a few lines unfold without end. */
function isSmall(root: JsonValue): boolean {
  let left = MAX_VALUES_WITH_ALIASES;
  const walk = (value: JsonValue, depth: number): boolean => {
    left -= 1;
    if (left < 0 || depth > MAX_DEPTH) return false;
    if (typeof value !== 'object' || value === null) return true;
    return Object.values(value).every((child) => walk(child, depth + 1));
  };
  return walk(root, 0);
}
