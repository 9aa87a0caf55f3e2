import { addTo } from '../../../base/add-to';
import { cached } from '../../../base/cached';
import type { CheckOutcome } from '../diagnose';

/** How many reasons of one check are written out. */
const SHOWN = 5;

/** An API server that refuses an account (kubernetes/apimachinery pkg/api/errors/errors.go). */
const FORBIDDEN = /\bis forbidden: User "/;

/** Why something was not checked, and what that concerns. */
export interface UnseenReason {
  readonly because: string;
  /** What could not be had, in the order it was missed. */
  readonly whats: readonly string[];
  /** The checks that missed it. */
  readonly outcomes: readonly CheckOutcome[];
}

/** What was not checked, by reason: one missing permission can prevent nearly every check. */
export interface UnseenReasons {
  /** Reasons that several checks have. */
  readonly common: readonly UnseenReason[];
  /** Reasons that one check alone has, by that check. */
  readonly own: ReadonlyMap<CheckOutcome, readonly UnseenReason[]>;
  /** How many more reasons a check has; none if it is not in it. */
  readonly more: ReadonlyMap<CheckOutcome, number>;
}

/** Groups what several checks could not check for the same reason. */
export function unseenReasons(all: readonly CheckOutcome[]): UnseenReasons {
  const byReason = new Map<string, { whats: Set<string>; outcomes: Set<CheckOutcome> }>();
  const more = new Map<CheckOutcome, number>();
  for (const outcome of all) {
    const reasons = new Set(outcome.unseen.map(({ because }) => because));
    const shown = new Set([...reasons].slice(0, SHOWN));
    if (reasons.size > shown.size) more.set(outcome, reasons.size - shown.size);
    for (const { what, because } of outcome.unseen) {
      if (!shown.has(because)) continue;
      const reason = cached(byReason, because, () => ({ whats: new Set<string>(), outcomes: new Set<CheckOutcome>() }));
      reason.whats.add(what);
      reason.outcomes.add(outcome);
    }
  }
  const reasons = [...byReason].map(([because, { whats, outcomes }]) => ({
    because,
    whats: [...whats],
    outcomes: [...outcomes],
  }));
  const own = new Map<CheckOutcome, UnseenReason[]>();
  for (const reason of reasons) {
    const [only, ...others] = reason.outcomes;
    if (only !== undefined && others.length === 0) addTo(own, only, reason);
  }
  return { common: reasons.filter(({ outcomes }) => outcomes.length > 1), own, more };
}

/** A reason as a clause: `because of pods: it is forbidden`. */
export function reasonText({ because, whats: [first = '', ...others] }: UnseenReason): string {
  const rest = others.length === 0 ? '' : ` and ${others.length} more`;
  return `because of ${first}${rest}: ${because}`;
}

/** How much a check did look at beside that; empty if it is nothing. How many were left out is not always known. */
export function partText({ looked }: CheckOutcome): string {
  return looked > 0 ? ` (${looked} ${looked === 1 ? 'other was' : 'others were'} checked)` : '';
}

/** The checks of a reason, a text for each of their groups: `certificates: certificate-path, calls-verify`. */
export function checksOf({ outcomes }: UnseenReason): readonly string[] {
  const byGroup = new Map<string, string[]>();
  for (const outcome of outcomes) {
    const { group, id } = outcome.check;
    addTo(byGroup, group, `${id}${partText(outcome)}`);
  }
  return [...byGroup].map(([group, ids]) => `${group}: ${ids.join(', ')}`);
}

/** What to do about rights that are missing; undefined if none is. */
export function adviceOnRights(all: readonly CheckOutcome[]): string | undefined {
  const isForbidden = all.some(({ unseen }) => unseen.some(({ because }) => FORBIDDEN.test(because)));
  return isForbidden ? 'npx teleport-istio doctor --rbac prints the ClusterRole that doctor needs' : undefined;
}
