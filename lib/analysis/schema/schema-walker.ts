import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { nearName } from '../../base/near-names';
import type { JsonSchema } from './schema-files';
import { type JsonType, SchemaNode } from './schema-node';
import {
  ABOVE,
  BELOW,
  CHARACTERS,
  ENTRIES,
  FORBIDDEN,
  MISSING,
  type Misfit,
  NO_MATCH,
  NONE_OF,
  NONE_OF_TYPES,
  NOT_ALLOWED,
  NOT_ONE_OF,
  TOO_FEW,
  TOO_MANY,
  TOO_SHORT,
  TYPE_NAMES,
  UNKNOWN_CHOICE,
  type ViolationCode,
  WRONG_TYPE,
} from './violation-texts';

/** One place where a document and its schema differ. */
export type SchemaViolation =
  | {
      readonly type: 'unknown-field';
      readonly pointer: string;
      readonly field: string;
      /** The field that was probably meant; undefined if none is similar. */
      readonly meant: string | undefined;
    }
  | {
      readonly type: 'invalid-value';
      readonly pointer: string;
      /** What exactly is wrong; stays the same while texts change. */
      readonly code: ViolationCode;
      /** What is wrong, as a clause: `is a number, not a text`. */
      readonly problem: string;
    };

/** What else is right. */
export interface SchemaWalkerOptions {
  /**
   * A type besides text and whole numbers that a field of either may have.
   *
   * @default - none
   */
  readonly otherIntOrString?: 'boolean';
  /**
   * Whether documents are laid over others, so that nothing has to be there.
   *
   * @default false
   */
  readonly isPartial?: boolean;
}

/**
 * Compares a document with a schema that knows every field.
 *
 * Written for the few keywords our schemas use, instead of a general validator: nothing is compiled when the program
 * starts (ajv needs a fifth of a second for a Deployment's schema), and unknown fields come with the field that was
 * meant. `null` is as good as absent, which is how the API server takes it.
 */
export class SchemaWalker {
  private readonly violations: SchemaViolation[] = [];
  /** Keys and indexes on the way to the value that is looked at; only the first {@link depth} count. */
  private readonly path: (string | number)[] = [];
  private depth = 0;
  /** How often something did not fit, and how many branches are being tried: those leave no violations. */
  private misfits = 0;
  private trials = 0;
  private readonly nodes = new Map<JsonSchema, SchemaNode>();

  public constructor(
    private readonly definitions: Readonly<Record<string, JsonSchema>>,
    private readonly options: SchemaWalkerOptions = {},
  ) {}

  /** All differences; empty if there are none. */
  public validate(schema: JsonSchema, value: JsonValue): readonly SchemaViolation[] {
    this.violations.length = 0;
    this.walk(this.nodeOf(schema), value);
    return this.violations.length === 0 ? NONE : [...this.violations];
  }

  private walk(node: SchemaNode, value: JsonValue): void {
    if (value === null || !this.checkType(node, value) || node.isPlain) return;
    if (node.discriminator) {
      this.walkChoice(node.discriminator, value);
      return;
    }
    if (typeof value === 'string') this.walkText(node, value);
    else if (typeof value === 'number') this.walkNumber(node.schema, value);
    else if (isList(value)) this.walkList(node, value);
    else if (isObject(value)) this.walkObject(node, value);
    // A choice that may be a number too is protobuf's, which takes the number of a name as well.
    const isNumbered = node.isIntOrString && typeof value === 'number';
    if (node.allowed && !isNumbered && !node.allowed.includes(value)) this.refuse(NOT_ALLOWED, value, node.allowed);
    if (node.isCombined) this.walkCombination(node, value);
  }

  private nodeOf(schema: JsonSchema): SchemaNode {
    let node = this.nodes.get(schema);
    if (!node) {
      const target = schema.$ref === undefined ? undefined : this.definitions[schema.$ref];
      node = target ? this.nodeOf(target) : new SchemaNode(schema, (child) => this.nodeOf(child));
      this.nodes.set(schema, node);
    }
    return node;
  }

  private checkType(node: SchemaNode, value: JsonValue): boolean {
    if (node.isIntOrString) {
      if (typeof value === 'string' || Number.isInteger(value) || typeof value === this.options.otherIntOrString)
        return true;
      this.refuse(WRONG_TYPE, value, 'an integer or string');
      return false;
    }
    const { type, types } = node;
    if (types) {
      if (hasOneType(types, value)) return true;
      this.refuse(NONE_OF_TYPES, value, types);
      return false;
    }
    if (type === undefined || hasType(type, value)) return true;
    this.refuse(WRONG_TYPE, value, TYPE_NAMES[type]);
    return false;
  }

