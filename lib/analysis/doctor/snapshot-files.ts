import { compareTexts } from '../../base/compare-texts';
import {
  field,
  isList,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  objectAt,
  scalarText,
  scalarTextsAt,
  textAt,
  textsAt,
} from '../../base/json';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import { readYaml } from '../../base/yaml/yaml-value';
import { DOCTOR_RESOURCES } from './resources';
import type { Gap, LogReading, PodName, ProxyReading, ProxySecret, Snapshot, TbotReading } from './snapshot';

/** One file of a saved snapshot. */
export interface SnapshotFile {
  /** Path below the snapshot's directory, with slashes. */
  readonly path: string;
  /** Its content. */
  readonly text: string;
}

/** The file that makes a directory a snapshot. */
export const SNAPSHOT_FILE = 'snapshot.yaml';

/** Layout of the directory; a later one gets another number. */
const FORMAT = 1;

/** The files of a snapshot, sorted by path: a directory that people can read, and send. */
export function snapshotToFiles(snapshot: Snapshot): readonly SnapshotFile[] {
  const { takenAt, server, rights, objects, proxies, logs, tbots, jwks, teleport, scope, gaps } = snapshot;
  const yaml = (path: string, ...documents: readonly unknown[]) => ({ path, text: stringifyManifests(documents) });
  const files: SnapshotFile[] = [
    yaml(SNAPSHOT_FILE, {
      format: FORMAT,
      takenAt,
      ...(server && { server }),
      ...(rights && { rights }),
      ...(scope && { scope }),
      gaps,
      saved: inventoryOf(snapshot),
    }),
    ...[...objects].map(([name, items]) => yaml(`objects/${name}.yaml`, { items })),
    ...proxies.map(({ secrets, ...proxy }) =>
      yaml(
        `proxies/${safe(proxy.namespace)}/${safe(proxy.pod)}.yaml`,
        defined({ ...proxy, secrets: secrets.map(defined) }),
      ),
    ),
    ...tbots.map((tbot) => yaml(`tbots/${safe(tbot.namespace)}/${safe(tbot.pod)}.yaml`, defined({ ...tbot }))),
    ...logs.map(({ namespace, pod, container, text }) => ({
      path: `logs/${safe(namespace)}/${safe(pod)}/${safe(container)}.log`,
      text,
    })),
    ...(jwks ? [yaml('jwks.yaml', jwks)] : []),
    ...(teleport ? [yaml('teleport.yaml', { items: teleport })] : []),
  ];
  return files.sort((a, b) => compareTexts(a.path, b.path));
}

/** What the files have, so that whoever reads them sees that a part is missing: a list that is cut off may still be YAML. */
function inventoryOf({ objects, proxies, tbots, logs }: Snapshot): JsonObject {
  const podPath = ({ namespace, pod }: PodName) => `${safe(namespace)}/${safe(pod)}`;
  const counts = [...objects].map(([name, items]) => [name, items.length] as const);
  // Not in the order in which the cluster answered.
  return {
    objects: Object.fromEntries(counts.sort(([a], [b]) => compareTexts(a, b))),
    proxies: proxies.map(podPath).sort(compareTexts),
    tbots: tbots.map(podPath).sort(compareTexts),
    logs: logs.map((log) => `${podPath(log)}/${safe(log.container)}`).sort(compareTexts),
  };
}

/** Readings that were saved and are not there. */
function missingReadings(inventory: JsonObject, byPath: ReadonlyMap<string, string>): readonly Gap[] {
  const endings = { proxies: 'yaml', tbots: 'yaml', logs: 'log' };
  return Object.entries(endings).flatMap(([folder, ending]) =>
    scalarTextsAt(inventory, folder)
      .map((name) => `${folder}/${name}`)
      .filter((subject) => !byPath.has(`${subject}.${ending}`))
      .map((subject) => ({ subject, because: `the snapshot has no ${subject}.${ending}` })),
  );
}

/** Why the objects of a file are not those that were saved, as what is said of the file; undefined if they are. */
function whyNotAll(items: JsonValue | undefined, saved: JsonValue | undefined): string | undefined {
  if (!isList(items) || !items.every(isObject)) return 'does not have a list of objects';
  if (typeof saved !== 'number' || saved === items.length) return undefined;
  return `has ${items.length} objects, and ${saved} were saved: it is cut off or was changed`;
}

/** Names from a cluster may be anything, and none may lead out of the directory. */
function safe(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]|^\.+/g, '_').slice(0, 253) || '_';
}

function defined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}

/** Why a directory is not a snapshot, as a clause. */
export interface NoSnapshot {
  readonly problem: string;
}

