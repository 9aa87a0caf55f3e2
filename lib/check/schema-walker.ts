import { nearName } from '../cluster';
import { field, isList, isObject, type JsonObject, type JsonValue, textAt, toPointer } from '../manifests';
import type { JsonSchema } from './json-schema';

/** One place where a document and its schema differ. */
export type SchemaViolation =
  | {
      readonly type: 'unknown-field';
      readonly pointer: string;
      readonly field: string;
      /** The field that was probably meant; undefined if none is near. */
      readonly meant: string | undefined;
    }
  | {
      readonly type: 'invalid-value';
      readonly pointer: string;
      /** What is wrong, as a clause: `is a number, not a text`. */
      readonly problem: string;
    };

type JsonType = NonNullable<JsonSchema['type']>;

/**
 * A schema in a form that is quick to walk: the same fields in every node, which keeps the engine's property look-ups
 * monomorphic, and children that are linked when they are first met.
 */
class SchemaNode {
  public readonly type: JsonSchema['type'];
  public readonly isIntOrString: boolean;
  /** Whether a look at the type is all there is to do for a value without children. */
  public readonly isPlain: boolean;
  /** Whether any text will do, as for most values there are. */
  public readonly isAnyText: boolean;
  /** Whether it only asks for fields to be there, as the branches of Istio's choices do. */
  public readonly isRequiredOnly: boolean;
  /** The types to choose from, where that is all: a Kubernetes quantity is a text or a number. */
  public readonly types: readonly JsonType[] | undefined;
  /** Whether other schemas have a say. */
  public readonly isCombined: boolean;
  public readonly required: readonly string[];
  private linkedProperties: ReadonlyMap<string, SchemaNode> | undefined;
  private linkedOthers: SchemaNode | false | undefined;
  private linkedItems: SchemaNode | undefined;

  public constructor(
    public readonly schema: JsonSchema,
    private readonly link: (schema: JsonSchema) => SchemaNode,
  ) {
    this.type = schema.type;
    this.isIntOrString = schema['x-kubernetes-int-or-string'] === true;
    this.isPlain = Object.keys(schema).every((keyword) => keyword === 'type' || keyword === 'nullable');
    this.isAnyText = this.isPlain && schema.type === 'string';
    this.isRequiredOnly = schema.required !== undefined && Object.keys(schema).length === 1;
    this.types = typesOf(schema.oneOf);
    const isDecidedByType = this.isIntOrString || this.types !== undefined;
    this.isCombined = !isDecidedByType && Boolean(schema.oneOf ?? schema.anyOf ?? schema.allOf ?? schema.not);
    this.required = schema.required ?? [];
  }

  public get properties(): ReadonlyMap<string, SchemaNode> {
    if (!this.linkedProperties) {
      const entries = Object.entries(this.schema.properties ?? {});
      this.linkedProperties = new Map(entries.map(([name, schema]) => [name, this.link(schema)]));
      const { additionalProperties: others } = this.schema;
      this.linkedOthers = typeof others === 'object' ? this.link(others) : others === false ? false : undefined;
    }
    return this.linkedProperties;
  }

  /** Node of what `properties` does not name; false if nothing else may be there, undefined if anything may. */
  public get others(): SchemaNode | false | undefined {
    return this.linkedProperties && this.linkedOthers;
  }

  public get items(): SchemaNode | undefined {
    if (!this.linkedItems && this.schema.items) this.linkedItems = this.link(this.schema.items);
    return this.linkedItems;
  }
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
  private readonly path: (string | number)[] = [];
  /** How often something did not fit, and how many branches are being tried: those leave no violations. */
  private misfits = 0;
  private trials = 0;
  private readonly nodes = new Map<JsonSchema, SchemaNode>();

  public constructor(
    private readonly definitions: Readonly<Record<string, JsonSchema>>,
    /** Types besides text and whole numbers that a field of either may have. */
    private readonly otherIntOrString: 'none' | 'boolean' = 'none',
  ) {}

  /** All differences; empty if there are none. */
  public validate(schema: JsonSchema, value: JsonValue): readonly SchemaViolation[] {
    this.violations.length = 0;
    this.walk(this.nodeOf(schema), value);
    return this.violations.length === 0 ? NONE : [...this.violations];
  }

