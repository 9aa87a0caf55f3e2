import type { AllowRule } from './allow-rule';

/** Attestors of tbot whose findings templates and rules can use. */
export type AttestorName = 'docker' | 'kubernetes' | 'podman' | 'systemd' | 'unix';

const ATTESTORS: readonly AttestorName[] = ['docker', 'kubernetes', 'podman', 'systemd', 'unix'];

/**
 * The attestors without which nobody gets the identity: those every template needs, and those no rule does without.
 * Expressions count for nothing, because one that names an attestor may be satisfied without it.
 *
 * @internal
 */
export function requiredAttestors(spiffe: object, rules: readonly AllowRule[]): readonly AttestorName[] {
  const templates = JSON.stringify(spiffe);
  return ATTESTORS.filter((attestor) => {
    const prefix = `workload.${attestor}.`;
    const isNeeded = ({ conditions = [] }: AllowRule) =>
      conditions.some(({ attribute, needsAttribute }) => needsAttribute && attribute.startsWith(prefix));
    return templates.includes(prefix) || rules.every(isNeeded);
  });
}
