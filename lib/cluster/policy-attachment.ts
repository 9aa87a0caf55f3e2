import { field, isObject, type JsonValue, listAt, type Manifest, textAt, textsAt } from '../manifests';
import type { LabelIndex, Labelled } from './label-index';

/** Marks the pods of a Gateway API gateway; policies attach to those by the Gateway's name. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Which AuthorizationPolicies or RequestAuthentications are for which pods, found once for all of them
 * (istio/istio pilot/pkg/model/policyattachment.go).
 *
 * In the root namespace a selector finds pods of every namespace; elsewhere only those of its own.
 */
export class PolicyAttachments<Policy, Pod extends Labelled> {
  private readonly pods: ReadonlyMap<Policy, readonly Pod[]>;
  private readonly policies = new Map<Pod, Policy[]>();

  public constructor(
    policies: readonly Policy[],
    manifestOf: (policy: Policy) => Manifest,
    pods: LabelIndex<Pod>,
    rootNamespace: string,
  ) {
    this.pods = new Map(policies.map((policy) => [policy, findPods(manifestOf(policy), pods, rootNamespace)]));
    for (const [policy, found] of this.pods) {
      for (const pod of found) {
        const known = this.policies.get(pod);
        if (known) known.push(policy);
        else this.policies.set(pod, [policy]);
      }
    }
  }

  /** The pods a policy is for. */
  public podsOf(policy: Policy): readonly Pod[] {
    return this.pods.get(policy) ?? [];
  }

  /** The policies that are for a pod, in the order they were given. */
  public policiesOf(pod: Pod): readonly Policy[] {
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
  return [...gateways].flatMap((name) => pods.select({ [GATEWAY_NAME]: name }, namespace));
}

function targetRefs({ body }: Manifest): readonly JsonValue[] {
  const one = field(body, 'spec', 'targetRef');
  return [...(isObject(one) ? [one] : []), ...listAt(body, 'spec', 'targetRefs')];
}

function isGateway(ref: JsonValue): boolean {
  return textAt(ref, 'kind') === 'Gateway' && textAt(ref, 'group') === 'gateway.networking.k8s.io';
}
