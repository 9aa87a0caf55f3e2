import type { PolicySet } from '../policy/policy-set';
import { ruleName } from './rule-name';

/**
 * What ztunnel makes of rules that look at HTTP, in sentences without a full stop: it has no HTTP, so such a rule of an ALLOW
 * matches nothing, and of a DENY whatever the rest of it matches (istio/istio pilot/pkg/serviceregistry/ambient/authorization.go).
 * A policy that only a waypoint enforces, by `targetRefs`, is not among those of the pods.
 */
export function ztunnelNotes(policies: PolicySet): readonly string[] {
  const notes = policies.rules('tcp').flatMap((rule) => {
    if (rule.dryRun) return [];
    if (rule.action === 'CUSTOM' || rule.action === 'AUDIT')
      return [`${ruleName(rule)}: ztunnel does not know the action ${rule.action}, so it has no effect`];
    if (rule.dropped === 'http-only-field-on-tcp')
      return [`${ruleName(rule)}: it uses HTTP fields, so it allows nothing at ztunnel`];
    if (rule.widenedBy.length > 0)
      return [`${ruleName(rule)}: ztunnel drops ${rule.widenedBy.join(', ')} from it, so it denies more`];
    return [];
  });
  return [...new Set(notes)];
}
