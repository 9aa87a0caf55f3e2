import { cached } from '../../base/cached';
import { field, type JsonValue, listAt, numberAt, textAt } from '../../base/json';
import { type IngressSettings, ingressGatewayName } from '../../upstream/istio/gateway-classes';
import { ANY_HOST } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { ANY_LISTENER, type RouteRule, type RouteTarget, type RouteWithTargets, withTargets } from './attached-route';

/** The routes that istiod makes of an Ingress: one for each host, with the paths of all its rules. */
export function ingressRoutes(
  manifest: Manifest,
  manifests: ManifestSet,
  { selector }: IngressSettings,
): readonly RouteWithTargets[] {
  const { namespace = 'default', body } = manifest;
  const byHost = new Map<string, RouteTarget[]>();
  for (const rule of listAt(body, 'spec', 'rules')) {
    const host = textAt(rule, 'host') || ANY_HOST;
    const targets = listAt(rule, 'http', 'paths').flatMap((path) => toTarget(path, namespace, manifests));
    cached(byHost, host, () => []).push(...targets);
  }
  return [...byHost].map(([host, targets]) => {
    const route = {
      manifest,
      gateway: ingressGatewayName(manifest),
      selector,
      listeners: [ANY_LISTENER],
      listenerSet: undefined,
      api: ISTIO_NETWORKING,
      hosts: [host],
      all: targets.map(({ rule }) => rule),
    } as const;
    return withTargets(route, targets);
  });
}

/** A path of an Ingress, as a rule of a VirtualService; none if istiod finds no port for it. */
function toTarget(path: JsonValue, namespace: string, manifests: ManifestSet): readonly RouteTarget[] {
  const service = field(path, 'backend', 'service');
  const name = textAt(service, 'name');
  const port =
    numberAt(service, 'port', 'number') || namedPort(textAt(service, 'port', 'name'), namespace, name, manifests);
  if (name === undefined || port === undefined) return [];
  const uri = uriOf(textAt(path, 'pathType'), textAt(path, 'path') ?? '');
  const body: JsonValue = uri === undefined ? {} : { match: [{ uri }] };
  // The longest path comes first, and an exact one before a beginning (istio/istio pilot/pkg/config/kube/ingress `sortHTTPRoutes`).
  const [text = ''] = Object.values(uri ?? {});
  const rule: RouteRule = { body, kind: 'http', precedence: [text.length, uri?.exact === undefined ? 0 : 1] };
  return [{ to: { namespace, name }, port, rule, lacksGrant: false, isMirror: false }];
}

function namedPort(
  wanted: string | undefined,
  namespace: string,
  service: string | undefined,
  manifests: ManifestSet,
): number | undefined {
  const found = service === undefined ? undefined : manifests.find('Service', namespace, service);
  const port = listAt(found?.body, 'spec', 'ports').find(
    (one) => wanted !== undefined && textAt(one, 'name') === wanted,
  );
  return numberAt(port, 'port');
}

/** How istiod compares a path; undefined for every path. */
function uriOf(
  type: string | undefined,
  path: string,
): { readonly exact?: string; readonly prefix?: string } | undefined {
  if (type === 'Exact') return { exact: path };
  if (type === 'Prefix') return { prefix: path };
  if (['', '*', '/*', '.*'].includes(path)) return undefined;
  const isBeginning = path.endsWith('.*') || path.endsWith('/*');
  return isBeginning ? { prefix: path.slice(0, -2) } : { exact: path };
}
