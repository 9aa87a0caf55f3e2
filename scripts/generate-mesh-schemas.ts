/**
 * Writes lib/analysis/schema/files/mesh.json: the fields of Istio's mesh configuration and of the values of its Helm charts.
 *
 *   node build/scripts/generate-mesh-schemas.js DIRECTORY RELEASE…
 *
 * DIRECTORY holds `api-RELEASE` and `istio-RELEASE`, the trees of istio/api and istio/istio at each release, oldest
 * first; without `istio-RELEASE` the values stay as they are. Releases that the file has already stay in it. Neither build
 * nor tests need the trees.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type ProtoMessage, readProtos } from './read-protos';

type Schema = Readonly<Record<string, unknown>>;

const ANY: Schema = {};
const INT_OR_TEXT: Schema = { 'x-kubernetes-int-or-string': true };

/** How golang/protobuf jsonpb, with which istiod reads its configuration, takes what is not a message of Istio's. */
const SCALARS: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: INT_OR_TEXT,
  int64: INT_OR_TEXT,
  uint32: INT_OR_TEXT,
  double: { oneOf: [{ type: 'number' }, { type: 'string' }] },
  'google.protobuf.BoolValue': { type: 'boolean' },
  'google.protobuf.StringValue': { type: 'string' },
  'google.protobuf.Int32Value': INT_OR_TEXT,
  'google.protobuf.Int64Value': INT_OR_TEXT,
  'google.protobuf.UInt32Value': INT_OR_TEXT,
  'google.protobuf.DoubleValue': { oneOf: [{ type: 'number' }, { type: 'string' }] },
  'google.protobuf.Duration': { type: 'string' },
  'google.protobuf.Struct': { type: 'object' },
};

/** Charts that one file of values may be for, and the value under which istioctl has the same fields. */
const CHARTS: readonly (readonly [folder: string, section: string | undefined])[] = [
  ['istio-control/istio-discovery', 'pilot'],
  ['istio-cni', 'cni'],
  ['ztunnel', 'ztunnel'],
  ['base', undefined],
  ['gateways/istio-ingress', undefined],
  ['gateways/istio-egress', undefined],
];

/** Values that templates fall back to where the mesh configuration has none, which always has one: istioctl refuses them. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['global.trustDomain']);

const [directory, ...releases] = process.argv.slice(2);
if (!directory || releases.length === 0) throw new Error('usage: generate-mesh-schemas.js DIRECTORY RELEASE…');

const FILE = join(__dirname, '..', '..', 'lib', 'analysis', 'schema', 'files', 'mesh.json');
const before = JSON.parse(readFileSync(FILE, 'utf8')) as {
  source: string;
  releases: Record<string, Record<string, string>>;
  definitions: Record<string, Schema>;
};
const { Values: valuesBefore, ...definitions } = before.definitions;
const names = new Map(
  Object.entries(definitions).map(([name, schema]) => [name.replace(/@.*/, '') + JSON.stringify(schema), name]),
);

/** Adds a message and all it refers to; equal ones of several releases are one definition. */
function define(message: ProtoMessage, release: string): Schema {
  const properties: Record<string, Schema> = {};
  for (const { name, type, isList, isMap } of message.fields) {
    const item = schemaOf(message, type, release);
    properties[name] = isList
      ? { type: 'array', items: item }
      : isMap
        ? { type: 'object', additionalProperties: item }
        : item;
  }
  const schema = { type: 'object', properties, additionalProperties: false, 'x-protobuf-names': true };
  const text = message.name + JSON.stringify(schema);
  let name = names.get(text);
  if (name === undefined) {
    name = definitions[message.name] === undefined ? message.name : `${message.name}@${release}`;
    names.set(text, name);
    definitions[name] = schema;
  }
  return { $ref: name };
}

function schemaOf(message: ProtoMessage, type: string, release: string): Schema {
  const scalar = SCALARS[type];
  if (scalar) return scalar;
  const found = message.resolve(type);
  if (!found) throw new Error(`${message.name}: no type ${type}`);
  return 'values' in found ? { ...INT_OR_TEXT, enum: found.values } : define(found, release);
}

function readMesh(release: string): Record<string, string> {
  const api = join(directory as string, `api-${release}`);
  const files = ['mesh/v1alpha1', 'networking/v1alpha3', 'networking/v1beta1'].flatMap((folder) =>
    readdirSync(join(api, folder))
      .filter((file) => file.endsWith('.proto'))
      .map((file) => readFileSync(join(api, folder, file), 'utf8')),
  );
  const protos = readProtos(files);
  return Object.fromEntries(
    ['MeshConfig', 'ProxyConfig'].map((kind) => {
      const message = protos.get(`istio.mesh.v1alpha1.${kind}`);
      if (!message) throw new Error(`no message ${kind}`);
      return [kind, String(define(message, release).$ref)];
    }),
  );
}

