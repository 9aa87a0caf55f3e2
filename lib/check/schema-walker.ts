import { isList, isObject, type JsonObject, type JsonValue, textAt, toPointer } from '../manifests';
import type { JsonSchema } from './json-schema';
import { nearName } from './near-name';

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

  public constructor(private readonly definitions: Readonly<Record<string, JsonSchema>>) {}

  /** All differences; empty if there are none. */
  public validate(schema: JsonSchema, value: JsonValue): readonly SchemaViolation[] {
    this.violations.length = 0;
    this.walk(schema, value);
    return [...this.violations];
  }

  private walk(schema: JsonSchema, value: JsonValue): void {
    if (value === null) return;
    if (schema.$ref !== undefined) {
      const target = this.definitions[schema.$ref];
      if (target) this.walk(target, value);
      return;
    }
    if (!this.checkType(schema, value)) return;
    if (schema.discriminator) {
      this.walkChoice(schema.discriminator, value);
      return;
    }
    if (typeof value === 'string') this.walkText(schema, value);
    else if (typeof value === 'number') this.walkNumber(schema, value);
    else if (isList(value)) this.walkList(schema, value);
    else if (isObject(value)) this.walkObject(schema, value);
    if (schema.enum !== undefined && !schema.enum.includes(value)) {
      this.refuse(`is ${JSON.stringify(value)}, allowed are ${schema.enum.join(', ')}`);
    }
    if (schema.oneOf || schema.anyOf || schema.allOf || schema.not) this.walkCombination(schema, value);
  }

  private checkType(schema: JsonSchema, value: JsonValue): boolean {
    if (schema['x-kubernetes-int-or-string'] === true) {
      if (typeof value === 'string' || Number.isInteger(value)) return true;
      this.refuse(`is ${describe(value)}, not a whole number or text`);
      return false;
    }
    if (schema.type === undefined || hasType(schema.type, value)) return true;
    this.refuse(`is ${describe(value)}, not ${TYPE_NAMES[schema.type]}`);
    return false;
  }

  private walkText(schema: JsonSchema, value: string): void {
    if (schema.minLength !== undefined && value.length < schema.minLength) {
      this.refuse(value === '' ? 'is empty' : `has fewer than ${schema.minLength} characters`);
    }
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      this.refuse(`has more than ${schema.maxLength} characters`);
    }
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value)) {
      this.refuse(`is ${JSON.stringify(value)}, which does not match ${schema.pattern}`);
    }
  }

  private walkNumber(schema: JsonSchema, value: number): void {
    if (schema.minimum !== undefined && value < schema.minimum) this.refuse(`is ${value}, below ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum) this.refuse(`is ${value}, above ${schema.maximum}`);
  }

  private walkList(schema: JsonSchema, value: readonly JsonValue[]): void {
    if (schema.minItems !== undefined && value.length < schema.minItems) {
      this.refuse(`has fewer than ${schema.minItems} entries`);
    }
    if (schema.maxItems !== undefined && value.length > schema.maxItems) {
      this.refuse(`has more than ${schema.maxItems} entries`);
    }
    const { items } = schema;
    if (!items) return;
    for (let index = 0; index < value.length; index += 1) {
      this.path.push(index);
      this.walk(items, value[index] ?? null);
      this.path.pop();
    }
  }

  private walkObject(schema: JsonSchema, value: JsonObject): void {
    const { properties, additionalProperties } = schema;
    let size = 0;
    for (const key in value) {
      const child = value[key];
      if (child === undefined) continue;
      size += 1;
      const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
      const childSchema = property ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
      if (childSchema !== undefined) {
        this.path.push(key);
        this.walk(childSchema, child);
        this.path.pop();
      } else if (additionalProperties === false) {
        const meant = nearName(key, Object.keys(properties ?? {}));
        this.violations.push({ type: 'unknown-field', pointer: toPointer(...this.path, key), field: key, meant });
      }
    }
    for (const name of schema.required ?? []) {
      if (value[name] === undefined || value[name] === null) this.refuse(`has no ${name}, which is required`);
    }
    if (schema.minProperties !== undefined && size < schema.minProperties) {
      this.refuse(`has fewer than ${schema.minProperties} entries`);
    }
    if (schema.maxProperties !== undefined && size > schema.maxProperties) {
      this.refuse(`has more than ${schema.maxProperties} entries`);
    }
  }

  private walkChoice({ propertyName, mapping }: NonNullable<JsonSchema['discriminator']>, value: JsonValue): void {
    const chosen = textAt(value, propertyName);
    if (chosen === undefined) {
      this.refuse(`has no ${propertyName}, which is required`);
    } else if (Object.hasOwn(mapping, chosen)) {
      this.walk(mapping[chosen] ?? {}, value);
    } else {
      const meant = nearName(chosen, Object.keys(mapping));
      const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
      this.refuse(`has the unknown ${propertyName} "${chosen}"${hint}`);
    }
  }

  private walkCombination(schema: JsonSchema, value: JsonValue): void {
    for (const branch of schema.allOf ?? []) this.walk(branch, value);
    const { oneOf, anyOf, not } = schema;
    if (oneOf && oneOf.filter((branch) => this.matches(branch, value)).length !== 1) {
      this.refuse(`must have ${oneOf.some((b) => b.not) ? 'at most' : 'exactly'} one of ${fieldsOf(oneOf).join(', ')}`);
    }
    if (anyOf && !anyOf.some((branch) => this.matches(branch, value))) {
      this.refuse(`must have one of ${fieldsOf(anyOf).join(', ')}`);
    }
    if (not && this.matches(not, value)) this.refuse('has a combination of fields that is not allowed');
  }

  private matches(schema: JsonSchema, value: JsonValue): boolean {
    const before = this.violations.length;
    this.walk(schema, value);
    const matched = this.violations.length === before;
    this.violations.length = before;
    return matched;
  }

  private refuse(problem: string): void {
    this.violations.push({ type: 'invalid-value', pointer: toPointer(...this.path), problem });
  }
}

const TYPE_NAMES = {
  object: 'a mapping',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

function hasType(type: NonNullable<JsonSchema['type']>, value: JsonValue): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return isList(value);
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
