import { isVariable } from '../../../../base/is-variable';
import { listAt, scalarTextsAt } from '../../../../base/json';
import { hostsOfRoute } from '../../../../model/gateways/route-at-server';
import { resolveHost } from '../../../../upstream/istio/service-host';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { namedGateways } from './route-gateways';

const GATEWAY =
  'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: shop}\nspec:\n  selector: {istio: ingress}\n  servers: [{port: {number: 443, name: tls, protocol: TLS}, tls: {mode: PASSTHROUGH}, hosts: [shop.example]}]\n';
const routes = (rules: string) =>
  `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: shop}\nspec:\n  hosts: [shop.example]\n  gateways: [edge]\n  ${rules}\n`;
const TO_WEB = 'route: [{destination: {host: web.shop.svc.cluster.local}}]';

const KINDS = ['http', 'tls', 'tcp'] as const;

/** A VirtualService whose rules are of a kind that the servers for its hosts do not read. */
export const ROUTE_KIND_NOT_AT_GATEWAY_RULE = defineRule({
  id: 'route-kind-not-at-gateway',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Rules of a VirtualService that its Gateway does not read',
  found: 'the VirtualService has {kinds} rules, but for its hosts Gateway "{gateway}" reads only {takes} rules',
  why: 'An HTTP server reads http rules, one that passes TLS through reads tls rules, and any other reads tcp rules. Nothing is routed for these hosts: clients get 404 or no connection.',
  fix: 'write the rules in the other list, or change the protocol or the TLS mode of the server',
  source:
    'istio/istio pilot/pkg/networking/core/gateway.go (createGatewayTCPFilterChainOpts, buildGatewayHTTPRouteConfig)',
  wrong: stream(GATEWAY, routes(`http: [{${TO_WEB}}]`)),
  right: stream(GATEWAY, routes(`tls: [{match: [{sniHosts: [shop.example]}], ${TO_WEB}}]`)),
  check(context, report) {
    for (const { manifest, pointer, written, gateways } of namedGateways(context)) {
      const kinds = KINDS.filter((kind) => listAt(manifest.body, 'spec', kind).length > 0);
      const namespace = manifest.namespace ?? 'default';
      const hosts = scalarTextsAt(manifest.body, 'spec', 'hosts').map((host) => resolveHost(host, namespace));
      // kustomize or Helm may still give either of them something else.
      if (kinds.length === 0 || hosts.some(isVariable)) continue;
      if ([manifest, ...gateways].some((one) => context.manifests.isUnfinished(one))) continue;
      const servers = gateways.flatMap((gateway) =>
        context.gatewayServers.serversOf(gateway).sharing(hostsOfRoute({ hosts })),
      );
      const takes = new Set(servers.flatMap((server) => server.takes));
      if (servers.length === 0 || takes.size === 0 || kinds.some((kind) => takes.has(kind))) continue;
      report(manifest, pointer, { gateway: written, kinds: kinds.join(' and '), takes: [...takes].join(' and ') });
    }
  },
});
