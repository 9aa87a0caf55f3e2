import { toJsonName } from '../lib/analysis/schema/protobuf-name';

/** A field of a message. */
export interface ProtoField {
  readonly name: string;
  /** The name in JSON. */
  readonly jsonName: string;
  /** Whether the file says the name in JSON, and it is not made by protobuf's rule. */
  readonly isRenamed: boolean;
  /** As written, or the type of a map's values. */
  readonly type: string;
  readonly isList: boolean;
  readonly isMap: boolean;
}

/** An enumeration, with the names of its values. */
export interface ProtoEnum {
  readonly values: readonly string[];
}

/** A message. */
export interface ProtoMessage {
  /** With its package. */
  readonly name: string;
  readonly fields: readonly ProtoField[];
  /** The type that a name means inside this message; undefined for types of other files. */
  resolve(type: string): ProtoMessage | ProtoEnum | undefined;
}

/** Reads what proto3 files say of messages and enumerations, by full name; everything else in them is passed over. */
export function readProtos(files: readonly string[]): ReadonlyMap<string, ProtoMessage> {
  const types = new Map<string, ProtoMessage | ProtoEnum>();
  for (const file of files) readProto(file, types);
  return types as ReadonlyMap<string, ProtoMessage>;
}

/** What stands between two braces: a name, and what to do with a statement inside. */
interface Scope {
  readonly name: string;
  readonly add: (statement: string) => void;
}

function readProto(text: string, types: Map<string, ProtoMessage | ProtoEnum>): void {
  const statements = text
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .replace(/^\s*\/\/.*$/gm, ' ')
    .replace(/\/\/[^"\n]*$/gm, ' ')
    .matchAll(/([^;{}]*)([;{}])/g);
  const scopes: Scope[] = [];
  let current = '';
  for (const [, raw = '', end] of statements) {
    const statement = raw.replace(/\s+/g, ' ').trim();
    const [keyword, name = ''] = statement.split(' ');
    if (end === '}') {
      scopes.pop();
    } else if (end === '{') {
      const around = scopes.at(-1)?.name ?? current;
      scopes.push(open(keyword ?? '', `${around}.${name}`, scopes.at(-1), types));
    } else if (keyword === 'package') {
      current = name;
    } else {
      scopes.at(-1)?.add(statement);
    }
  }
}

function open(
  keyword: string,
  name: string,
  around: Scope | undefined,
  types: Map<string, ProtoMessage | ProtoEnum>,
): Scope {
  if (keyword === 'enum') {
    const values: string[] = [];
    types.set(name, { values });
    return { name, add: (statement) => addValue(statement, values) };
  }
  if (keyword === 'oneof' && around) return around;
  if (keyword !== 'message') return { name, add: () => undefined };
  const fields: ProtoField[] = [];
  types.set(name, { name, fields, resolve: (type) => resolve(type, name, types) });
  return { name, add: (statement) => addField(statement, fields) };
}

function addValue(statement: string, values: string[]): void {
  const name = /^(\w+) ?= ?-?\d+/.exec(statement)?.[1];
  if (name !== undefined) values.push(name);
}

function addField(statement: string, fields: ProtoField[]): void {
  const match = /^(repeated |optional )?(?:map ?< ?\w+ ?, ?([\w.]+) ?>|([\w.]+)) (\w+) ?= ?\d+/.exec(statement);
  if (!match || statement.startsWith('option ')) return;
  const [, label, valueType, type, name = ''] = match;
  const written = /json_name ?= ?"([^"]+)"/.exec(statement)?.[1];
  fields.push({
    name,
    jsonName: written ?? toJsonName(name),
    isRenamed: written !== undefined,
    type: valueType ?? type ?? '',
    isList: label === 'repeated ',
    isMap: valueType !== undefined,
  });
}

/** Looks from the inside out, as protobuf does. */
function resolve(
  type: string,
  inside: string,
  types: ReadonlyMap<string, ProtoMessage | ProtoEnum>,
): ProtoMessage | ProtoEnum | undefined {
  for (let scope = inside; ; scope = scope.slice(0, scope.lastIndexOf('.'))) {
    const found = types.get(`${scope}.${type}`);
    if (found) return found;
    if (!scope.includes('.')) return types.get(type);
  }
}