/** The fields of one part of the values: names to parts of which we know the fields, or to nothing. */
interface Part {
  type: 'object';
  properties: Record<string, Part | Schema>;
  additionalProperties: false;
}

function isPart(schema: Part | Schema | undefined): schema is Part {
  return schema !== undefined && 'properties' in schema;
}

/** What istioctl knows of the values; names as the charts read them. */
function addMessage(part: Part, message: ProtoMessage): void {
  for (const { name, jsonName, isRenamed, type, isList, isMap } of message.fields) {
    const inner = message.resolve(type);
    // The charts put resources into the pods as they are.
    const isOpen = type === 'Resources' || type === 'IntOrString' || inner === undefined || 'values' in inner;
    let schema: Part | Schema = ANY;
    if (isList) schema = { type: 'array' };
    else if (isMap || type === 'google.protobuf.Struct') schema = { type: 'object' };
    else if (type === 'bool' || type === 'google.protobuf.BoolValue') schema = { type: 'boolean' };
    else if (!isOpen) schema = partOf(part.properties[jsonName]);
    if (isPart(schema)) addMessage(schema, inner as ProtoMessage);
    part.properties[jsonName] = schema;
    // istioctl takes both names, and what has the other one is in the values as that: `istio_cni`.
    if (!isRenamed) part.properties[name] ??= schema;
  }
}

function partOf(known: Part | Schema | undefined): Part {
  return isPart(known) ? known : { type: 'object', properties: {}, additionalProperties: false };
}

/** What the charts know besides: a value's own entries only where its part is known. */
function addValues(part: Part, values: object): void {
  for (const [name, value] of Object.entries(values)) {
    const known = part.properties[name];
    if (isPart(known) && typeof value === 'object' && value !== null) addValues(known, value);
    else part.properties[name] ??= ANY;
  }
}

/** `.Values.a.b` in a template. */
function addReference(part: Part, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  const known = part.properties[name];
  if (isPart(known) && rest.length > 0) addReference(known, rest);
  else part.properties[name] ??= ANY;
}

function templatesIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(?:yaml|tpl|txt)$/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
}

function readValues(): Part {
  const all = valuesBefore as unknown as Part;
  // Made by the charts themselves, or theirs in earlier releases.
  for (const own of ['_internal_defaults_do_not_set', '_original', 'defaults']) all.properties[own] = ANY;
  for (const release of releases) {
    const istio = join(directory as string, `istio-${release}`);
    if (!existsSync(istio)) continue;
    const message = readProtos([readFileSync(join(istio, 'operator/pkg/apis/values_types.proto'), 'utf8')]).get(
      'istio.operator.v1alpha1.Values',
    );
    if (!message) throw new Error('no message Values');
    addMessage(all, message);
    for (const [folder, section] of CHARTS) {
      const chart = join(istio, 'manifests/charts', folder);
      const file = load(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Record<string, object>;
      const values = file._internal_defaults_do_not_set ?? file;
      const references = [...templatesIn(chart).matchAll(/\.Values((?:\.\w+)+)/g)]
        .map((match) => String(match[1]).split('.').slice(1))
        .filter((path) => !WITHOUT_EFFECT.has(path.join('.')));
      const parts = [all];
      if (section !== undefined) {
        const own = partOf(all.properties[section]);
        all.properties[section] = own;
        parts.push(own);
      }
      for (const part of parts) {
        addValues(part, values);
        for (const reference of references) addReference(part, reference);
      }
    }
  }
  return all;
}

const kinds: Record<string, Record<string, string>> = {
  ...before.releases,
  ...Object.fromEntries(releases.map((release) => [release.replace(/\.\d+$/, ''), readMesh(release)])),
};
definitions.Values = readValues() as unknown as Schema;
for (const named of Object.values(kinds)) named.Values = 'Values';

const lines = Object.keys(definitions)
  .sort()
  .map((key) => `${JSON.stringify(key)}:${JSON.stringify(definitions[key])}`);
const source = `Istio ${Object.keys(kinds).join(', ')} (istio/api mesh/v1alpha1, istio/istio operator/pkg/apis/values_types.proto and manifests/charts)`;
const head = `{"source":${JSON.stringify(source)},\n"releases":${JSON.stringify(kinds)},\n"definitions":{\n`;
writeFileSync(FILE, `${head}${lines.join(',\n')}\n}}\n`);
