import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessGraph, accessMatrix, MeshModel } from '../../../lib/access';
import { RULES } from '../../../lib/analysis/check/rules/all-rules';
import { diffManifests } from '../../../lib/analysis/diff/diff-manifests';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import type { JsonObject, JsonValue } from '../../../lib/base/json';
import { toPointer } from '../../../lib/base/json-pointer';
import { check, renderFindings } from '../../../lib/check';
import type { Manifest } from '../../../lib/model/documents/manifest';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { extent } from '../../thorough';

/** What a stranger may write anywhere, keys with a meaning to JavaScript included. */
const VALUES: readonly JsonValue[] = [
  { toString: 1 },
  [{ toString: 1 }],
  null,
  [],
  {},
  '',
  0,
  true,
  [[]],
  { constructor: 1 },
  { length: -1 },
];

/** Says the mesh's trust domain. */
const INSTALLATION: JsonObject = {
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  spec: { meshConfig: { trustDomain: 'example.teleport.sh' } },
};

const documentsOf = (text: string) =>
  readManifests([{ file: 'a.yaml', text }]).manifests.all.filter(({ container }) => container === undefined);

function* nodes(value: JsonValue, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* nodes(inner, [...path, key]);
}

/** The value with something else at the path. */
function put(value: JsonValue, [key, ...rest]: readonly string[], other: JsonValue): JsonValue {
  if (key === undefined) return other;
  const inner = (value as JsonObject)[key] ?? null;
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? put(item, rest, other) : item))
    : { ...(value as JsonObject), [key]: put(inner, rest, other) };
}

const readDocuments = (documents: readonly JsonValue[]) =>
  readManifests(
    documents.map((document, index) => ({
      file: `${index}.yaml`,
      text: JSON.stringify(document),
      documents: [document],
    })),
  );

function checked(documents: readonly JsonValue[]): string {
  const { manifests, problems } = readDocuments(documents);
  return renderFindings('json', check(manifests, { problems, complete: true }));
}

/** Runs it with each value at each node of each document; returns where it threw. */
function failures(
  documents: readonly JsonValue[],
  values: (node: number) => readonly JsonValue[],
  run: (documents: readonly JsonValue[]) => unknown,
): readonly string[] {
  const failed: string[] = [];
  let count = 0;
  for (const [index, document] of documents.entries()) {
    for (const path of nodes(document)) {
      for (const value of values(count)) {
        try {
          run(documents.map((other, at) => (at === index ? put(document, path, value) : other)));
        } catch (error) {
          failed.push(`${index}${toPointer(...path)} = ${JSON.stringify(value)}: ${error}`);
        }
      }
      count += 1;
    }
  }
  return failed;
}

/** One document of each kind in the folder. */
function oneOfEachKind(folder: string): readonly Manifest[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml'));
  const all = files.sort().flatMap((file) => documentsOf(readFileSync(join(folder, file), 'utf8')));
  return [...new Map(all.map((manifest) => [manifest.kind, manifest])).values()];
}

const FIXTURES = oneOfEachKind(join(__dirname, '../../../../test/analysis/check/fixtures'));

/** Of all nodes one in so many is tried, another one in every document; each when everything is. */
const STRIDE = extent(29, 1);
const inTurn = (index: number, node: number) => (node + index) % STRIDE === 0;

test('whatever stands at any node of a manifest, the check ends without an exception', () => {
  expect(FIXTURES.length).toBeGreaterThan(8);
  expect(
    FIXTURES.flatMap(({ body }, index) => failures([body], (node) => (inTurn(index, node) ? VALUES : []), checked)),
  ).toEqual([]);
});

test('whatever stands at any node of an example that breaks a rule, the check ends without an exception', () => {
  const readable = RULES.filter(({ id }) => !/^(?:yaml|file)-/.test(id));
  // A mapping with a key `toString`, and now and then something else: more would take too long.
  const values = (node: number) => VALUES.filter((_, index) => index === 0 || node % 40 === index * 4);
  const failed = readable.flatMap(({ wrong }, index) =>
    failures(
      documentsOf(wrong).map(({ body }) => body),
      (node) => (inTurn(index, node) ? values(node) : []),
      checked,
    ),
  );
  expect(failed).toEqual([]);
});

function answerOf(ask: () => object): object {
  try {
    return ask();
  } catch (error) {
    if (error instanceof InvalidInputError && error.message.includes('trust domain, which is unknown')) return error;
    throw error;
  }
}

test('whatever stands at any node of a manifest, who may call whom, and what changed, are found without an exception', () => {
  const before = readDocuments([]).manifests;
  const run = (documents: readonly JsonValue[]) => {
    // Who may call whom is not answered where the trust domain is unknown, which is an error of its own.
    const { manifests } = readDocuments([...documents, INSTALLATION]);
    const model = MeshModel.from(manifests);
    // Without an installation there is no answer, which is said and is not a crash.
    return [accessGraph, accessMatrix]
      .map((ask) => answerOf(() => ask(model)))
      .concat(diffManifests(before, manifests));
  };
  const examples = RULES.filter(({ id }) => ['gateway-hosts-overlap', 'skip-validate-trust-domain'].includes(id));
  const documents = [...FIXTURES, ...examples.flatMap(({ wrong }) => documentsOf(wrong))];
  expect(
    documents.flatMap(({ body }, index) => failures([body], (node) => (inTurn(index, node) ? VALUES : []), run)),
  ).toEqual([]);
});
