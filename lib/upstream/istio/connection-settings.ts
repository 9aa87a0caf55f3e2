import { isObject, type JsonValue } from '../../base/json';

/** How a proxy handles a path with an escaped slash (`%2F`, `%5C`). */
export type EscapedSlashesAction =
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD';

/** The path settings of a proxy, in `connectionSettings`; omitted fields are inherited from the mesh. */
export interface ConnectionSettings {
  /** Whether the proxy merges consecutive slashes. */
  readonly mergeSlashes: boolean | undefined;
  /** How it handles escaped slashes. */
  readonly escapedSlashes: EscapedSlashesAction | undefined;
  /** Whether a gateway uses defaults for the edge of the mesh; other proxies ignore the profile. */
  readonly isEdge: boolean;
}

/** Actions by their numbers, which a configuration may have in place of names; 0 leaves the action to the mesh. */
const ACTIONS: readonly (EscapedSlashesAction | undefined)[] = [
  undefined,
  ...(['KEEP_UNCHANGED', 'REJECT_REQUEST', 'UNESCAPE_AND_REDIRECT', 'UNESCAPE_AND_FORWARD'] as const),
];

const EDGE: readonly JsonValue[] = ['EDGE', 1];

/**
 * The `connectionSettings` in a proxy's configuration; undefined if it has none. Both spellings of names count, as in any
 * protobuf message (istio/api mesh/v1alpha1/proxy.proto).
 */
export function connectionSettingsIn(proxyConfig: JsonValue | undefined): ConnectionSettings | undefined {
  const settings = setting(proxyConfig, 'connectionSettings', 'connection_settings');
  if (!isObject(settings)) return undefined;
  const merge = setting(settings, 'httpMergeSlashes', 'http_merge_slashes');
  const action = setting(settings, 'httpPathWithEscapedSlashesAction', 'http_path_with_escaped_slashes_action');
  return {
    mergeSlashes: typeof merge === 'boolean' ? merge : undefined,
    escapedSlashes: typeof action === 'number' ? ACTIONS[action] : ACTIONS.find((one) => one === action),
    isEdge: EDGE.includes(setting(settings, 'profile') ?? null),
  };
}

function setting(object: JsonValue | undefined, ...names: readonly string[]): JsonValue | undefined {
  return isObject(object) ? names.map((name) => object[name]).find((value) => value != null) : undefined;
}
