import { isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';

const TYPE = 'type.googleapis.com/envoy.extensions.filters.network';

/** Settings of Envoy's network filters that end connections after a time, by filter: nothing else in a proxy changes with them. */
const BOUNDS: Readonly<
  Record<string, { readonly type: string; readonly bound: (duration: string) => Readonly<Record<string, JsonValue>> }>
> = {
  'envoy.filters.network.http_connection_manager': {
    type: `${TYPE}.http_connection_manager.v3.HttpConnectionManager`,
    bound: (duration) => ({
      // A stream may begin just before its connection is drained, and the drain waits for it: so it is bounded too.
      common_http_protocol_options: { max_connection_duration: duration, max_stream_duration: duration },
    }),
  },
  'envoy.filters.network.tcp_proxy': {
    type: `${TYPE}.tcp_proxy.v3.TcpProxy`,
    bound: (duration) => ({ max_downstream_connection_duration: duration }),
  },
};

/**
 * Patches of an EnvoyFilter that let the proxy of a callee end what comes in. Only the callee's side holds against a caller that was
 * taken over, and nothing but an EnvoyFilter sets it for TCP: `maxConnectionDuration` of a DestinationRule is obeyed by the proxies of callers
 * (istio/istio pilot/pkg/networking/core/networkfilter.go), `connectionSettings` of a ProxyConfig bounds HTTP only.
 *
 * @param duration as protobuf writes it, such as `3600s`
 */
export function inboundDurationPatches(duration: string): readonly JsonObject[] {
  return Object.entries(BOUNDS).map(([name, { type, bound }]) => ({
    applyTo: 'NETWORK_FILTER',
    match: { context: 'SIDECAR_INBOUND', listener: { filterChain: { filter: { name } } } },
    patch: { operation: 'MERGE', value: { typed_config: { '@type': type, ...bound(duration) } } },
  }));
}

/** Whether an EnvoyFilter does nothing but end connections after a time, so that it has no say in who reaches whom. */
export function onlyBoundsConnections(envoyFilter: JsonValue): boolean {
  const patches = listAt(envoyFilter, 'spec', 'configPatches');
  return patches.length > 0 && patches.every(onlyBounds);
}

function onlyBounds(patch: JsonValue): boolean {
  const { '@type': type, ...settings } = objectAt(patch, 'patch', 'value', 'typed_config');
  const filter = Object.values(BOUNDS).find((one) => one.type === type);
  return (
    filter !== undefined &&
    textAt(patch, 'applyTo') === 'NETWORK_FILTER' &&
    textAt(patch, 'patch', 'operation') === 'MERGE' &&
    Object.keys(objectAt(patch, 'patch', 'value')).every((key) => key === 'typed_config' || key === 'name') &&
    hasOnlyFieldsOf(settings, filter.bound(''))
  );
}

function hasOnlyFieldsOf(settings: JsonValue, known: JsonValue | undefined): boolean {
  if (!isObject(settings)) return !isObject(known);
  return (
    isObject(known) &&
    Object.entries(settings).every(
      ([key, value]) => Object.hasOwn(known, key) && hasOnlyFieldsOf(value as JsonValue, known[key]),
    )
  );
}
