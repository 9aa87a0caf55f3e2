import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isList, isObject, type JsonObject, type JsonValue, scalarTextsAt, textAt } from '../../base/json';
import { splitDocuments } from '../../base/yaml/split-documents';
import { readYaml, readYamlStream } from '../../base/yaml/yaml-value';
import { attributes } from '../../upstream/teleport/attributes';
import type { OutputFiles } from './output-directory';

/** Group of the custom resources of Teleport's operator, as it stands in their files. */
const OPERATOR_GROUP = 'resources.teleport.dev/';

/** The file for istioctl. */
const INSTALLATION = 'istio/istio-operator.yaml';

/** Text of a file as it was before; undefined if there was none. */
export type EarlierFile = (path: string) => string | undefined;

/** Reads files of a directory that a synthesis is about to replace. */
export function earlierFiles(directory: string): EarlierFile {
  return (path) => {
    try {
      return readFileSync(join(directory, path), 'utf8');
    } catch {
      return undefined;
    }
  };
}

/**
 * Says which part of a change has to be applied before the rest: pods that start before Teleport may issue their identity wait for
 * it, and pods that start before istiod knows its new configuration keep the injection of the old one.
 *
 * @param directory where the files are, as commands name it
 * @returns one notice, or none if the order does not matter or nothing was there before
 */
export function applyOrderNotice(directory: string, earlier: EarlierFile, files: OutputFiles): readonly string[] {
  const identities = changeOf(files, earlier, isIdentityFile, isTeleportResource);
  const istio = changeOf(
    files,
    earlier,
    (path) => path.startsWith('istio/'),
    () => true,
  );
  const [before, after] = trustDomains(istio);
  if (before !== after) {
    return [
      `${directory} was written for the trust domain ${before} and is now for ${after}, so every identity changes. If it was never applied, apply it as a new installation; otherwise, plan a migration (docs/migrating.md).`,
    ];
  }
  const { added, removed } = namespacesOf(identities);
  const place = (path: string) => join(directory, path);
  const steps: string[] = [];
  // Whoever loses an identity has to go before it does; everybody else comes after what changed.
  if (removed.length > 0)
    steps.push(
      `delete the workloads in ${removed.join(', ')}: after the next step, Teleport renews no certificates there`,
    );
  if (identities.paths.length > 0) {
    const commands = identities.paths.map(
      (path) => `${isChart(path) ? 'kubectl apply' : 'tctl create'} -f ${place(path)}`,
    );
    const why =
      added.length > 0
        ? `pods in ${added.join(', ')} get no certificates before this`
        : 'which workloads get which identities';
    steps.push(`${commands.join(' && ')}: ${why}`);
  }
  if (istio.paths.length > 0) {
    const how = `istioctl install -f ${place(INSTALLATION)}, or helm upgrade with the values file next to it`;
    steps.push(`${how}: pods that start before this keep the old injection`);
  }
  if (steps.length === 0) return [];
  const last = `kubectl apply -f ${directory}`;
  const lines = [...steps, last].map((step, index) => `  ${index + 1}. ${step}`);
  return [[`Compared with the previous contents of ${directory}, apply in this order:`, ...lines].join('\n')];
}

/** What differs in some files, document by document. */
interface Change {
  /** Files with something new in them. */
  readonly paths: readonly string[];
  /** Documents before and after; undefined where there is none. */
  readonly documents: readonly { readonly before: JsonObject | undefined; readonly after: JsonObject | undefined }[];
}

function changeOf(
  files: OutputFiles,
  earlier: EarlierFile,
  isConcerned: (path: string, text: string) => boolean,
  isMeant: (document: JsonObject) => boolean,
): Change {
  const paths: string[] = [];
  const documents: Change['documents'][number][] = [];
  for (const [path, text] of files) {
    if (!isConcerned(path, text)) continue;
    const old = earlier(path);
    if (old === undefined || old === text) continue;
    const [before, after] = [read(old), read(text)];
    if (before === undefined || after === undefined) {
      // Somebody has edited it: that it changed is all there is to say.
      paths.push(path);
      continue;
    }
    const differing = pairs(before.filter(isMeant), after.filter(isMeant)).filter(
      (pair) => JSON.stringify(essence(pair.before)) !== JSON.stringify(essence(pair.after)),
    );
    if (differing.length > 0) paths.push(path);
    documents.push(...differing);
  }
  return { paths, documents };
}

