import { field, isObject, type JsonValue, listAt, textAt } from '../../base/json';
import type { Manifest } from '../documents/manifest';

/** The TLS mode that a DestinationRule sets for clients; `DISABLE` is plain text. */
export type ClientTlsMode = 'DISABLE' | 'SIMPLE' | 'MUTUAL' | 'ISTIO_MUTUAL';

/** The TLS settings of a DestinationRule for one port of a Service. */
export interface DestinationTls {
  readonly mode: ClientTlsMode;
  /** SPIFFE IDs that replace those that istiod computes for the server; empty if the rule names none. */
  readonly subjectAltNames: readonly string[];
  readonly manifest: Manifest;
  readonly pointer: string;
}

const MODES: ReadonlySet<string> = new Set(['DISABLE', 'SIMPLE', 'MUTUAL', 'ISTIO_MUTUAL']);

/** The TLS of a traffic policy for a port. A port's settings replace the whole policy: what they leave out is default. */
export function tlsIn(
  rule: Manifest,
  pointer: string,
  holder: JsonValue | undefined,
  port: number,
): DestinationTls | undefined {
  const policy = field(holder, 'trafficPolicy');
  const levels = listAt(policy, 'portLevelSettings');
  const level = levels.findIndex((entry) => field(entry, 'port', 'number') === port);
  return level < 0
    ? tlsOf(field(policy, 'tls'), rule, `${pointer}/trafficPolicy/tls`)
    : tlsOf(field(levels[level], 'tls'), rule, `${pointer}/trafficPolicy/portLevelSettings/${level}/tls`);
}

function tlsOf(tls: JsonValue | undefined, manifest: Manifest, pointer: string): DestinationTls | undefined {
  if (!isObject(tls)) return undefined;
  const mode = textAt(tls, 'mode') ?? 'DISABLE';
  if (!MODES.has(mode)) return undefined;
  const names = listAt(tls, 'subjectAltNames').filter((name): name is string => typeof name === 'string');
  return { mode: mode as ClientTlsMode, subjectAltNames: names, manifest, pointer };
}