  private walk(node: SchemaNode, value: JsonValue): void {
    if (value === null) return;
    if (!this.checkType(node, value) || (node.isPlain && typeof value !== 'object')) return;
    const { discriminator, enum: allowed } = node.schema;
    if (discriminator) {
      this.walkChoice(discriminator, value);
      return;
    }
    if (typeof value === 'string') this.walkText(node.schema, value);
    else if (typeof value === 'number') this.walkNumber(node.schema, value);
    else if (Array.isArray(value)) this.walkList(node, value);
    else if (typeof value === 'object') this.walkObject(node, value as JsonObject);
    if (allowed !== undefined && !allowed.includes(value)) {
      this.refuse(isNotAllowed, value, allowed);
    }
    if (node.isCombined) this.walkCombination(node.schema, value);
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
      if (typeof value === 'string' || Number.isInteger(value) || typeof value === this.otherIntOrString) return true;
      this.refuse(isNot, value, 'a whole number or text');
      return false;
    }
    const { type, types } = node;
    if (types) {
      if (types.some((one) => hasType(one, value))) return true;
      this.refuse(isNoneOf, value, types);
      return false;
    }
    if (type === undefined || hasType(type, value)) return true;
    this.refuse(isNot, value, TYPE_NAMES[type]);
    return false;
  }

  private walkText(schema: JsonSchema, value: string): void {
    if (schema.minLength !== undefined && value.length < schema.minLength) {
      this.refuse(isTooShort, value, schema.minLength);
    }
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      this.refuse(hasMore, schema.maxLength, 'characters');
    }
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
      this.refuse(isNoMatch, value, schema.pattern);
    }
  }

  private walkNumber(schema: JsonSchema, value: number): void {
    if (schema.minimum !== undefined && value < schema.minimum) this.refuse(isBelow, value, schema.minimum);
    if (schema.maximum !== undefined && value > schema.maximum) this.refuse(isAbove, value, schema.maximum);
  }

  private walkList(node: SchemaNode, value: readonly JsonValue[]): void {
    const { schema, items } = node;
    if (schema.minItems !== undefined && value.length < schema.minItems) {
      this.refuse(hasFewer, schema.minItems, 'entries');
    }
    if (schema.maxItems !== undefined && value.length > schema.maxItems) {
      this.refuse(hasMore, schema.maxItems, 'entries');
    }
    if (!items) return;
    for (let index = 0; index < value.length; index += 1) {
      const inner = value[index] ?? null;
      if (items.isAnyText && typeof inner === 'string') continue;
      this.path.push(index);
      this.walk(items, inner);
      this.path.pop();
    }
  }

  private walkObject(node: SchemaNode, value: JsonObject): void {
    const { schema, properties, others, required } = node;
    let size = 0;
    for (const key in value) {
      size += 1;
      const child = properties.get(key) ?? others;
      if (child) {
        const inner = value[key] ?? null;
        if (child.isAnyText && typeof inner === 'string') continue;
        this.path.push(key);
        this.walk(child, inner);
        this.path.pop();
      } else if (child === false) {
        this.refuseField(key, properties.keys());
      }
    }
    for (const name of required) {
      if (value[name] === undefined || value[name] === null) this.refuse(isMissing, name, undefined);
    }
    if (schema.minProperties !== undefined && size < schema.minProperties) {
      this.refuse(hasFewer, schema.minProperties, 'entries');
    }
    if (schema.maxProperties !== undefined && size > schema.maxProperties) {
      this.refuse(hasMore, schema.maxProperties, 'entries');
    }
  }

  private walkChoice({ propertyName, mapping }: NonNullable<JsonSchema['discriminator']>, value: JsonValue): void {
    const chosen = textAt(value, propertyName);
    if (chosen === undefined) {
      this.refuse(isMissing, propertyName, undefined);
    } else if (Object.hasOwn(mapping, chosen)) {
      this.walk(this.nodeOf(mapping[chosen] ?? {}), value);
    } else {
      const meant = nearName(chosen, Object.keys(mapping));
      const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
      this.refuse(() => `has the unknown ${propertyName} "${chosen}"${hint}`, undefined, undefined);
    }
  }

  private walkCombination(schema: JsonSchema, value: JsonValue): void {
    for (const branch of schema.allOf ?? []) this.walk(this.nodeOf(branch), value);
    const { oneOf, anyOf, not } = schema;
    if (oneOf && oneOf.filter((branch) => this.matches(branch, value)).length !== 1) {
      this.refuse(isNotOneOf, oneOf, undefined);
    }
    if (anyOf && !anyOf.some((branch) => this.matches(branch, value))) {
      this.refuse(hasNoneOf, anyOf, undefined);
    }
    if (not && this.matches(not, value))
      this.refuse(() => 'has a combination of fields that is not allowed', undefined, undefined);
  }

  /** Whether the value fits, without a word of why not. */
  private matches(schema: JsonSchema, value: JsonValue): boolean {
    const node = this.nodeOf(schema);
    if (node.isRequiredOnly) return node.required.every((name) => field(value, name) != null);
    const before = this.misfits;
    this.trials += 1;
    this.walk(node, value);
    this.trials -= 1;
    const matched = this.misfits === before;
    // What a branch lacks is no misfit of what the branch is a part of.
    this.misfits = before;
    return matched;
  }

  /**
   * Notes what is wrong, in words only if somebody will read them. The words are made by functions that capture nothing:
   * with closures every call on the way would set memory aside for them, and nearly every document is right.
   */
  private refuse<A, B>(problem: (found: A, allowed: B) => string, found: A, allowed: B): void {
    this.misfits += 1;
    if (this.trials > 0) return;
    this.violations.push({ type: 'invalid-value', pointer: toPointer(...this.path), problem: problem(found, allowed) });
  }

  private refuseField(field: string, known: Iterable<string>): void {
    this.misfits += 1;
    if (this.trials > 0) return;
    const pointer = toPointer(...this.path, field);
    this.violations.push({ type: 'unknown-field', pointer, field, meant: nearName(field, known) });
  }
}

