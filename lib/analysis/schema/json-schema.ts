import type { JsonValue } from '../../base/json';

/** The keywords of JSON Schema that the checker's schemas use. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly enum?: readonly JsonValue[];
  readonly nullable?: boolean;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** OpenAPI's choice of a schema by the value of one field; a value without a schema is refused. */
  readonly discriminator?: {
    readonly propertyName: string;
    readonly mapping: Readonly<Record<string, JsonSchema>>;
  };
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  /** Whether `properties` are named as in a protobuf file; in a document they may have their JSON names too. */
  readonly 'x-protobuf-names'?: boolean;
}

/** Schemas of one project for all its releases; the form of the files in `schemas/`. */
export interface SchemaFile {
  /** Where the schemas were taken from. */
  readonly source: string;
  /** For each release the schemas begin with, oldest first: `group/version/Kind` to a name in `definitions`. */
  readonly releases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}
