import type { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NetworkPolicySpec } from 'kubernetes-types/networking/v1';
import { KUBERNETES_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import { checkNamespace, NAMESPACE_NAME_LABEL } from '../../upstream/kubernetes/names';
import { addObject } from '../kubernetes/kubernetes-object';
import { DIAGNOSTICS_PORT } from './tbot-container';

/** What a policy about tbot's diagnostics needs to know of its pods. */
export interface DiagnosticsPolicyProps {
  readonly name: string;
  readonly namespace: string;
  /** Labels of tbot's pods. */
  readonly labels: Readonly<Record<string, string>>;
  /** Namespaces whose pods may read them. */
  readonly from: readonly string[];
}

/** Lets only the pods of some namespaces reach tbot, which listens on nothing but its diagnostics. */
export function addDiagnosticsPolicy(scope: Construct, props: DiagnosticsPolicyProps): ApiObject {
  const { name, namespace, labels, from } = props;
  for (const one of from) checkNamespace(scope.node.path, one);
  const spec: NetworkPolicySpec = {
    podSelector: { matchLabels: labels },
    policyTypes: ['Ingress'],
    ingress:
      from.length === 0
        ? []
        : [
            {
              from: from.map((one) => ({ namespaceSelector: { matchLabels: { [NAMESPACE_NAME_LABEL]: one } } })),
              ports: [{ protocol: 'TCP', port: DIAGNOSTICS_PORT }],
            },
          ],
  };
  return addObject(scope, 'diagnostics-policy', {
    apiVersion: KUBERNETES_NETWORKING_V1,
    kind: 'NetworkPolicy',
    metadata: { name: `${name}-diagnostics`, namespace, labels },
    spec,
  });
}
