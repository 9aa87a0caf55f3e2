import { cached } from '../../../../base/cached';
import { isVariable } from '../../../../base/is-variable';
import { listAt, scalarTextsAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { takesFrom } from '../../../../model/gateways/allowed-namespaces';
import { type ServedHost, servedHosts } from '../../../../model/gateways/gateway-servers';
import { gatewaysNamed } from '../../../../model/gateways/gateways-by-name';
import { HostIndex } from '../../../../model/gateways/host-index';
import { resolveGatewayName } from '../../../../upstream/istio/gateway-classes';
import { ANY_HOST, resolveHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { oncePerContext } from '../../context/once-per-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

/** The name that stands for the sidecars. */
const MESH = 'mesh';

const routes = (gateway: string, host = 'shop.example') =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: shop}\nspec:\n  hosts: [${host}]\n  gateways: [${gateway}]\n  http: [{route: [{destination: {host: web.shop.svc.cluster.local}}]}]\n`;
const GATEWAY =
  'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec:\n  selector: {istio: ingress}\n  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example]}]\n';

/** A Gateway that a VirtualService names. */
export interface NamedGateway {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly written: string;
  /** Every object of this name, of which some may be alternatives of others; empty if it is not among the manifests. */
  readonly gateways: readonly Manifest[];
}

/** The Gateways of Istio's that VirtualServices name, as often as they do. */
export const namedGateways = oncePerContext(({ manifests }): readonly NamedGateway[] => {
  return manifests.ofKind('VirtualService', ISTIO_NETWORKING).flatMap((manifest) =>
    scalarTextsAt(manifest.body, 'spec', 'gateways').flatMap((written, index) => {
      // A name with dots is the old form, and what is filled in later is not known yet.
      if (written === MESH || !/^[a-z0-9-]+(?:\/[a-z0-9-]+)?$/.test(written)) return [];
      const gateway = resolveGatewayName(written, manifest.namespace ?? 'default');
      const gateways = gatewaysNamed(gateway, ISTIO_NETWORKING, manifests);
      return [{ manifest, pointer: `/spec/gateways/${index}`, written, gateways }];
    }),
  );
});

/** The hosts of the servers of a Gateway; one that is filled in later may be any. */
function toServedHosts(gateway: Manifest): HostIndex<ServedHost> {
  const hosts = listAt(gateway.body, 'spec', 'servers').flatMap((server) => servedHosts(gateway, server));
  return new HostIndex(hosts, ({ host }) => [isVariable(host) ? ANY_HOST : host]);
}

/** VirtualServices and the Gateways they name. */
export const ROUTE_GATEWAY_RULES = [
  defineRule({
    id: 'route-gateway-missing',
    subject: 'Routes of gateways',
    since: '0.1.0',
    severity: 'warning',
    title: 'Gateway of a VirtualService does not exist',
    found: 'Gateway "{gateway}" does not exist',
    why: 'A name without a namespace means the namespace of the VirtualService. No gateway serves the routes: clients get 404.',
    fix: 'write <namespace>/<name> of a Gateway',
    source: 'istio/istio pkg/config/analysis/analyzers/virtualservice/gateways.go (IST0101)',
    needsComplete: true,
    wrong: stream(GATEWAY, routes('edge-gateway')),
    right: stream(GATEWAY, routes('edge')),
    check(context, report) {
      for (const { manifest, pointer, written, gateways } of namedGateways(context)) {
        if (gateways.length === 0) report(manifest, pointer, { gateway: written });
      }
    },
  }),
  defineRule({
    id: 'route-host-not-at-gateway',
    subject: 'Routes of gateways',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Hosts of a VirtualService are not those of its Gateway',
    found: 'Gateway "{gateway}" does not offer any host of the VirtualService to namespace {namespace}',
    why: 'A gateway accepts routes only for its own hosts, so these have no effect: clients get 404.',
    fix: 'add the host to the Gateway, or correct it',
    source: 'istio/istio pkg/config/analysis/analyzers/virtualservice/gateways.go (IST0132)',
    wrong: stream(GATEWAY, routes('edge', 'shop.exmaple')),
    right: stream(GATEWAY, routes('edge')),
    check(context, report) {
      const served = new Map<Manifest, HostIndex<ServedHost>>();
      for (const { manifest, pointer, written, gateways } of namedGateways(context)) {
        const namespace = manifest.namespace ?? 'default';
        const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts').map((host) => resolveHost(host, namespace));
        if (gateways.length === 0 || hosts.length === 0) continue;
        // kustomize may still give either of them other hosts.
        if ([manifest, ...gateways].some((one) => context.manifests.isUnfinished(one))) continue;
        if (hosts.some(isVariable)) continue;
        const common = gateways.flatMap((one) => cached(served, one, () => toServedHosts(one)).sharing(hosts));
        if (common.some(({ allowed }) => takesFrom(allowed, namespace, undefined) !== false)) continue;
        report(manifest, pointer, { gateway: written, namespace });
      }
    },
  }),
];
