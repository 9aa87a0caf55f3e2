import {
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  listAt,
  numberAt,
  objectAt,
  textAt,
} from '../../../base/json';
import { isAddressOrHost } from '../../../upstream/istio/admission/admitted-names';
import { exportToProblems } from './export-to';
import { localityProblems } from './locality';
import {
  absentAt,
  durationProblems,
  each,
  emptyAt,
  hostPatternProblem,
  isGiven,
  labelProblems,
  lacking,
  NO_PROBLEMS,
  nameProblem,
  negativeProblems,
  oneText,
  type Problem,
  percentProblems,
  portProblems,
  problemAt,
  repeatedProblems,
  together,
} from './problem';

/** Settings of which a policy for a port has at least one, and those that a whole policy may have besides. */
const PORT_SETTINGS = ['outlierDetection', 'connectionPool', 'loadBalancer', 'tls'] as const;
const SETTINGS = [...PORT_SETTINGS, 'portLevelSettings', 'tunnel', 'proxyProtocol', 'retryBudget'] as const;

/** Numbers of a connection pool that cannot be below 0. */
const HTTP_COUNTS = [
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;

/** Below this Envoy has a table for Maglev. */
const MAGLEV_LIMIT = 5_000_011;

/** What Istio refuses in a DestinationRule besides its TLS (istio/istio pkg/config/validation/validation.go `ValidateDestinationRule`). */
export function destinationRuleProblems(spec: JsonObject, namespace: string): readonly Problem[] {
  return [
    ...oneText(spec, '/spec', 'host', hostPatternProblem),
    ...trafficPolicyProblems(field(spec, 'trafficPolicy'), '/spec/trafficPolicy', SETTINGS),
    ...each(spec, '/spec', 'subsets', (subset, at) => [
      ...oneText(subset, at, 'name', nameProblem),
      ...labelProblems(subset, at, 'labels'),
      ...trafficPolicyProblems(field(subset, 'trafficPolicy'), `${at}/trafficPolicy`, SETTINGS),
    ]),
    ...repeatedProblems(
      spec,
      '/spec',
      'subsets',
      (subset) => textAt(subset, 'name') ?? '',
      (name) => `the subset "${name}" is defined twice`,
      '/name',
    ),
    ...exportToProblems(spec, {
      namespace,
      mayBeHidden: false,
      isForPods: isGiven(spec, 'workloadSelector'),
    }),
  ];
}

function trafficPolicyProblems(
  policy: JsonValue | undefined,
  at: string,
  settings: readonly string[],
): readonly Problem[] {
  if (!isObject(policy)) return NO_PROBLEMS;
  if (!settings.some((name) => isGiven(policy, name))) return absentAt(at, 'the traffic policy is empty');
  const pool = field(policy, 'connectionPool');
  return [
    ...together(policy, at, 'tunnel', ['proxyProtocol']),
    ...outlierProblems(field(policy, 'outlierDetection'), `${at}/outlierDetection`),
    ...connectionPoolProblems(pool, `${at}/connectionPool`),
    ...loadBalancerProblems(field(policy, 'loadBalancer'), `${at}/loadBalancer`),
    ...each(policy, at, 'portLevelSettings', (one, place) => [
      ...lacking(one, place, 'port', 'portLevelSettings has an entry without a port'),
      ...trafficPolicyProblems(one, place, PORT_SETTINGS),
    ]),
    ...tunnelProblems(field(policy, 'tunnel'), `${at}/tunnel`),
  ];
}

function outlierProblems(outlier: JsonValue | undefined, at: string): readonly Problem[] {
  const local = numberAt(outlier, 'consecutiveLocalOriginFailures') ?? 0;
  const isSplit = field(outlier, 'splitExternalLocalOriginErrors') === true;
  return [
    ...durationProblems(outlier, at, 'baseEjectionTime', 'interval'),
    ...percentProblems(outlier, at, 'maxEjectionPercent', 'minHealthPercent'),
    ...(local > 0 && !isSplit
      ? absentAt(at, 'consecutiveLocalOriginFailures requires splitExternalLocalOriginErrors: true')
      : NO_PROBLEMS),
  ];
}

/** What Istio refuses in a connection pool, of a DestinationRule or of a Sidecar. */
export function connectionPoolProblems(pool: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(pool)) return NO_PROBLEMS;
  const { http, tcp } = pool;
  if (http == null && tcp == null) return absentAt(at, 'the connection pool has neither http nor tcp');
  const keepAlive = field(http, 'http2KeepAlive');
  const upgrades = textAt(http, 'h2UpgradePolicy') === 'UPGRADE' && field(http, 'useClientProtocol') === true;
  // 0 means that connections are not ended.
  const idle = /^0(?:\.0*)?m?s$/.test(textAt(tcp, 'idleTimeout') ?? '');
  return [
    ...negativeProblems(http, `${at}/http`, ...HTTP_COUNTS),
    ...durationProblems(http, `${at}/http`, 'idleTimeout'),
    ...problemAt(
      `${at}/http/useClientProtocol`,
      upgrades ? 'useClientProtocol is combined with h2UpgradePolicy UPGRADE' : undefined,
    ),
    ...(isObject(keepAlive)
      ? ['interval', 'timeout'].flatMap((key) =>
          lacking(keepAlive, `${at}/http/http2KeepAlive`, key, `http2KeepAlive has no ${key}`),
        )
      : NO_PROBLEMS),
    ...durationProblems(keepAlive, `${at}/http/http2KeepAlive`, 'interval', 'timeout'),
    ...negativeProblems(tcp, `${at}/tcp`, 'maxConnections'),
    ...durationProblems(tcp, `${at}/tcp`, 'connectTimeout', 'maxConnectionDuration', ...(idle ? [] : ['idleTimeout'])),
    ...durationProblems(field(tcp, 'tcpKeepalive'), `${at}/tcp/tcpKeepalive`, 'time', 'interval'),
  ];
}

