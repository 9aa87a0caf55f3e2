import { addTo } from '../../base/add-to';
import type { Manifest } from '../../model/documents/manifest';
import { MISSING } from '../schema/violation-texts';
import type { Finding, Severity } from './finding';
import type { CheckRule } from './rule';

/** A finding and the document it is in; undefined if there is none. */
export interface FindingInDocument {
  /** What was found. */
  readonly finding: Finding;
  /** Where it was found. */
  readonly manifest: Manifest | undefined;
}

/** Rules that compare a document with its schema; they know names and types, and not what a value is for. */
const SCHEMA_RULES: ReadonlySet<string> = new Set(['invalid-value', 'unknown-field', 'unknown-kind']);

/** Codes of a value that is there and has its type: a rule about just this value knows better what is wrong with it. */
const OF_VALUES: ReadonlySet<string> = new Set(['above-maximum', 'below-minimum', 'not-allowed', 'pattern', 'too-few']);

/**
 * Leaves one finding of each fault that several rules see, the one of the rule that knows most of it. Of two findings only one
 * of the same severity or a higher one makes the other needless, so that a fault never becomes less severe:
 *
 * - A rule says with `yieldsTo` which rules report the cause of what it finds.
 * - What is missing or of the wrong type is the schema's: a rule about it can only take it for something else.
 * - Every other value is the rule's that is about just this value.
 */
export function oncePerFault<Found extends FindingInDocument>(
  all: readonly Found[],
  rules: readonly CheckRule[],
): readonly Found[] {
  const yielding = new Map(rules.flatMap(({ id, yieldsTo }) => (yieldsTo === undefined ? [] : [[id, yieldsTo]])));
  const byDocument = new Map<Manifest, Finding[]>();
  for (const { finding, manifest } of all) if (manifest !== undefined) addTo(byDocument, manifest, finding);
  const places = new Map<Manifest, Places>();
  for (const [manifest, findings] of byDocument) if (findings.length > 1) places.set(manifest, new Places(findings));
  return all.filter(({ finding, manifest }) => {
    const of = manifest && places.get(manifest);
    return of === undefined || !of.hasBetter(finding, yielding.get(finding.rule) ?? []);
  });
}

/** The worst finding of each rule. */
type Worst = Map<string, Severity>;

/** Where the findings of one document are. */
class Places {
  private readonly at = new Map<string, Worst>();
  private readonly below = new Map<string, Worst>();
  /** Where a value has the wrong type. */
  private readonly unreadable = new Map<string, Severity>();
  /** What the schema says of fields that are missing, by the object they are missing in. */
  private readonly lacks = new Map<string, Worst>();

  public constructor(findings: readonly Finding[]) {
    for (const { rule, code, pointer, severity, values } of findings) {
      note(this.at, pointer, rule, severity);
      for (const around of pointersAround(pointer)) note(this.below, around, rule, severity);
      if (rule !== 'invalid-value') continue;
      if (code === 'wrong-type') this.unreadable.set(pointer, severity);
      if (code === 'missing-field') note(this.lacks, pointer, String(values.problem), severity);
    }
  }

  public hasBetter(finding: Finding, owners: readonly string[]): boolean {
    const { rule, code = '', pointer } = finding;
    const isEnough = (severity: Severity | undefined) =>
      severity === 'error' || (severity === 'warning' && finding.severity === 'warning');
    const around = pointersAround(pointer);
    const places = [this.at.get(pointer), this.below.get(pointer), ...around.map((one) => this.at.get(one))];
    if (owners.some((owner) => places.some((place) => isEnough(place?.get(owner))))) return true;
    if (SCHEMA_RULES.has(rule)) {
      if (rule === 'invalid-value' && !OF_VALUES.has(code)) return false;
      return [...(this.at.get(pointer) ?? [])].some(([other, worst]) => !SCHEMA_RULES.has(other) && isEnough(worst));
    }
    if ([pointer, ...around].some((one) => isEnough(this.unreadable.get(one)))) return true;
    const parent = pointer.slice(0, Math.max(pointer.lastIndexOf('/'), 0));
    const name = pointer.slice(pointer.lastIndexOf('/') + 1);
    return isEnough(this.lacks.get(parent)?.get(MISSING.text(name, undefined)));
  }
}

function note(places: Map<string, Worst>, pointer: string, name: string, severity: Severity): void {
  const worst = places.get(pointer) ?? new Map<string, Severity>();
  if (worst.get(name) !== 'error') worst.set(name, severity);
  places.set(pointer, worst);
}

/** The pointers of everything that the value is in, from the document inwards. */
function pointersAround(pointer: string): readonly string[] {
  const around: string[] = [];
  for (let end = pointer.indexOf('/'); end >= 0; end = pointer.indexOf('/', end + 1))
    around.push(pointer.slice(0, end));
  return around;
}
