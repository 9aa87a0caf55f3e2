import { cached } from '../../base/cached';
import type { AllowedOperation, CallOperation } from '../app/declared-calls';
import { type OperationSpec, renderOperation } from '../istio/policy/operation';
import type { RuleSpec } from '../istio/policy/policy-rule';
import type { Principal } from '../istio/policy/principal';

interface Entry {
  readonly operation: CallOperation;
  /** The operation in Istio's format. */
  readonly written: OperationSpec;
  /** Patterns of principals. */
  readonly callers: Set<string>;
  everybody: boolean;
}

/**
 * Who is meant by the rules of one policy, in a form whose written rules change by a line when a caller is added: one
 * rule for each distinct operation, callers and rules sorted.
 */
export class AccessList {
  private readonly byOperation = new Map<string, Entry>();

  /**
   * Names one caller of an operation.
   *
   * @param where construct path, for messages
   * @throws InvalidInputError if Istio would refuse the operation, or no request matches it
   */
  public add(where: string, caller: Principal, operation: CallOperation): void {
    this.entry(where, operation).callers.add(caller.pattern);
  }

  /**
   * Means everybody, plain-text callers included.
   *
   * @throws InvalidInputError as {@link AccessList.add} does
   */
  public addEverybody(where: string, operation: CallOperation): void {
    this.entry(where, operation).everybody = true;
  }

  /** Every operation with those who are meant for it. */
  public *operations(): Iterable<AllowedOperation> {
    for (const { operation, callers, everybody } of this.byOperation.values()) {
      yield { operation, callers, everybody };
    }
  }

  /** The rules in Istio's format, independent of the order of the calls. */
  public toRules(): readonly RuleSpec[] {
    return [...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => toRule(entry));
  }

  /** Written when the first caller is named, so that an error comes from the call that made it. */
  private entry(where: string, operation: CallOperation): Entry {
    return cached(this.byOperation, JSON.stringify(operation), () => ({
      operation,
      written: renderOperation(where, operation),
      callers: new Set(),
      everybody: false,
    }));
  }
}

function toRule({ written, callers, everybody }: Entry): RuleSpec {
  const to = [{ operation: written }];
  return everybody ? { to } : { from: [{ source: { principals: [...callers].sort() } }], to };
}
