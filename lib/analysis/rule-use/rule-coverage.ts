import { objectAt, textsAt } from '../../base/json';
import { selects } from '../../model/cluster/label-index';
import { type PolicyFieldName, policyField } from '../../upstream/istio/policy-fields';
import type { CompiledCondition } from '../policy/compiled-condition';
import type { CompiledPolicy } from '../policy/compiled-policy';
import type { CompiledRule } from '../policy/compiled-rule';
import type { PolicyAction } from '../policy/evaluated-policy';

/**
 * Whether a policy applies to at least the workloads of another policy. Selectors are compared instead of workloads, so
 * the result also holds for workloads that are not in the manifests.
 *
 * @param action the action it must have
 */
export function isWider(
  wide: CompiledPolicy,
  policy: CompiledPolicy,
  action: PolicyAction,
  rootNamespace: string,
): boolean {
  return (
    wide.action === action &&
    wide.ruleCount > 0 &&
    !wide.dryRun &&
    wide.provider === policy.provider &&
    reaches(wide, policy, rootNamespace)
  );
}

/**
 * A rule that matches everything that another rule matches; if two rules cover each other, the first one counts as
 * needed.
 *
 * @param wider policies to look for it in: those that {@link isWider} finds wide enough
 */
export function coveringRule(
  rule: CompiledRule,
  policy: CompiledPolicy,
  wider: readonly CompiledPolicy[],
  rootNamespace: string,
): CompiledRule | undefined {
  let seen = false;
  for (const other of wider) {
    for (const candidate of other.rules.http) {
      if (candidate === rule) {
        seen = true;
      } else if (covers(candidate, rule)) {
        const isSame =
          other.action === policy.action && covers(rule, candidate) && reaches(policy, other, rootNamespace);
        if (!seen || !isSame) return candidate;
      }
    }
  }
  return undefined;
}

/** Whether a policy is for every workload that another one is for, surely. */
function reaches(wide: CompiledPolicy, narrow: CompiledPolicy, rootNamespace: string): boolean {
  if (wide === narrow) return true;
  if (hasTargets(wide) || hasTargets(narrow)) return false;
  if (wide.namespace !== narrow.namespace && wide.namespace !== rootNamespace) return false;
  return selects(selectorOf(wide), selectorOf(narrow));
}

function selectorOf({ manifest }: CompiledPolicy): Readonly<Record<string, string>> {
  return textsAt(manifest.body, 'spec', 'selector', 'matchLabels');
}

function hasTargets({ manifest }: CompiledPolicy): boolean {
  const spec = objectAt(manifest.body, 'spec');
  return spec.targetRef !== undefined || spec.targetRefs !== undefined;
}

/**
 * Whether every request that matches the second rule certainly matches the first one too, judged by their text: true is
 * certain, false may be too cautious.
 */
export function covers(wide: CompiledRule, narrow: CompiledRule): boolean {
  if (wide.dropped !== undefined || narrow.dropped !== undefined) return false;
  if (!alternativesCover(wide.from, narrow.from) || !alternativesCover(wide.to, narrow.to)) return false;
  return wide.when.length === 0 || allCovered(wide.when, [...narrow.when, ...only(narrow.from), ...only(narrow.to)]);
}

type Alternatives = readonly (readonly CompiledCondition[])[];

// Plain loops: two rules of a policy of a thousand are compared half a million times, and mostly differ at once.

/** No alternatives at all means everything. */
function alternativesCover(wide: Alternatives, narrow: Alternatives): boolean {
  if (wide.length === 0) return true;
  for (const inner of narrow) if (!isCoveredByOne(wide, inner)) return false;
  return narrow.length > 0;
}

function isCoveredByOne(wide: Alternatives, inner: readonly CompiledCondition[]): boolean {
  for (const outer of wide) if (allCovered(outer, inner)) return true;
  return false;
}

/** Conditions of a single alternative hold whenever the rule matches, just as those of `when`. */
function only(alternatives: Alternatives): readonly CompiledCondition[] {
  return alternatives.length === 1 ? (alternatives[0] ?? []) : [];
}

function allCovered(wide: readonly CompiledCondition[], narrow: readonly CompiledCondition[]): boolean {
  for (const outer of wide) if (!isCovered(outer, narrow)) return false;
  return true;
}

function isCovered(outer: CompiledCondition, narrow: readonly CompiledCondition[]): boolean {
  for (const inner of narrow) if (conditionCovers(outer, inner)) return true;
  return false;
}

function conditionCovers(wide: CompiledCondition, narrow: CompiledCondition): boolean {
  if (wide.field !== narrow.field || wide.negated !== narrow.negated) return false;
  const [outer, inner] = wide.negated ? [narrow, wide] : [wide, narrow];
  for (let index = 0; index < inner.values.length; index += 1) {
    if (!isValueCovered(wide.field, outer.values, inner.values[index] ?? '')) return false;
  }
  return true;
}

function isValueCovered(field: string, patterns: readonly string[], value: string): boolean {
  if (patterns.includes(value)) return true;
  for (let index = 0; index < patterns.length; index += 1) {
    if (valueCovers(field, patterns[index] ?? '', value)) return true;
  }
  return false;
}

/** Fields whose values are compared as a whole, so that an asterisk at the end of one is a prefix. */
const STARRED: ReadonlySet<PolicyFieldName> = new Set<PolicyFieldName>(['principals', 'methods', 'paths', 'hosts']);

function valueCovers(field: string, pattern: string, value: string): boolean {
  if (!pattern.endsWith('*')) return false;
  const about = policyField(field);
  const isStarred = about !== undefined && STARRED.has(about);
  const prefix = isStarred && !pattern.startsWith('*') ? pattern.slice(0, -1) : undefined;
  if (pattern === '*') return isStarred;
  // A value with an asterisk in front, or a template, begins with something other than it says.
  return (
    prefix !== undefined &&
    !value.startsWith('*') &&
    !prefix.includes('{') &&
    !value.includes('{') &&
    value.startsWith(prefix)
  );
}