function loadBalancerProblems(balancer: JsonValue | undefined, at: string): readonly Problem[] {
  const hash = field(balancer, 'consistentHash');
  const cookie = field(hash, 'httpCookie');
  const attributes = listAt(cookie, 'attributes').map((one) => textAt(one, 'name') ?? '');
  const twice = attributes.find((name, index) => name !== '' && attributes.indexOf(name) < index);
  const table = numberAt(hash, 'maglev', 'tableSize');
  const warmup = field(balancer, 'warmup');
  return [
    ...emptyAt(cookie, `${at}/consistentHash/httpCookie`, 'name', 'the cookie has no name'),
    ...problemAt(
      `${at}/consistentHash/httpCookie/attributes`,
      twice === undefined ? undefined : `the cookie attribute "${twice}" is listed twice`,
    ),
    ...problemAt(`${at}/consistentHash/maglev/tableSize`, table === undefined ? undefined : tableProblem(table)),
    ...(isObject(balancer) ? together(balancer, at, 'localityLbSetting', ['zoneAwareLbSetting']) : NO_PROBLEMS),
    ...localityProblems(objectAt(balancer, 'localityLbSetting'), `${at}/localityLbSetting`),
    ...durationProblems(warmup, `${at}/warmup`, 'duration'),
  ];
}

function tableProblem(size: number): string | undefined {
  if (size >= MAGLEV_LIMIT) return `a Maglev table of ${size} entries is too large`;
  return isPrime(size) ? undefined : `${size} is not a prime number, as the size of a Maglev table must be`;
}

function isPrime(number: number): boolean {
  if (number < 4) return number > 0;
  for (let factor = 2; factor * factor <= number; factor++) if (number % factor === 0) return false;
  return true;
}

function tunnelProblems(tunnel: JsonValue | undefined, at: string): readonly Problem[] {
  if (!isObject(tunnel)) return NO_PROBLEMS;
  return [
    ...oneText(tunnel, at, 'protocol', (name) =>
      /^(?:CONNECT|POST)$/.test(name) ? undefined : `the tunnel's protocol "${name}" is neither CONNECT nor POST`,
    ),
    ...oneText(tunnel, at, 'targetHost', (host) => (isAddressOrHost(host) ? undefined : `"${host}" is not a host`)),
    ...portProblems(tunnel, at, 'targetPort'),
  ];
}
