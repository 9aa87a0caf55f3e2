import { compareTexts } from '../../base/compare-texts';
import type { SourceLocation } from '../../base/source-location';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { type ReadProblem, UNREAD } from '../../model/documents/read-problem';
import { targetOf } from '../../model/installation/target-of-manifests';
import { KnownSecrets, shownName } from '../../model/secrets/known-secrets';
import type { Target } from '../../upstream/releases/target';
import { chooseRules } from './choose-rules';
import { CheckContext, type CheckedFleet } from './context/check-context';
import type { Finding, Severity } from './finding';
import { listFindings, Overflow } from './list-findings';
import { type FindingInDocument, oncePerFault } from './one-fault';
import { type CheckRule, render } from './rule';
import { findRule } from './rules/all-rules';
import { Suppressions } from './suppressions';

/** How to check. */
export interface CheckOptions {
  /**
   * Releases the manifests are for.
   *
   * @default - what the manifests say themselves, else `Target.of()`
   */
  readonly target?: Target;
  /**
   * Whether the manifests are complete: objects that are missing from them are then findings too.
   *
   * @default false
   */
  readonly complete?: boolean;
  /**
   * Ids of the rules to apply. Reading problems are always reported.
   *
   * @default - all rules
   */
  readonly rules?: readonly string[];
  /**
   * Ids of rules to skip. Reading problems are always reported.
   *
   * @default - none
   */
  readonly skip?: readonly string[];
  /**
   * Problems of reading the manifests; reported with the other findings.
   *
   * @default - nothing
   */
  readonly problems?: readonly ReadProblem[];
  /**
   * Called if there is no manifest, so that reporters do not report success; without a document it is a finding too.
   *
   * @default - what was named may be empty
   * @internal
   */
  readonly onNothing?: () => void;
  /**
   * The clusters that the manifests are those of one of.
   *
   * @default - nothing is known of other clusters
   * @internal
   */
  readonly fleet?: CheckedFleet;
}

/**
 * Finds problems in manifests, sorted by file, line and rule.
 *
 * Pure, and linear in the number of manifests. If a file has more than a thousand findings of a rule, the first thousand
 * are listed and the others counted. A rule about two objects reports nothing if one of them is missing from the
 * manifests, unless `complete` is set.
 *
 * @throws InvalidInputError if `rules` or `skip` names a rule that does not exist, or if no rule is left
 */
export function check(manifests: ManifestSet, options: CheckOptions = {}): readonly Finding[] {
  const active = chooseRules('check', options);
  const complete = options.complete ?? false;
  const context = new CheckContext(manifests, targetOf(manifests, options.target), complete, options.fleet);
  const candidates: FindingInDocument[] = [];
  const secrets = KnownSecrets.of(manifests);
  const overflow = new Overflow();

  for (const rule of active) {
    if (rule.needsComplete && !complete) continue;
    const severity = severityOf(rule, manifests, complete);
    rule.check?.(context, (manifest, pointer, values = {}, certainty, code) => {
      if (isUnsubstituted(values)) return;
      const excess = overflow.count(rule.id, manifest.file);
      if (excess > 1) return;
      const about = { manifest, pointer, severity: certainty ?? severity, ...(code !== undefined && { code }) };
      const finding = toFinding(rule, manifest.locate(pointer), withoutSecrets(values, secrets), about);
      // The first too many stays whatever suppressions say, as it stands for those that nobody looks at.
      if (excess === 1) overflow.findings.push(finding);
      else candidates.push({ finding, manifest });
    });
  }
  for (const { id, code, location, problem, count } of options.problems ?? []) {
    const rule = UNREAD.has(id) ? findRule(id) : active.find((one) => one.id === id);
    if (rule) {
      const finding = toFinding(rule, location, withoutSecrets({ problem }, secrets), { code });
      candidates.push({ finding: count === undefined ? finding : { ...finding, count }, manifest: undefined });
    }
  }
  const kept = suppress(candidates, manifests, active, complete);
  return listFindings(sort([...kept, ...overflow.findings], manifests), overflow);
}

/** How bad what a rule finds is: half of what it takes to know is never more than a warning. */
function severityOf({ severity, sureWith }: CheckRule, manifests: ManifestSet, complete: boolean): Severity {
  if (sureWith === undefined || complete) return severity;
  return sureWith === 'one cluster' && !manifests.haveAlternatives ? severity : 'warning';
}

/** Whether a finding is about a text with a variable that somebody puts in later, such as Flux: nobody knows it yet. */
function isUnsubstituted(values: Finding['values']): boolean {
  return Object.values(values).some((value) => typeof value === 'string' && /\$\{[A-Za-z_]/.test(value));
}

/** What a rule found, as it may be shown: whoever reads a report of CI must not read a secret that is in a file. */
function withoutSecrets(values: Finding['values'], secrets: KnownSecrets): Finding['values'] {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const shown = secrets.hide(String(value));
      return [name, shown === String(value) ? value : shown];
    }),
  );
}

/** The object a finding is about, and how bad it is there. */
interface FindingAbout {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly severity: Severity;
  readonly code: string;
}

function toFinding(
  rule: CheckRule,
  location: SourceLocation,
  values: Finding['values'],
  { manifest, pointer = '', severity = rule.severity, code }: Partial<FindingAbout> = {},
): Finding {
  return {
    rule: rule.id,
    ...(code !== undefined && { code }),
    severity,
    ...(manifest && {
      resource: {
        apiVersion: manifest.apiVersion,
        kind: manifest.kind,
        namespace: manifest.namespace,
        name: shownName(manifest),
      },
    }),
    pointer,
    location,
    values,
    found: render(rule.found, values),
    why: rule.why,
    fix: render(rule.fix, values),
    source: rule.source,
  };
}

/** Leaves out what is suppressed with a reason, and adds what is wrong with the suppressions themselves. */
function suppress(
  candidates: readonly FindingInDocument[],
  manifests: ManifestSet,
  active: readonly CheckRule[],
  complete: boolean,
): Finding[] {
  const suppressions = new Suppressions(manifests);
  const used = new Set<unknown>();
  const kept = candidates.filter(({ finding, manifest }) => {
    const by = suppressions
      .covering(manifest, finding.location)
      .find(({ rule, reason }) => reason !== '' && findRule(rule)?.id === finding.rule);
    used.add(by);
    return by === undefined;
  });
  // What is suppressed does not speak for another rule.
  const findings = oncePerFault(kept, active).map(({ finding }) => finding);
  const report = (id: string, location: SourceLocation, rule: string) => {
    const about = active.find((one) => one.id === id);
    if (about) findings.push(toFinding(about, location, { rule }));
  };
  for (const suppression of suppressions.all) {
    const rule = findRule(suppression.rule);
    if (!rule) report('suppression-unknown-rule', suppression.location(), suppression.rule);
    else if (suppression.reason === '') report('suppression-without-reason', suppression.location(), rule.id);
    else if (!used.has(suppression) && active.includes(rule) && (complete || !rule.needsComplete)) {
      report('suppression-unused', suppression.location(), rule.id);
    }
  }
  return findings;
}

function sort(findings: Finding[], manifests: ManifestSet): readonly Finding[] {
  const order = new Map(manifests.files.map(({ file }, index) => [file, index]));
  return findings.sort(
    (a, b) =>
      (order.get(a.location.file) ?? -1) - (order.get(b.location.file) ?? -1) ||
      compareTexts(a.location.file, b.location.file) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column ||
      compareTexts(a.rule, b.rule) ||
      compareTexts(a.found, b.found),
  );
}
