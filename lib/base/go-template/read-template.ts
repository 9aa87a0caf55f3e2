import { isList, isObject, type JsonObject, type JsonValue } from '../json';
import type { YamlResult } from '../yaml/yaml-result';
import { readYaml } from '../yaml/yaml-value';
import { templateToYaml } from './go-template';
import { findUnbalanced, type TemplateDefect, templateParts } from './template-blocks';
import { possibleTexts } from './template-branches';
import { printLiterals } from './template-literals';

/** Longer ones are not tried branch by branch. */
const MAX_CHARACTERS = 100_000;

/** What can be known of an injection template without what it is rendered with. */
export interface ReadTemplate {
  /** A text that it may print, line for line; empty if none is known. */
  readonly yaml: string;
  /** What that text holds: all branches at once where that can be. */
  readonly body: JsonObject;
  /** Why istiod can never make pods of it; undefined if it may. */
  readonly defect: TemplateDefect | undefined;
}

/** Reads an injection template; one that is not YAML without its actions still counts as one that exists. */
export function readTemplate(written: string): ReadTemplate {
  const unknown = { yaml: '', body: {}, defect: undefined };
  const template = printLiterals(written);
  if (template === undefined) return unknown;
  const merged = templateToYaml(template);
  const parts = templateParts(template);
  const unbalanced = parts && findUnbalanced(template, parts);
  if (unbalanced) return { yaml: '', body: {}, defect: unbalanced };
  const { value, error } = readPrinted(merged);
  if (isObject(value)) return { yaml: merged, body: value, defect: undefined };
  const texts = parts && template.length <= MAX_CHARACTERS ? possibleTexts(parts) : undefined;
  if (!texts || value === null) return unknown;
  let isPossible = false;
  for (const { text, keepsLines } of texts) {
    const { value: printed } = readPrinted(text);
    if (isObject(printed) && keepsLines) return { yaml: text, body: printed, defect: undefined };
    isPossible ||= isObject(printed) || printed === null;
  }
  if (isPossible) return unknown;
  const problem = error ? `is not YAML: ${error.message}` : `is ${nameOf(value)}, not a mapping`;
  return { ...unknown, defect: { line: error?.line ?? 0, problem } };
}

/** A template's branches may set one key each, so for it a key that stands twice is not a mistake; nor is nothing at all. */
function readPrinted(text: string): YamlResult {
  const isEmpty = text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
  return isEmpty ? { value: null } : readYaml(text, { duplicateKeys: 'last-wins' });
}

function nameOf(value: JsonValue | undefined): string {
  return isList(value) ? 'a list' : 'a single value';
}
