import { field, isList, isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import { isNameSecret } from '../../model/secrets/known-secrets';
import { REMOVED, withoutSecrets } from '../../model/secrets/secret-texts';

/** Name of the cluster in what `tctl status` prints; undefined if it is not there. */
export function clusterOfStatus(text: string): string | undefined {
  return /^\s*Cluster(?: name)?:?\s+([A-Za-z0-9][A-Za-z0-9.-]{0,252})\s*$/im.exec(text)?.[1];
}

/** The resources in what `tctl get --format=json` prints, without secrets and without what nobody looks at; undefined if it is not JSON. */
export function readTeleportAnswer(text: string): readonly JsonObject[] | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const resources = isList(value) ? value : [value];
  return resources.every(isObject) ? resources.map(slimResource) : undefined;
}

/** Whether tctl says that there is no such resource (gravitational/trace: errors of the kind "not found"). */
export function saysNotFound(because: string): boolean {
  return /\bis not found\b|\bnot found$|doesn't exist|does not exist/i.test(because);
}

function slimResource(resource: JsonObject): JsonObject {
  const { metadata: _, spec, status, ...rest } = resource;
  const metadata = objectAt(resource, 'metadata');
  const kept = ['name', 'labels', 'expires'].flatMap((key) =>
    metadata[key] === undefined ? [] : [[key, metadata[key] as JsonValue] as const],
  );
  const kind = textAt(resource, 'kind') ?? '';
  const isInstance = kind === BOT_INSTANCE;
  return withoutSecrets({
    ...rest,
    metadata: {
      ...Object.fromEntries(kept),
      ...(isNameSecret({ kind, body: resource }) && { name: REMOVED }),
    },
    ...(spec !== undefined && { spec }),
    // Of an instance the last signs of life are kept: keys and attributes of joins are long, and nobody looks at them.
    ...(isInstance && isObject(status) && { status: { last_seen: lastSeen(status), ...lastHeartbeat(status) } }),
  });
}

/** Kind of the record that Teleport keeps of each running tbot. */
export const BOT_INSTANCE = 'bot_instance';

function lastSeen(status: JsonObject): string {
  const times = [
    ...[...both(status, 'latest_heartbeats'), field(status, 'initial_heartbeat') ?? null].map((one) =>
      timeAt(one, 'recorded_at'),
    ),
    ...[...both(status, 'latest_authentications'), field(status, 'initial_authentication') ?? null].map((one) =>
      timeAt(one, 'authenticated_at'),
    ),
  ].filter((time) => !Number.isNaN(time));
  return times.length === 0 ? '' : new Date(Math.max(...times)).toISOString();
}

function lastHeartbeat(status: JsonObject): JsonObject {
  const last = both(status, 'latest_heartbeats').at(-1) ?? field(status, 'initial_heartbeat');
  const [hostname, version] = [textAt(last, 'hostname'), textAt(last, 'version')];
  return { ...(hostname !== undefined && { hostname }), ...(version !== undefined && { version }) };
}

function both(status: JsonObject, key: string): readonly JsonValue[] {
  return [...listAt(status, key), ...listAt(status, camel(key))];
}

/** Protocol Buffers write times as texts, and Go's own JSON as seconds. */
function timeAt(value: JsonValue, key: string): number {
  const time = field(value, key) ?? field(value, camel(key));
  if (typeof time === 'string') return Date.parse(time);
  const seconds = field(time, 'seconds');
  return typeof seconds === 'number' && seconds > 0 && seconds < 1e11 ? seconds * 1000 : Number.NaN;
}

function camel(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
