import { isObject, type JsonValue } from '../../base/json';
import { readIstioVersion, readSecretsDump, readStats } from './read-proxy';
import type { ProxyReading } from './snapshot';

/** What Envoy's administration interface answered, read as JSON where it is JSON. */
export interface ProxyAnswers {
  readonly active: JsonValue | undefined;
  readonly warming: JsonValue | undefined;
  readonly info: JsonValue | undefined;
  readonly stats: string;
}

/** Puts the answers of one proxy together, with nothing secret; undefined if they are not what Envoy answers. */
export function readProxyAnswers({
  active,
  warming,
  info,
  stats,
}: ProxyAnswers): Omit<ProxyReading, 'namespace' | 'pod'> | undefined {
  if (!isObject(active) || !isObject(warming) || !isObject(info)) return undefined;
  return {
    secrets: [...readSecretsDump(active, 'active'), ...readSecretsDump(warming, 'warming')],
    istioVersion: readIstioVersion(info),
    stats: readStats(stats),
  };
}
