import { listAt, objectAt, textAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const filter = (applyTo: string, name: string, operation: string) => `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: shop, namespace: shop}
spec:
  configPatches:
    - applyTo: ${applyTo}
      match:
        context: SIDECAR_INBOUND
        listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: ${name}}}}}
      patch: {operation: ${operation}, value: {name: shop}}
`;

/** What has to be there for policies to hold (istio/istio pilot/pkg/security/authz/builder, pilot/pkg/security/authn). */
const SECURITY_FILTER = /^envoy\.filters\.(?:http|network)\.(?:rbac|jwt_authn|ext_authz)$|^istio_authn$/;

/** What each operation does nothing to (istio/istio pilot/pkg/networking/core/envoyfilter/rc_patch.go, cluster_patch.go). */
const WITHOUT_EFFECT: ReadonlyMap<string, readonly string[]> = new Map([
  ['REPLACE', ['ROUTE_CONFIGURATION', 'HTTP_ROUTE', 'CLUSTER']],
  ['REMOVE', ['ROUTE_CONFIGURATION']],
  ['ADD', ['ROUTE_CONFIGURATION']],
]);

/** EnvoyFilters, as far as they take away what the mesh relies on. */
export const ENVOY_FILTER_RULES = [
  defineRule({
    id: 'envoy-filter-removes-security',
    subject: 'How policies are used',
    since: '0.1.0',
    severity: 'error',
    title: 'EnvoyFilter removes a security filter',
    found: 'a patch has the operation {operation} for {filter}',
    why: 'This filter enforces AuthorizationPolicies or validates tokens: without it nothing is denied, and other tools do not show this.',
    fix: 'do not patch the filter; change the policies instead',
    source: 'istio/istio pilot/pkg/networking/core/envoyfilter/listener_patch.go, pilot/pkg/security/authz/builder',
    wrong: filter('HTTP_FILTER', 'envoy.filters.http.rbac', 'REMOVE'),
    right: filter('HTTP_FILTER', 'envoy.filters.http.rbac', 'INSERT_BEFORE'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('EnvoyFilter', ISTIO_NETWORKING)) {
        listAt(objectAt(manifest.body, 'spec'), 'configPatches').forEach((patch, index) => {
          const operation = textAt(patch, 'patch', 'operation') ?? '';
          if (operation !== 'REMOVE' && operation !== 'REPLACE') return;
          const of = objectAt(patch, 'match', 'listener', 'filterChain', 'filter');
          const name = textAt(of, 'subFilter', 'name') ?? textAt(of, 'name') ?? '';
          if (SECURITY_FILTER.test(name))
            report(manifest, `/spec/configPatches/${index}/patch`, { operation, filter: name });
        });
      }
    },
  }),
  defineRule({
    id: 'envoy-filter-without-effect',
    subject: 'DestinationRules',
    since: '0.1.0',
    severity: 'warning',
    title: 'EnvoyFilter patch that does nothing',
    found: 'the operation {operation} does nothing for {applyTo}',
    why: 'Istio silently ignores the patch, so the proxies are not changed.',
    fix: 'use MERGE, or apply the patch to something that the operation supports',
    source: 'istio/istio pilot/pkg/networking/core/envoyfilter/rc_patch.go',
    wrong: filter('ROUTE_CONFIGURATION', 'envoy.filters.http.router', 'REMOVE'),
    right: filter('ROUTE_CONFIGURATION', 'envoy.filters.http.router', 'MERGE'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('EnvoyFilter', ISTIO_NETWORKING)) {
        listAt(objectAt(manifest.body, 'spec'), 'configPatches').forEach((patch, index) => {
          const operation = textAt(patch, 'patch', 'operation') ?? '';
          const applyTo = textAt(patch, 'applyTo') ?? '';
          if (!WITHOUT_EFFECT.get(operation)?.includes(applyTo)) return;
          report(manifest, `/spec/configPatches/${index}/patch`, { operation, applyTo });
        });
      }
    },
  }),
];
