import type { JsonValue } from '../../base/json';
import { toJsonName } from './protobuf-name';
import type { JsonSchema } from './schema-files';

/** A type's name in JSON Schema. */
export type JsonType = NonNullable<JsonSchema['type']>;

/** The schemas below a schema. */
interface Children {
  readonly properties: ReadonlyMap<string, SchemaNode>;
  /** Node of what `properties` does not name; false if nothing else may be there, undefined if anything may. */
  readonly others: SchemaNode | false | undefined;
  readonly items: SchemaNode | undefined;
  readonly allOf: readonly SchemaNode[];
  readonly oneOf: readonly SchemaNode[];
  readonly anyOf: readonly SchemaNode[];
  readonly not: SchemaNode | undefined;
}

/**
 * A schema in a form that is quick to walk: the same fields in every node, which keeps the engine's property look-ups
 * monomorphic, children that are linked when they are first met, and an answer at hand to what is asked most.
 */
export class SchemaNode {
  public readonly type: JsonType | undefined;
  public readonly isIntOrString: boolean;
  /** Whether a look at the type is all there is to do. */
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
  public readonly allowed: readonly JsonValue[] | undefined;
  public readonly discriminator: JsonSchema['discriminator'];
  public readonly pattern: RegExp | undefined;
  private linked: Children | undefined;

  public constructor(
    public readonly schema: JsonSchema,
    private readonly link: (schema: JsonSchema) => SchemaNode,
  ) {
    const keywords = Object.keys(schema);
    this.type = schema.type;
    this.isIntOrString = schema['x-kubernetes-int-or-string'] === true;
    this.isPlain = keywords.every((keyword) => keyword === 'type' || keyword === 'nullable');
    this.isAnyText = this.isPlain && schema.type === 'string';
    this.isRequiredOnly = schema.required !== undefined && keywords.length === 1;
    this.types = typesOf(schema.oneOf);
    const isDecidedByType = this.isIntOrString || this.types !== undefined;
    this.isCombined = !isDecidedByType && Boolean(schema.oneOf ?? schema.anyOf ?? schema.allOf ?? schema.not);
    this.required = schema.required ?? NONE;
    this.allowed = schema.enum;
    this.discriminator = schema.discriminator;
    this.pattern = schema.pattern === undefined ? undefined : new RegExp(schema.pattern);
  }

  /** The nodes of the schemas below. */
  public get children(): Children {
    this.linked ??= this.linkChildren();
    return this.linked;
  }

  private linkChildren(): Children {
    const { link } = this;
    const { properties = {}, additionalProperties: others, items, allOf, oneOf, anyOf, not } = this.schema;
    const named = Object.entries(properties).map(([name, schema]) => [name, link(schema)] as const);
    // The names people write come first, so that a suggestion is one of those.
    const inJson = this.schema['x-protobuf-names']
      ? named.map(([name, node]) => [toJsonName(name), node] as const)
      : [];
    return {
      properties: new Map([...inJson, ...named]),
      others: typeof others === 'object' ? link(others) : others === false ? false : undefined,
      items: items && link(items),
      allOf: allOf?.map(link) ?? NONE,
      oneOf: oneOf?.map(link) ?? NONE,
      anyOf: anyOf?.map(link) ?? NONE,
      not: not && link(not),
    };
  }
}

const NONE: readonly never[] = [];

/** The types of branches that say nothing else. */
function typesOf(branches: readonly JsonSchema[] = []): readonly JsonType[] | undefined {
  const types = branches.flatMap((branch) => (branch.type && Object.keys(branch).length === 1 ? [branch.type] : []));
  return types.length > 0 && types.length === branches.length ? types : undefined;
}
