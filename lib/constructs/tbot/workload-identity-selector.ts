import { InvalidInputError } from '../../base/invalid-input-error';
import type { AttestorName } from '../teleport/required-attestors';
import type { WorkloadIdentity } from '../teleport/workload-identity';

/** A workload identity that is created elsewhere, by name. */
export interface NamedWorkloadIdentity {
  /** Name of the workload identity. */
  readonly name: string;
  readonly labels?: never;
}

/**
 * All workload identities with these labels, each with its allowed values. For Envoy and Istio, use the name of one
 * identity instead: of several, they get the first by name as `default`, and more than ten fail.
 */
export interface LabelledWorkloadIdentities {
  /** A map from labels to allowed values; every label must match. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly name?: never;
}

/** Which identities a service of tbot requests from Teleport: one by name, or several by labels. */
export type WorkloadIdentitySelector = WorkloadIdentity | NamedWorkloadIdentity | LabelledWorkloadIdentities;

/**
 * What {@link toSelectorConfig} writes.
 *
 * @internal
 */
export type WorkloadIdentitySelectorConfig =
  | { readonly name: string }
  | { readonly labels: Readonly<Record<string, readonly string[]>> };

/**
 * A selector as tbot's configuration spells it.
 *
 * @internal
 * @throws InvalidInputError if it selects nothing
 */
export function toSelectorConfig(where: string, selector: WorkloadIdentitySelector): WorkloadIdentitySelectorConfig {
  // A WorkloadIdentity has labels too, but its name alone says which one it is.
  if (selector.name !== undefined) {
    if (selector.name === '') throw selectsNothing(where, selector.name);
    return { name: selector.name };
  }
  const labels = Object.entries(selector.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (labels.length === 0 || labels.some(([, values]) => values.length === 0)) {
    throw selectsNothing(where, selector.labels);
  }
  return { labels: Object.fromEntries(labels.map(([key, values]) => [key, [...values]])) };
}

/**
 * Refuses an identity that nobody could get, because its template or rules need an attestor that is not on. Only for
 * identities of this program; of others nothing is known.
 *
 * @internal
 * @throws InvalidInputError
 */
export function checkAttested(where: string, selector: WorkloadIdentitySelector, on: readonly AttestorName[]): void {
  if (!('attestors' in selector)) return;
  const missing = selector.attestors.filter((attestor) => !on.includes(attestor));
  if (missing.length > 0) {
    throw new InvalidInputError({
      where,
      problem: `no workload could get the identity "${selector.name}": it needs attributes from ${missing.join(', ')}`,
      value: missing,
      allowed: on.length > 0 ? on.join(', ') : 'an identity that needs no attestor',
      fix: 'enable the attestor, or use attributes.join in the rules and the template',
    });
  }
}

function selectsNothing(where: string, value: unknown): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'the selector selects nothing',
    value,
    allowed: 'a WorkloadIdentity, a name, or labels with at least one value each',
    fix: 'pass the WorkloadIdentity object',
  });
}