const NONE: readonly SchemaViolation[] = [];

const TYPE_NAMES = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

const isNotAllowed = (value: JsonValue, allowed: readonly JsonValue[]) =>
  `is ${JSON.stringify(value)}, allowed are ${allowed.join(', ')}`;
const isNot = (value: JsonValue, type: string) => `is ${describe(value)}, not ${type}`;
const isNoneOf = (value: JsonValue, types: readonly JsonType[]) =>
  isNot(value, types.map((one) => TYPE_NAMES[one]).join(' or '));
const isTooShort = (value: string, least: number) => (value === '' ? 'is empty' : hasFewer(least, 'characters'));
const isNoMatch = (value: string, pattern: string) => `is ${JSON.stringify(value)}, which does not match ${pattern}`;
const isBelow = (value: number, least: number) => `is ${value}, below ${least}`;
const isAbove = (value: number, most: number) => `is ${value}, above ${most}`;
const hasFewer = (least: number, what: string) => `has fewer than ${least} ${what}`;
const hasMore = (most: number, what: string) => `has more than ${most} ${what}`;
const isMissing = (name: string) => `has no ${name}, which is required`;
const hasNoneOf = (branches: readonly JsonSchema[]) => `must have one of ${fieldsOf(branches).join(', ')}`;
const isNotOneOf = (branches: readonly JsonSchema[]) =>
  `must have ${branches.some(({ not }) => not) ? 'at most' : 'exactly'} one of ${fieldsOf(branches).join(', ')}`;

/** The types of branches that say nothing else. */
function typesOf(branches: readonly JsonSchema[] = []): readonly JsonType[] | undefined {
  const types = branches.flatMap((branch) => (branch.type && Object.keys(branch).length === 1 ? [branch.type] : []));
  return types.length > 0 && types.length === branches.length ? types : undefined;
}

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

function describe(value: JsonValue): string {
  if (isList(value)) return 'a list';
  if (isObject(value)) return 'a mapping';
  return `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(value)}`;
}

/** The fields that decide between branches; types only where no branch names a field. */
function fieldsOf(branches: readonly JsonSchema[]): readonly string[] {
  const names = branches.flatMap((branch) => branch.required ?? []);
  return names.length > 0 ? names : branches.flatMap((branch) => (branch.type ? [TYPE_NAMES[branch.type]] : []));
}
