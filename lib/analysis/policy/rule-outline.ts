import { field, isList, type JsonValue, listAt, textAt } from '../../base/json';
import type { PolicyFieldName } from '../../upstream/istio/policy-fields';

/**
 * What a rule is about at a first glance. Nearly all rules name their callers and methods, and those of two rules mostly have
 * nothing in common: then neither covers the other, which is known without compiling either.
 */
export interface RuleOutline {
  /** Its principals without their trust domains, of which a mesh may have several; undefined if it is not about these alone. */
  readonly callers: readonly string[] | undefined;
  /** Its methods; undefined if it is not about these alone. */
  readonly methods: readonly string[] | undefined;
  /**
   * Values of one field by which it is looked up: whatever it covers has values of that field, each covered by one of these. Undefined
   * if it asks for nothing of the kind.
   */
  readonly asks: FieldValues | undefined;
  /** One value of each field that it has in every alternative: what covers the rule covers these. */
  readonly has: readonly FieldValue[];
}

/** A field of rules with patterns of its values. */
export interface FieldValues {
  readonly field: string;
  readonly values: readonly string[];
  /** Whether an asterisk at the end of a value stands for any rest. */
  readonly isStarred: boolean;
}

/** A field of rules with one value. */
export interface FieldValue {
  readonly field: string;
  readonly value: string;
}

/** Fields that rules are looked up by, those with the most different values first. */
const LOOKED_UP: readonly (readonly [list: 'from' | 'to', part: string, field: PolicyFieldName, isStarred: boolean])[] =
  [
    ['from', 'source', 'serviceAccounts', false],
    ['to', 'operation', 'paths', true],
    ['to', 'operation', 'hosts', true],
    ['from', 'source', 'namespaces', false],
    ['to', 'operation', 'ports', false],
  ];

/** Conditions that no field of a source or an operation stands for. */
const OWN_CONDITION = /^request\.(?:headers|auth\.claims)\[/;

/** The outline of an entry of a policy's `rules`. */
export function outlineOf(rule: JsonValue): RuleOutline {
  return new Outline(rule);
}

/** What rules are looked up by is read only where there are so many that they are looked up. */
class Outline implements RuleOutline {
  public readonly callers: readonly string[] | undefined;
  public readonly methods: readonly string[] | undefined;
  private known: readonly FieldValues[] | undefined;

  public constructor(private readonly rule: JsonValue) {
    const principals = exactValues(listAt(rule, 'from'), 'source', 'principals');
    this.callers = principals?.map((principal) => principal.slice(principal.indexOf('/') + 1));
    this.methods = exactValues(listAt(rule, 'to'), 'operation', 'methods');
  }

  public get asks(): FieldValues | undefined {
    return this.fields[0];
  }

  public get has(): readonly FieldValue[] {
    return this.fields.flatMap(({ field: name, values: [value] }) =>
      value === undefined ? [] : { field: name, value },
    );
  }

  private get fields(): readonly FieldValues[] {
    this.known ??= fieldsOf(this.rule, this.callers);
    return this.known;
  }
}

/** The fields that every alternative of a rule has, by which rules are looked up. */
function fieldsOf(rule: JsonValue, callers: readonly string[] | undefined): readonly FieldValues[] {
  const found: FieldValues[] = callers === undefined ? [] : [{ field: 'callers', values: callers, isStarred: false }];
  for (const [list, part, name, isStarred] of LOOKED_UP) {
    const values = allValues(listAt(rule, list), part, name);
    if (values !== undefined) found.push({ field: name, values, isStarred });
  }
  for (const condition of listAt(rule, 'when')) {
    const key = textAt(condition, 'key') ?? '';
    const values = OWN_CONDITION.test(key) ? allValues([condition], undefined, 'values') : undefined;
    if (values !== undefined) found.push({ field: key, values, isStarred: false });
  }
  return found;
}

/** Whether a rule may match everything that another rule matches; false only if it certainly does not. */
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
  const values = allValues(alternatives, part, name);
  return values?.some((value) => value.includes('*')) ? undefined : values;
}

/** All values of a field that every alternative has; undefined if one has none. */
function allValues(
  alternatives: readonly JsonValue[],
  part: string | undefined,
  name: string,
): readonly string[] | undefined {
  const lists: (readonly string[])[] = [];
  for (const alternative of alternatives) {
    const list = field(part === undefined ? alternative : field(alternative, part), name);
    if (!isList(list) || list.length === 0 || !list.every((value) => typeof value === 'string')) return undefined;
    lists.push(list);
  }
  // Nearly all rules have one alternative, whose list is not copied.
  return lists.length > 1 ? lists.flat() : lists[0];
}