  private walkText({ schema, pattern }: SchemaNode, value: string): void {
    if (schema.minLength !== undefined && value.length < schema.minLength) {
      this.refuse(TOO_SHORT, value, schema.minLength);
    }
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      this.refuse(TOO_MANY, schema.maxLength, CHARACTERS);
    }
    if (pattern !== undefined && !pattern.test(value)) this.refuse(NO_MATCH, value, pattern.source);
  }

  private walkNumber(schema: JsonSchema, value: number): void {
    if (schema.minimum !== undefined && value < schema.minimum) this.refuse(BELOW, value, schema.minimum);
    if (schema.maximum !== undefined && value > schema.maximum) this.refuse(ABOVE, value, schema.maximum);
  }

  private walkList(node: SchemaNode, value: readonly JsonValue[]): void {
    const { schema } = node;
    const { items } = node.children;
    if (schema.minItems !== undefined && value.length < schema.minItems) {
      this.refuse(TOO_FEW, schema.minItems, ENTRIES);
    }
    if (schema.maxItems !== undefined && value.length > schema.maxItems) {
      this.refuse(TOO_MANY, schema.maxItems, ENTRIES);
    }
    if (!items) return;
    for (let index = 0; index < value.length; index += 1) {
      const inner = value[index] ?? null;
      if (items.isAnyText && typeof inner === 'string') continue;
      this.walkInto(index, items, inner);
    }
  }

  private walkObject(node: SchemaNode, value: JsonObject): void {
    const { schema, required } = node;
    const { properties, others } = node.children;
    let size = 0;
    for (const key in value) {
      size += 1;
      const child = properties.get(key) ?? others;
      if (child) {
        const inner = value[key] ?? null;
        if (child.isAnyText && typeof inner === 'string') continue;
        this.walkInto(key, child, inner);
      } else if (child === false) {
        this.refuseField(key, properties.keys());
      }
    }
    if (required.length > 0) this.checkRequired(required, value);
    if (schema.minProperties !== undefined && size < schema.minProperties) {
      this.refuse(TOO_FEW, schema.minProperties, ENTRIES);
    }
    if (schema.maxProperties !== undefined && size > schema.maxProperties) {
      this.refuse(TOO_MANY, schema.maxProperties, ENTRIES);
    }
  }

  private checkRequired(required: readonly string[], value: JsonObject): void {
    for (const name of this.options.isPartial ? NO_NAMES : required) {
      if (value[name] === undefined || value[name] === null) this.refuse(MISSING, name, undefined);
    }
  }

  /** A stack of our own: arrays give memory back on `pop`, which the next `push` would take anew. */
  private walkInto(step: string | number, node: SchemaNode, value: JsonValue): void {
    this.path[this.depth] = step;
    this.depth += 1;
    this.walk(node, value);
    this.depth -= 1;
  }

  private walkChoice({ propertyName, mapping }: NonNullable<JsonSchema['discriminator']>, value: JsonValue): void {
    const chosen = textAt(value, propertyName);
    if (chosen === undefined) {
      this.refuse(MISSING, propertyName, undefined);
    } else if (Object.hasOwn(mapping, chosen)) {
      this.walk(this.nodeOf(mapping[chosen] ?? {}), value);
    } else {
      this.refuse(UNKNOWN_CHOICE, chosen, [propertyName, Object.keys(mapping)] as const);
    }
  }

  private walkCombination(node: SchemaNode, value: JsonValue): void {
    const { allOf, oneOf, anyOf, not } = node.children;
    for (const branch of allOf) this.walk(branch, value);
    if (oneOf.length > 0 && this.countMatches(oneOf, value) !== 1) this.refuse(NOT_ONE_OF, oneOf, undefined);
    if (anyOf.length > 0 && this.countMatches(anyOf, value) === 0) this.refuse(NONE_OF, anyOf, undefined);
    if (not && this.matches(not, value)) this.refuse(FORBIDDEN, undefined, undefined);
  }

  private countMatches(branches: readonly SchemaNode[], value: JsonValue): number {
    let count = 0;
    for (const branch of branches) if (this.matches(branch, value)) count += 1;
    return count;
  }

  /** Whether the value fits, without a word of why not. */
  private matches(node: SchemaNode, value: JsonValue): boolean {
    if (node.isRequiredOnly) {
      for (const name of node.required) if (field(value, name) == null) return false;
      return true;
    }
    const before = this.misfits;
    this.trials += 1;
    this.walk(node, value);
    this.trials -= 1;
    const matched = this.misfits === before;
    // What a branch lacks is not a misfit of what the branch is a part of.
    this.misfits = before;
    return matched;
  }

  /**
   * Notes what is wrong, in words only if somebody will read them. The words are made by functions that capture nothing:
   * with closures every call on the way would set memory aside for them, and nearly every document is right.
   */
  private refuse<A, B>({ code, text }: Misfit<A, B>, found: A, allowed: B): void {
    this.misfits += 1;
    if (this.trials > 0) return;
    this.violations.push({
      type: 'invalid-value',
      pointer: toPointer(...this.path.slice(0, this.depth)),
      code,
      problem: text(found, allowed),
    });
  }

  private refuseField(field: string, known: Iterable<string>): void {
    this.misfits += 1;
    if (this.trials > 0) return;
    const pointer = toPointer(...this.path.slice(0, this.depth), field);
    this.violations.push({ type: 'unknown-field', pointer, field, meant: nearName(field, known) });
  }
}

const NONE: readonly SchemaViolation[] = [];
const NO_NAMES: readonly string[] = [];

function hasType(type: JsonType, value: JsonValue): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

// Not a closure where it is used: a call of `checkType` would then set memory aside for what it captures.
function hasOneType(types: readonly JsonType[], value: JsonValue): boolean {
  return types.some((type) => hasType(type, value));
}
