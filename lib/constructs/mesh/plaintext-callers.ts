import type { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import { PolicyScope } from '../istio/policy/policy-scope';
import { Principal } from '../istio/policy/principal';
import { MtlsMode } from '../istio/traffic/mtls-mode';

/**
 * Plaintext callers: everyone, or pods by their IP addresses or CIDRs. Addresses do not determine the namespace of a
 * pod.
 */
export type PlaintextCallers = 'everybody' | readonly [string, ...string[]];

/**
 * Which connections the pods of a namespace take.
 *
 * @throws InvalidInputError if callers are to come in plain text where none, or nothing else, is taken
 */
export function modeOf(
  where: string,
  { mtls, plaintextFrom }: { readonly mtls?: MtlsMode; readonly plaintextFrom?: PlaintextCallers },
): MtlsMode {
  if (plaintextFrom === undefined) return mtls ?? MtlsMode.STRICT;
  if (mtls === undefined || mtls === MtlsMode.PERMISSIVE) return MtlsMode.PERMISSIVE;
  throw new InvalidInputError({
    where,
    problem: 'plaintextFrom allows plaintext callers in addition to mTLS callers',
    value: mtls,
    allowed: 'mtls: MtlsMode.PERMISSIVE, or no value',
    fix: 'remove mtls: the mode becomes STRICT again when plaintextFrom is removed',
  });
}

/**
 * Lets in who has no identity, and nobody else: what callers with one may do stays what rules say that name them.
 *
 * @throws InvalidInputError if an address is not valid
 */
export function allowPlaintext(scope: Construct, namespace: string, callers: PlaintextCallers): AuthorizationPolicy {
  const withoutIdentity = { notPrincipals: [Principal.anyAuthenticated()] };
  return new AuthorizationPolicy(scope, 'Plaintext', {
    name: 'still-in-plain-text',
    scope: PolicyScope.namespace(namespace),
    action: 'ALLOW',
    rules: [{ from: [callers === 'everybody' ? withoutIdentity : { ...withoutIdentity, ipBlocks: callers }] }],
  });
}

/** Reminds of what was meant for a while. */
export function plaintextNotice(namespace: string, callers: PlaintextCallers): string {
  const who = callers === 'everybody' ? 'everybody' : callers.join(', ');
  return `Namespace ${namespace} still accepts plain text from ${who}, on all ports. Remove plaintextFrom when no client needs it any more.`;
}