/** The objects of a file; undefined if one of its documents cannot be read. */
function read(text: string): readonly JsonObject[] | undefined {
  const documents = readYamlStream(text) ?? readOneByOne(text);
  return documents?.filter(isObject);
}

/** For the text that the quick reader leaves to the careful one. */
function readOneByOne(text: string): readonly JsonValue[] | undefined {
  const results = splitDocuments(text)
    .filter(({ hasContent }) => hasContent)
    .map((document) => readYaml(document.text, { duplicateKeys: 'refuse' }));
  const values = results.map(({ value }) => value).filter((value) => value !== undefined);
  return values.length === results.length ? values : undefined;
}

/** Documents of the same kind and name, and those that only one side has. */
function pairs(before: readonly JsonObject[], after: readonly JsonObject[]): Change['documents'] {
  const old = new Map(before.map((document) => [keyOf(document), document]));
  const current = new Map(after.map((document) => [keyOf(document), document]));
  return [...new Set([...current.keys(), ...old.keys()])].map((key) => ({
    before: old.get(key),
    after: current.get(key),
  }));
}

function keyOf({ kind, metadata }: JsonObject): string {
  return JSON.stringify([kind ?? null, textAt(metadata, 'name') ?? null]);
}

/** What a program acts on: annotations of an installation say for which releases the file was written. */
function essence(document: JsonObject | undefined): JsonValue | undefined {
  return document?.kind === 'IstioOperator' ? document.spec : document;
}

function isChart(path: string): boolean {
  return path.endsWith('.k8s.yaml');
}

function isIdentityFile(path: string, text: string): boolean {
  return path.startsWith('teleport/') || text.includes(OPERATOR_GROUP);
}

function isTeleportResource({ apiVersion }: JsonObject): boolean {
  return apiVersion === undefined || String(apiVersion).startsWith(OPERATOR_GROUP);
}

function isIdentity(document: JsonObject | undefined): boolean {
  return document?.kind === 'workload_identity' || document?.kind === 'TeleportWorkloadIdentityV1';
}

/** Trust domains of the installation before and after, where they differ. */
function trustDomains({ documents }: Change): readonly (string | undefined)[] {
  const domain = (document: JsonObject | undefined) => textAt(document, 'spec', 'meshConfig', 'trustDomain');
  const changed = documents.find((pair) => domain(pair.before) !== undefined && domain(pair.after) !== undefined);
  return [domain(changed?.before), domain(changed?.after)];
}

/** Namespaces that identities' rules name on one side only. */
function namespacesOf({ documents }: Change): {
  readonly added: readonly string[];
  readonly removed: readonly string[];
} {
  const identities = documents.filter(({ before, after }) => isIdentity(before ?? after));
  const old = new Set(identities.flatMap(({ before }) => namedIn(before?.spec)));
  const current = new Set(identities.flatMap(({ after }) => namedIn(after?.spec)));
  return {
    added: [...current].filter((name) => !old.has(name)),
    removed: [...old].filter((name) => !current.has(name)),
  };
}

/** Namespaces that conditions list, wherever they stand. */
function namedIn(value: JsonValue | undefined): readonly string[] {
  if (isList(value)) return value.flatMap(namedIn);
  if (!isObject(value)) return [];
  const isNamespace = value.attribute === attributes.workload.kubernetes.namespace.path;
  return [...(isNamespace ? scalarTextsAt(value, 'in', 'values') : []), ...Object.values(value).flatMap(namedIn)];
}
