import { type JsonObject, listAt, textAt } from '../../../../base/json';
import { selects } from '../../../../model/cluster/label-index';
import { type Service, targetPort } from '../../../../model/cluster/service';
import type { TlsSetting } from '../../../../model/cluster/tls-settings';
import { identityUri, istioPath } from '../../../../upstream/spiffe/identity-uri';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, service, stream } from '../examples';

const STRICT =
  'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: STRICT}}\n';

const destination = (tls: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: shop}\nspec:\n  host: catalogue.shop.svc.cluster.local\n  trafficPolicy:\n    tls: ${tls}\n`;

const CATALOGUE = stream(deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80}'));
const MESH = 'meshConfig:\n  trustDomain: example.teleport.sh\n';

/** Whether a port the setting is for, of a pod that has a proxy, takes mutual TLS only. */
function meetsStrict(context: CheckContext, { subset, isForPort }: TlsSetting, to: Service): boolean {
  if (Object.keys(to.selector).length === 0) return false;
  const ports = to.ports.filter(({ port }) => isForPort(port));
  // Of pods that are elsewhere only the mode of their namespace is known.
  if (to.workloads.length === 0) {
    return ports.length > 0 && context.mtlsModes.namespaceModeOf(to.namespace).mode === 'STRICT';
  }
  return to.workloads.some((workload) => {
    if (!selects(subset, workload.labels) || context.isInjected(workload) === false) return false;
    const targets = ports.flatMap((port) => targetPort(port, workload) ?? []);
    return targets.some((target) => context.mtlsModes.modeOf(workload, target).mode === 'STRICT');
  });
}

/** With another path in the identities, such a list may be the way it was made to work. */
function hasDefaultShape({ spec }: { readonly spec: JsonObject }): boolean {
  return (textAt(spec, 'spiffe', 'id') ?? '').startsWith('/ns/');
}

/** DestinationRules that meddle with mTLS. */
export const DESTINATION_RULE_RULES = [
  defineRule({
    id: 'destinationrule-tls-not-istio-mutual',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'warning',
    title: 'DestinationRule disables mutual TLS',
    found: 'tls.mode for {host} is {mode}',
    why: 'Any mode other than ISTIO_MUTUAL disables automatic mTLS for the host; a STRICT server refuses the connection.',
    fix: 'remove tls, or write ISTIO_MUTUAL',
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
    wrong: stream(CATALOGUE, STRICT, destination('{mode: DISABLE}')),
    right: stream(CATALOGUE, STRICT, destination('{mode: ISTIO_MUTUAL}')),
    check(context, report) {
      for (const setting of context.tlsSettings) {
        const { manifest, host, services, pointer, mode } = setting;
        if (mode === undefined || mode === 'ISTIO_MUTUAL') continue;
        if (services.some((one) => meetsStrict(context, setting, one)))
          report(manifest, `${pointer}/mode`, { host, mode });
      }
    },
  }),
  defineRule({
    id: 'destinationrule-sans-wrong',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Subject names that the server does not have',
    found: 'subjectAltNames for {host} does not contain {identity}',
    why: 'The list replaces the one that istiod computes, and is compared exactly: no client accepts the server.',
    fix: 'add {identity}, or leave subjectAltNames out',
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
    wrong: stream(
      MESH,
      CATALOGUE,
      destination('{mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://example.teleport.sh/ns/shop/sa/db"]}'),
    ),
    right: stream(
      MESH,
      CATALOGUE,
      destination('{mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://example.teleport.sh/ns/shop/sa/catalogue"]}'),
    ),
    check(context, report) {
      const [domain] = context.trustDomains;
      if (domain === undefined || !context.teleport.identities.every(hasDefaultShape)) return;
      for (const { manifest, host, services, pointer, tls, mode } of context.tlsSettings) {
        const names = listAt(tls, 'subjectAltNames');
        const [target] = services;
        if (!target || host.startsWith('*') || names.length === 0 || mode !== 'ISTIO_MUTUAL') continue;
        for (const { namespace, serviceAccount } of target.workloads) {
          const path = istioPath(namespace, serviceAccount);
          if (context.trustDomains.some((one) => names.includes(identityUri(one, path)))) continue;
          report(manifest, `${pointer}/subjectAltNames`, { host, identity: identityUri(domain, path) });
          break;
        }
      }
    },
  }),
];
