import { field, type JsonValue, textAt } from '../../base/json';
import { type LabelSelector, readLabelSelector } from '../../upstream/kubernetes/label-selector';
import { selectsNamespace } from '../../upstream/kubernetes/namespace-selector';

/** Of which namespaces a host of a server takes routes: all, the one of that name, or those with the labels. */
export type AllowedNamespaces = 'all' | { readonly name: string } | { readonly labels: LabelSelector | undefined };

/** What `allowedRoutes` of a listener says; without it, the Gateway's own namespace (istio/istio pilot/pkg/config/kube/gateway/conversion.go `namespacesFromSelector`). */
export function allowedByListener(listener: JsonValue, own: string): AllowedNamespaces {
  const from = textAt(listener, 'allowedRoutes', 'namespaces', 'from') ?? 'Same';
  if (from === 'Same') return { name: own };
  const selector = field(listener, 'allowedRoutes', 'namespaces', 'selector');
  return from === 'All' || selector === undefined ? 'all' : { labels: readLabelSelector(selector) };
}

/** What a host of one of Istio's servers says: `namespace/host`, with `.` for the Gateway's own and `*` for all. */
export function allowedByHost(host: string, own: string): AllowedNamespaces {
  const name = host.slice(0, Math.max(0, host.indexOf('/')));
  if (name === '' || name === '*') return 'all';
  return { name: name === '.' ? own : name };
}

/**
 * Whether routes of a namespace are taken; undefined if that depends on labels that are not known.
 *
 * @param labels of the namespace; undefined if it is not among the manifests
 */
export function takesFrom(
  allowed: AllowedNamespaces,
  namespace: string,
  labels: Readonly<Record<string, string>> | undefined,
): boolean | undefined {
  if (allowed === 'all') return true;
  if ('name' in allowed) return allowed.name === namespace;
  // A selector that is not valid selects nothing.
  return allowed.labels === undefined ? false : selectsNamespace(allowed.labels, namespace, labels);
}
