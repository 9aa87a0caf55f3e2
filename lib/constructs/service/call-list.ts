import type { AllowedOperation, CallOperation } from '../app/declared-calls';
import type { AllowPolicyRule } from '../istio/policy/policy-rule';
import type { Principal } from '../istio/policy/principal';

interface Entry {
  readonly operation: CallOperation;
  /** Patterns of principals, or everybody. */
  readonly callers: Map<string, Principal>;
  everybody: boolean;
}

/**
 * Who is meant by the rules of one policy, in a form whose written rules change by a line when a caller is added: one
 * rule for each distinct operation, callers and rules sorted.
 */
export class AccessList {
  private readonly byOperation = new Map<string, Entry>();

  /** Names one caller of an operation. */
  public add(caller: Principal, operation: CallOperation): void {
    this.entry(operation).callers.set(caller.pattern, caller);
  }

  /** Means everybody, plain-text callers included. */
  public addEverybody(operation: CallOperation): void {
    this.entry(operation).everybody = true;
  }

  /** Every operation with those who are meant for it. */
  public *operations(): Iterable<AllowedOperation> {
    for (const { operation, callers, everybody } of this.byOperation.values()) {
      yield { operation, callers: callers.keys(), everybody };
    }
  }

  /** The rules, the same for every order of the calls that made them. */
  public toRules(): readonly AllowPolicyRule[] {
    return [...this.byOperation].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => toRule(entry));
  }

  private entry(operation: CallOperation): Entry {
    const key = JSON.stringify(operation);
    const entry = this.byOperation.get(key) ?? { operation, callers: new Map(), everybody: false };
    this.byOperation.set(key, entry);
    return entry;
  }
}

function toRule({ operation, callers, everybody }: Entry): AllowPolicyRule {
  const to = [operation] as NonNullable<AllowPolicyRule['to']>;
  if (everybody) return { to };
  const principals = [...callers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, principal]) => principal);
  return { from: [{ principals }], to };
}
