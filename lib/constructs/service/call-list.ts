import { cached } from '../../base/cached';
import type { AllowedOperation, CallOperation } from '../app/declared-calls';
import { type OperationSpec, renderOperation } from '../istio/policy/operation';
import type { RuleSpec } from '../istio/policy/policy-rule';
import type { Principal } from '../istio/policy/principal';

/** Who is meant by an operation. A large mesh has one for each of its calls, so they hold nothing twice. */
interface Entry {
  /** The operation in Istio's format. */
  readonly written: OperationSpec;
  /** Patterns of principals, as often as they were named: a list of one takes a third of a set of one. */
  readonly callers: string[];
  everybody: boolean;
}

/**
 * Who is meant by the rules of one policy, in a form whose written rules change by a line when a caller is added: one
 * rule for each distinct operation, callers and rules sorted.
 */
export class AccessList {
  /** By the JSON of the operation. */
  private readonly byOperation = new Map<string, Entry>();

  /**
   * Names one caller of an operation.
   *
   * @param where construct path, for messages
   * @throws InvalidInputError if Istio would refuse the operation, or no request matches it
   */
  public add(where: string, caller: Principal, operation: CallOperation): void {
    const key = JSON.stringify(operation);
    const known = this.byOperation.get(key);
    if (known) known.callers.push(caller.pattern);
    else this.byOperation.set(key, toEntry(where, operation, caller.pattern));
  }

  /**
   * Means everybody, plain-text callers included.
   *
   * @throws InvalidInputError as {@link AccessList.add} does
   */
  public addEverybody(where: string, operation: CallOperation): void {
    cached(this.byOperation, JSON.stringify(operation), () => toEntry(where, operation)).everybody = true;
  }

  /** Every operation with those who are meant for it. */
  public *operations(): Iterable<AllowedOperation> {
    for (const [key, { callers, everybody }] of this.byOperation) {
      yield { operation: JSON.parse(key) as CallOperation, callers: new Set(callers), everybody };
    }
  }

  /** The rules in Istio's format, independent of the order of the calls. */
  public toRules(): readonly RuleSpec[] {
    return [...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => toRule(entry));
  }
}

/** Written when the first caller is named, so that an error comes from the call that made it. */
function toEntry(where: string, operation: CallOperation, ...callers: string[]): Entry {
  return { written: renderOperation(where, operation), callers, everybody: false };
}

function toRule({ written, callers, everybody }: Entry): RuleSpec {
  const to = [{ operation: written }];
  return everybody ? { to } : { from: [{ source: { principals: [...new Set(callers)].sort() } }], to };
}
