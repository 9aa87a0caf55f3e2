import { isList, type JsonValue, listAt, objectAt } from '../../base/json';

/**
 * What a rule is about at a first glance. Nearly all rules name their callers and methods, and those of two rules mostly have
 * nothing in common: then neither covers the other, which is known without compiling either.
 */
export interface RuleOutline {
  /** Its principals without their trust domains, of which a mesh may have several; undefined if it is not about these alone. */
  readonly callers: readonly string[] | undefined;
  /** Its methods; undefined if it is not about these alone. */
  readonly methods: readonly string[] | undefined;
}

/** The outline of an entry of a policy's `rules`. */
export function outlineOf(rule: JsonValue): RuleOutline {
  const callers = exactValues(listAt(rule, 'from'), 'source', 'principals');
  return {
    callers: callers?.map((principal) => principal.slice(principal.indexOf('/') + 1)),
    methods: exactValues(listAt(rule, 'to'), 'operation', 'methods'),
  };
}

/** Whether a rule may match whatever another one does; if not, it surely does not. */
export function mayCover(wide: RuleOutline, narrow: RuleOutline): boolean {
  return mayHold(wide.callers, narrow.callers) && mayHold(wide.methods, narrow.methods);
}

/** A list of values holds nothing that is not about such values, and nothing without one of its own. */
function mayHold(wide: readonly string[] | undefined, narrow: readonly string[] | undefined): boolean {
  if (wide === undefined) return true;
  if (narrow === undefined) return false;
  for (const value of narrow) if (wide.includes(value)) return true;
  return false;
}

/** All values of a field that every alternative has; undefined if one has none, or one that stands for several. */
function exactValues(alternatives: readonly JsonValue[], part: string, name: string): readonly string[] | undefined {
  const values: string[] = [];
  for (const alternative of alternatives) {
    const list = objectAt(alternative, part)[name];
    if (!isList(list) || list.length === 0) return undefined;
    for (const value of list) {
      if (typeof value !== 'string' || value.includes('*')) return undefined;
      values.push(value);
    }
  }
  return alternatives.length === 0 ? undefined : values;
}
