import { addTo } from '../../base/add-to';
import { compareTexts } from '../../base/compare-texts';
import { field, isObject, type JsonValue, listAt, textAt, textsAt } from '../../base/json';
import { GATEWAY_NAME_LABEL } from '../../upstream/istio/gateway-classes';
import { GATEWAY_API } from '../../upstream/kubernetes/api-groups';
import type { LabelIndex, Labelled } from '../cluster/label-index';
import type { Manifest } from '../documents/manifest';

/**
 * Which AuthorizationPolicies or RequestAuthentications apply to which pods, computed once for all of them (istio/istio
 * pilot/pkg/model/policyattachment.go).
 *
 * A selector in the root namespace matches pods of every namespace; elsewhere only those of its own.
 */
export class PolicyAttachments<Pod extends Labelled> {
  private readonly pods = new Map<Manifest, readonly Pod[]>();
  private readonly policies = new Map<Pod, Manifest[]>();

  public constructor(policies: readonly Manifest[], pods: LabelIndex<Pod>, rootNamespace: string) {
    for (const policy of [...policies].sort(byName)) {
      const found = findPods(policy, pods, rootNamespace);
      this.pods.set(policy, found);
      for (const pod of found) {
        addTo(this.policies, pod, policy);
      }
    }
  }

  /** The pods that a policy applies to. */
  public podsOf(policy: Manifest): readonly Pod[] {
    return this.pods.get(policy) ?? [];
  }

  /** The policies that apply to a pod, sorted by namespace and name. */
  public policiesOf(pod: Pod): readonly Manifest[] {
    return this.policies.get(pod) ?? [];
  }
}

function findPods<Pod extends Labelled>(
  policy: Manifest,
  pods: LabelIndex<Pod>,
  rootNamespace: string,
): readonly Pod[] {
  const namespace = policy.namespace ?? 'default';
  const targets = targetRefs(policy);
  if (targets.length === 0) {
    const selector = textsAt(policy.body, 'spec', 'selector', 'matchLabels');
    return pods.select(selector, namespace === rootNamespace ? undefined : namespace);
  }
  const gateways = new Set(targets.filter(isGateway).map((target) => textAt(target, 'name') ?? ''));
  return [...gateways].flatMap((name) => pods.select({ [GATEWAY_NAME_LABEL]: name }, namespace));
}

/** Whether a policy names some pods or a gateway, and so is not for its whole namespace. */
export function isSelective(policy: Manifest): boolean {
  const selector = textsAt(policy.body, 'spec', 'selector', 'matchLabels');
  return Object.keys(selector).length > 0 || targetRefs(policy).length > 0;
}

function targetRefs({ body }: Manifest): readonly JsonValue[] {
  const one = field(body, 'spec', 'targetRef');
  return [...(isObject(one) ? [one] : []), ...listAt(body, 'spec', 'targetRefs')];
}

function isGateway(ref: JsonValue): boolean {
  return textAt(ref, 'kind') === 'Gateway' && textAt(ref, 'group') === GATEWAY_API;
}

function byName(a: Manifest, b: Manifest): number {
  return compareTexts(a.namespace ?? 'default', b.namespace ?? 'default') || compareTexts(a.name, b.name);
}
