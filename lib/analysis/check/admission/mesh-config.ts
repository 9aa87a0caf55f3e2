import { isVariable } from '../../../base/is-variable';
import { field, isObject, type JsonObject, type JsonValue, objectAt, textAt } from '../../../base/json';
import { isAddressOrHost } from '../../../upstream/istio/admission/admitted-names';
import { isPortNumber, isPortText } from '../../../upstream/network/port-number';
import { localityProblems } from './locality';
import {
  absentAt,
  durationProblems,
  each,
  isFinerThanSeconds,
  isGiven,
  lacking,
  NO_PROBLEMS,
  oneText,
  type Problem,
  portProblems,
} from './problem';
import { connectionPoolProblems } from './traffic-policy';

/** Settings of every proxy that are a host and a port. */
const ADDRESSES = [
  ['discoveryAddress'],
  ['statsdUdpAddress'],
  ['envoyMetricsService', 'address'],
  ['envoyAccessLogService', 'address'],
  ['tracing', 'zipkin', 'address'],
  ['tracing', 'lightstep', 'address'],
  ['tracing', 'datadog', 'address'],
] as const;

/** Extension providers that are a service; of external authorizers another rule tells. */
const SERVED = [
  'zipkin',
  'lightstep',
  'datadog',
  'opencensus',
  'skywalking',
  'opentelemetry',
  'envoyOtelAls',
  'envoyHttpAls',
  'envoyTcpAls',
] as const;

/** What istiod refuses in a mesh configuration (istio/istio pkg/config/validation/agent/validation.go `ValidateMeshConfig`). */
export function meshConfigProblems(config: JsonObject, at: string): readonly Problem[] {
  const proxy = objectAt(config, 'defaultConfig');
  const proxyAt = `${at}/defaultConfig`;
  return [
    ...ADDRESSES.flatMap((path) => {
      const key = path[path.length - 1] ?? '';
      const parents = path.slice(0, -1);
      return oneText(field(proxy, ...parents), [proxyAt, ...parents].join('/'), key, addressProblem);
    }),
    ...['proxyAdminPort', 'statusPort'].flatMap((key) => portProblems(proxy, proxyAt, key)),
    ...durationProblems(proxy, proxyAt, 'drainDuration'),
    ...oneText(proxy, proxyAt, 'drainDuration', (text) =>
      isFinerThanSeconds(text) ? `drainDuration "${text}" is more precise than a second` : undefined,
    ),
    ...durationProblems(config, at, 'connectTimeout'),
    ...localityProblems(objectAt(config, 'localityLbSetting'), `${at}/localityLbSetting`),
    ...connectionPoolProblems(
      field(config, 'defaultTrafficPolicy', 'connectionPool'),
      `${at}/defaultTrafficPolicy/connectionPool`,
    ),
    ...each(config, at, 'extensionProviders', providerProblems),
  ];
}

function addressProblem(text: string): string | undefined {
  const [, host = '', port = ''] = /^(.*):([^:]*)$/.exec(text) ?? [];
  const isRight = isPortText(port) && isPortNumber(Number(port)) && isAddressOrHost(host.replace(/^\[(.*)\]$/, '$1'));
  return isRight ? undefined : `"${text}" is not a host and a port`;
}

function providerProblems(provider: JsonValue, at: string): readonly Problem[] {
  const kind = SERVED.find((name) => isObject(field(provider, name)));
  const settings = field(provider, kind ?? '');
  const place = `${at}/${kind}`;
  const hasKind = isObject(provider) && Object.keys(provider).some((key) => key !== 'name');
  return [
    ...lacking(provider, at, 'name', 'an extension provider has no name'),
    ...(hasKind ? NO_PROBLEMS : absentAt(at, `the extension provider "${textAt(provider, 'name')}" says no kind`)),
    ...(kind === undefined ? NO_PROBLEMS : servedProblems(settings, place, textAt(provider, 'name') ?? '')),
    ...['envoyExtAuthzHttp', 'envoyExtAuthzGrpc'].flatMap((key) => [
      ...oneText(field(provider, key), `${at}/${key}`, 'pathPrefix', (prefix) =>
        prefix.startsWith('/') ? undefined : `pathPrefix "${prefix}" does not begin with /`,
      ),
      ...oneText(field(provider, key), `${at}/${key}`, 'statusOnError', (status) =>
        /^[1-5]\d\d$/.test(status) ? undefined : `statusOnError "${status}" is not an HTTP status`,
      ),
    ]),
  ];
}

function servedProblems(settings: JsonValue | undefined, at: string, name: string): readonly Problem[] {
  const missing = ['service', 'port'].find((key) => !isGiven(settings, key));
  return [
    ...(missing === undefined ? NO_PROBLEMS : absentAt(at, `the extension provider "${name}" has no ${missing}`)),
    ...portProblems(settings, at, 'port'),
    ...oneText(settings, at, 'service', (service) => {
      const host = service.slice(service.indexOf('/') + 1);
      return isAddressOrHost(host) || isVariable(service) ? undefined : `"${service}" is not a host of a service`;
    }),
  ];
}