/** Reads a snapshot back; what cannot be read of it is a gap, so that nothing missing is taken for healthy. */
export function filesToSnapshot(files: readonly SnapshotFile[]): Snapshot | NoSnapshot {
  const byPath = new Map(files.map((file) => [file.path, file.text]));
  const text = byPath.get(SNAPSHOT_FILE);
  if (text === undefined) return { problem: `there is no ${SNAPSHOT_FILE} in it` };
  const { value: head, error } = readYaml(text, { duplicateKeys: 'last-wins' });
  if (error) return { problem: `its ${SNAPSHOT_FILE} cannot be read: ${error.message}` };
  if (field(head, 'format') !== FORMAT) return { problem: `its ${SNAPSHOT_FILE} does not have format ${FORMAT}` };
  const takenAt = textAt(head, 'takenAt') ?? '';
  if (Number.isNaN(Date.parse(takenAt))) return { problem: `its ${SNAPSHOT_FILE} does not state when it was taken` };

  const gaps: Gap[] = listAt(head, 'gaps').flatMap((gap) => {
    const subject = textAt(gap, 'subject');
    return subject === undefined ? [] : [{ subject, because: textAt(gap, 'because') ?? 'no reason was recorded' }];
  });
  const read = (path: string): JsonValue | undefined => {
    const result = readYaml(byPath.get(path) ?? '', { duplicateKeys: 'last-wins' });
    if (!result.error && isObject(result.value)) return result.value;
    const because = `${path} cannot be read: ${result.error?.message ?? 'it is not a mapping'}`;
    gaps.push({ subject: path.replace(/\.\w+$/, ''), because });
    return undefined;
  };
  const below = (folder: string) =>
    [...byPath.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(compareTexts);
  const many = <T>(folder: string, make: (value: JsonValue) => T | undefined): T[] =>
    below(folder).flatMap((path) => {
      const value = read(path);
      const made = value === undefined ? undefined : make(value);
      if (value !== undefined && made === undefined) {
        gaps.push({ subject: path.replace(/\.\w+$/, ''), because: `${path} does not name a pod` });
      }
      return made ?? [];
    });

  const inventory = objectAt(head, 'saved');
  gaps.push(...missingReadings(inventory, byPath));
  const objects = new Map<string, readonly JsonObject[]>();
  for (const { name } of DOCTOR_RESOURCES) {
    const path = `objects/${name}.yaml`;
    if (!byPath.has(path)) {
      const isSaid = gaps.some(({ subject }) => subject === `objects/${name}`);
      if (!isSaid) gaps.push({ subject: `objects/${name}`, because: `the snapshot has no ${path}` });
      continue;
    }
    const value = read(path);
    if (value === undefined) continue;
    const items = field(value, 'items');
    const problem = whyNotAll(items, field(inventory, 'objects', name));
    if (problem === undefined) objects.set(name, items as readonly JsonObject[]);
    else gaps.push({ subject: `objects/${name}`, because: `${path} ${problem}` });
  }
  const server = objectAt(head, 'server');
  const scope = scalarTextsAt(head, 'scope');
  const rights = Object.entries(objectAt(head, 'rights')).filter(
    (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
  );
  const jwks = byPath.has('jwks.yaml') ? read('jwks.yaml') : undefined;
  const teleport = byPath.has('teleport.yaml') ? read('teleport.yaml') : undefined;
  return {
    takenAt,
    server: Object.keys(server).length > 0 ? server : undefined,
    objects,
    proxies: many('proxies', toProxy),
    tbots: many('tbots', toTbot),
    logs: below('logs').flatMap((path) => toLog(path, byPath.get(path) ?? '') ?? []),
    jwks: isObject(jwks) ? jwks : undefined,
    teleport: teleport === undefined ? undefined : listAt(teleport, 'items').filter(isObject),
    ...(scope.length > 0 && { scope }),
    ...(rights.length > 0 && { rights: Object.fromEntries(rights) }),
    gaps,
  };
}

function toLog(path: string, text: string): LogReading | undefined {
  const [, namespace, pod, file, ...rest] = path.split('/');
  if (!namespace || !pod || !file || rest.length > 0) return undefined;
  return { namespace, pod, container: file.replace(/\.log$/, ''), text };
}

function toProxy(value: JsonValue): ProxyReading | undefined {
  const [namespace, pod] = [textAt(value, 'namespace'), textAt(value, 'pod')];
  if (namespace === undefined || pod === undefined) return undefined;
  return {
    namespace,
    pod,
    secrets: listAt(value, 'secrets').map(toSecret),
    istioVersion: textAt(value, 'istioVersion'),
    stats: numbersAt(value, 'stats'),
  };
}

function toSecret(value: JsonValue): ProxySecret {
  return {
    name: textAt(value, 'name') ?? '',
    state: textAt(value, 'state') === 'warming' ? 'warming' : 'active',
    version: scalarText(field(value, 'version')) ?? '',
    updated: textAt(value, 'updated') ?? '',
    error: textAt(value, 'error'),
    chain: textAt(value, 'chain') ?? '',
    roots: textsAt(value, 'roots'),
  };
}

function toTbot(value: JsonValue): TbotReading | undefined {
  const [namespace, pod] = [textAt(value, 'namespace'), textAt(value, 'pod')];
  if (namespace === undefined || pod === undefined) return undefined;
  return { namespace, pod, readyz: textAt(value, 'readyz'), metrics: numbersAt(value, 'metrics') };
}

function numbersAt(value: JsonValue, key: string): Readonly<Record<string, number>> {
  const found = objectAt(value, key);
  const entries = Object.entries(found);
  // Nearly always all of them are numbers, and then nothing has to be copied.
  if (entries.every(([, one]) => typeof one === 'number')) return found as Readonly<Record<string, number>>;
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}
