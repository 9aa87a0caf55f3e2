import { addTo } from '../../base/add-to';
import { field, type JsonValue, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL } from '../../upstream/istio/gateway-classes';
import { resolveHost, serviceOfHost } from '../../upstream/istio/service-host';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex } from '../cluster/label-index';
import type { Workload } from '../cluster/workload';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** An object by its name. */
interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** A route from a Gateway to a Service. */
export interface GatewayRoute {
  /** The route's own object. */
  readonly manifest: Manifest;
  /** The Gateway it is attached to. */
  readonly gateway: Named;
  /** Whether that is one of Istio's own, or of the Gateway API. */
  readonly api: typeof ISTIO_NETWORKING | typeof GATEWAY_API;
  /** Hosts it is for; empty for those of the Gateway. */
  readonly hosts: readonly string[];
  /** The Service it leads to. */
  readonly to: Named;
  /** The port of that Service; undefined if the route does not say it. */
  readonly port: number | undefined;
  /** The rules of the route that lead there. */
  readonly rules: readonly JsonValue[];
}

/** A Service that a rule of a route leads to. */
interface Target {
  readonly to: Named;
  readonly port: number | undefined;
  readonly rule: JsonValue;
}

/** Kinds of routes of the Gateway API. */
const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute'] as const;

/** Every route from a Gateway to a port of a Service. */
export function gatewayRoutes(manifests: ManifestSet): readonly GatewayRoute[] {
  const ofIstio = manifests.ofKind('VirtualService', ISTIO_NETWORKING).flatMap(ofVirtualService);
  const ofApi = ROUTE_KINDS.flatMap((kind) => manifests.ofKind(kind, GATEWAY_API).flatMap(ofRoute));
  return [...ofIstio, ...ofApi];
}

/** The pods that serve a Gateway. */
export function podsOfGateway(
  { gateway, api }: Pick<GatewayRoute, 'gateway' | 'api'>,
  manifests: ManifestSet,
  pods: LabelIndex<Workload>,
): readonly Workload[] {
  const { namespace, name } = gateway;
  if (api === GATEWAY_API) return pods.select({ [GATEWAY_NAME_LABEL]: name }, namespace);
  const manifest = manifests
    .ofKind('Gateway', api)
    .find((one) => one.name === name && (one.namespace ?? 'default') === namespace);
  const selector = textsAt(field(manifest?.body, 'spec', 'selector'));
  return Object.keys(selector).length === 0 ? [] : pods.select(selector, undefined);
}

function ofVirtualService(manifest: Manifest): readonly GatewayRoute[] {
  const namespace = manifest.namespace ?? 'default';
  const gateways = scalarTextsAt(manifest.body, 'spec', 'gateways').filter((name) => name !== 'mesh');
  if (gateways.length === 0) return [];
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts');
  const rules = ['http', 'tcp', 'tls'].flatMap((protocol) => listAt(manifest.body, 'spec', protocol));
  return gateways.flatMap((name) => {
    const targets = rules
      .filter((rule) => isForGateway(rule, name))
      .flatMap((rule) =>
        listAt(rule, 'route').flatMap((route): readonly Target[] => {
          const to = serviceOfHost(resolveHost(textAt(route, 'destination', 'host') ?? '', namespace));
          return to === undefined ? [] : [{ to, port: numberAt(route, 'destination', 'port', 'number'), rule }];
        }),
      );
    const about = { manifest, gateway: qualified(name, namespace), api: ISTIO_NETWORKING, hosts } as const;
    return byTarget(targets).map((target) => ({ ...about, ...target }));
  });
}

/** A rule whose matches all name other gateways is not for this one: egress gateways and sidecars often share a route. */
function isForGateway(rule: JsonValue, name: string): boolean {
  const matches = listAt(rule, 'match');
  return (
    matches.length === 0 ||
    matches.some((match) => {
      const gateways = scalarTextsAt(match, 'gateways');
      return gateways.length === 0 || gateways.includes(name);
    })
  );
}

function ofRoute(manifest: Manifest): readonly GatewayRoute[] {
  const namespace = manifest.namespace ?? 'default';
  const hosts = scalarTextsAt(manifest.body, 'spec', 'hostnames');
  const parents = listAt(manifest.body, 'spec', 'parentRefs').filter(
    (ref) => (textAt(ref, 'kind') ?? 'Gateway') === 'Gateway',
  );
  const targets = listAt(manifest.body, 'spec', 'rules').flatMap((rule) =>
    listAt(rule, 'backendRefs').map(
      (ref): Target => ({
        to: { namespace: textAt(ref, 'namespace') ?? namespace, name: textAt(ref, 'name') ?? '' },
        port: numberAt(ref, 'port'),
        rule,
      }),
    ),
  );
  return parents.flatMap((parent) => {
    const gateway = { namespace: textAt(parent, 'namespace') ?? namespace, name: textAt(parent, 'name') ?? '' };
    const about = { manifest, gateway, api: GATEWAY_API, hosts } as const;
    return byTarget(targets).map((target) => ({ ...about, ...target }));
  });
}

/** One for each port of a Service, with all rules that lead there. */
function byTarget(targets: readonly Target[]): readonly Pick<GatewayRoute, 'to' | 'port' | 'rules'>[] {
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    addTo(groups, `${target.to.namespace}/${target.to.name}:${target.port ?? ''}`, target);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ to: first.to, port: first.port, rules: group.map(({ rule }) => rule) }];
  });
}

function numberAt(value: JsonValue, ...path: readonly string[]): number | undefined {
  const found = field(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

/** `namespace/name`, or a name in the same namespace. */
function qualified(name: string, namespace: string): Named {
  const slash = name.indexOf('/');
  return slash < 0 ? { namespace, name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}
