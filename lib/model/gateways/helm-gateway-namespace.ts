import { listAt, scalarTextsAt, textsAt } from '../../base/json';
import { ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import { selects } from '../cluster/label-index';
import type { ManifestSet } from '../documents/manifest-set';

/**
 * The namespace of a release of the gateway chart, which its values do not say: the one that principals name with its
 * ServiceAccount, or else the one whose policies select its labels. Undefined if there are several, or none.
 */
export function helmGatewayNamespace(
  manifests: ManifestSet,
  serviceAccount: string,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  const policies = manifests.ofKind('AuthorizationPolicy', ISTIO_SECURITY);
  const named = policies
    .flatMap(({ body }) => listAt(body, 'spec', 'rules'))
    .flatMap((rule) => listAt(rule, 'from'))
    .flatMap((from) => scalarTextsAt(from, 'source', 'principals'))
    .flatMap((principal) => {
      const [, namespace, account] = /\/ns\/([^/*]+)\/sa\/([^/*]+)$/.exec(principal) ?? [];
      return namespace !== undefined && account === serviceAccount ? [namespace] : [];
    });
  const selecting = [...policies, ...manifests.ofKind('RequestAuthentication', ISTIO_SECURITY)].flatMap((policy) => {
    const selector = textsAt(policy.body, 'spec', 'selector', 'matchLabels');
    return Object.keys(selector).length > 0 && selects(selector, labels) ? [policy.namespace ?? 'default'] : [];
  });
  const [only, ...others] = new Set(named.length > 0 ? named : selecting);
  return others.length > 0 ? undefined : only;
}
