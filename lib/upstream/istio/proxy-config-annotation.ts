import { field, isObject, type JsonObject, type JsonValue } from '../../base/json';
import { readYaml } from '../../base/yaml/yaml-value';
import { isPortText } from '../network/port-number';

/** What a field of a proxy's configuration holds, as far as a wrong value is common. */
type Kind =
  | 'a whole number'
  | 'a port number'
  | 'true or false'
  | 'a duration such as 5s'
  | 'REDIRECT, TPROXY or NONE'
  | 'an object of strings'
  | 'an object';

/** Fields of `ProxyConfig` by what they hold (istio/api mesh/v1alpha1/proxy.proto); others are not looked at. */
const FIELDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...['concurrency', 'statNameLength'].map((name) => [name, 'a whole number'] as const),
  ...['proxyAdminPort', 'statusPort'].map((name) => [name, 'a port number'] as const),
  ['holdApplicationUntilProxyStarts', 'true or false'],
  ...['drainDuration', 'parentShutdownDuration', 'terminationDrainDuration'].map(
    (name) => [name, 'a duration such as 5s'] as const,
  ),
  ['interceptionMode', 'REDIRECT, TPROXY or NONE'],
  ...['proxyMetadata', 'runtimeValues'].map((name) => [name, 'an object of strings'] as const),
  ...[
    'tracing',
    'sds',
    'gatewayTopology',
    'image',
    'readinessProbe',
    'envoyAccessLogService',
    'envoyMetricsService',
  ].map((name) => [name, 'an object'] as const),
]);

/** Whether a value is what a field holds, as protobuf reads JSON: numbers may be texts, and strings are never anything else. */
function isOfKind(value: JsonValue, kind: Kind): boolean {
  switch (kind) {
    case 'a whole number':
      return isWhole(value);
    case 'a port number':
      return isWhole(value) && isPortText(String(Number(value))) && Number(value) > 0;
    case 'true or false':
      return typeof value === 'boolean';
    case 'a duration such as 5s':
      return typeof value === 'string' && /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(value);
    case 'REDIRECT, TPROXY or NONE':
      return typeof value === 'number' || ['REDIRECT', 'TPROXY', 'NONE'].includes(String(value));
    case 'an object of strings':
      return isObject(value) && Object.values(value).every((one) => typeof one === 'string');
    case 'an object':
      return isObject(value);
  }
}

function isWhole(value: JsonValue): boolean {
  return typeof value !== 'boolean' && /^-?\d+(?:\.0+)?$/.test(String(value));
}

/**
 * Why the injector refuses the value of the annotation `proxy.istio.io/config`, as a clause (istio/istio
 * pkg/kube/inject/validate.go `validateProxyConfig`); undefined if it does not, as far as is known here.
 */
export function proxyConfigProblem(text: string): string | undefined {
  if (text.trim() === '') return undefined;
  const { value, error } = readYaml(text, { duplicateKeys: 'last-wins' });
  if (error !== undefined) return 'it is not YAML';
  if (value === null || value === undefined) return undefined;
  if (!isObject(value)) return 'it is not an object';
  return fieldProblem(value);
}

function fieldProblem(config: JsonObject): string | undefined {
  for (const [written, value] of Object.entries(config)) {
    // protobuf takes the names of its own files too.
    const name = written.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const kind = FIELDS.get(name);
    if (kind !== undefined && value !== null && !isOfKind(value, kind)) return `${written} is not ${kind}`;
    const hops = name === 'gatewayTopology' ? field(value, 'numTrustedProxies') : undefined;
    if (hops != null && !isWhole(hops)) return `${written}.numTrustedProxies is not a whole number`;
  }
  return undefined;
}
