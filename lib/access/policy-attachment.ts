import { field, isObject, type JsonValue, listAt, type Manifest, textAt, textsAt } from '../manifests';

/** The labels and the place by which policies find a pod. */
export interface PolicyTargetPod {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Marks the pods of a Gateway API gateway; policies attach to those by the Gateway's name. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';

/**
 * Whether an AuthorizationPolicy or RequestAuthentication is for a pod (istio/istio pilot/pkg/model/policyattachment.go).
 *
 * In the root namespace a selector finds pods of every namespace; elsewhere only those of its own.
 */
export function appliesTo(policy: Manifest, pod: PolicyTargetPod, rootNamespace: string): boolean {
  const namespace = policy.namespace ?? 'default';
  if (namespace !== rootNamespace && namespace !== pod.namespace) return false;
  const targets = targetRefs(policy);
  if (targets.length > 0) {
    const gateway = pod.labels[GATEWAY_NAME];
    return gateway !== undefined && namespace === pod.namespace && targets.some((ref) => isGateway(ref, gateway));
  }
  return selects(textsAt(policy.body, 'spec', 'selector', 'matchLabels'), pod.labels);
}

/** Whether every label a selector asks for is there; an empty selector asks for none. */
export function selects(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

function targetRefs({ body }: Manifest): readonly JsonValue[] {
  const one = field(body, 'spec', 'targetRef');
  return [...(isObject(one) ? [one] : []), ...listAt(body, 'spec', 'targetRefs')];
}

function isGateway(ref: JsonValue, name: string): boolean {
  return (
    textAt(ref, 'kind') === 'Gateway' &&
    textAt(ref, 'group') === 'gateway.networking.k8s.io' &&
    textAt(ref, 'name') === name
  );
}
