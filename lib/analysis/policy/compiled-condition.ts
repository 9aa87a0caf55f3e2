import { visibleText } from '../../base/visible-text';
import { withoutSecretTexts } from '../../model/secrets/secret-texts';
import type { Facts } from './facts';
import type { CompileContext, Field, ValueTest } from './field';
import { NO, not, type Truth, YES } from './truth';

/** The entry of a rule that contains a condition. */
export type ClauseName =
  | { readonly part: 'from'; readonly entry: number }
  | { readonly part: 'to'; readonly entry: number }
  | { readonly part: 'when'; readonly entry: number };

/** One field of a rule with its values, ready to be tested: any of the values, or no value of them. */
export class CompiledCondition {
  // Made when a request is first held against them: whoever only compares rules needs the values alone.
  #tests: readonly ValueTest[] | undefined;

  /** @internal */
  public constructor(
    /** The entry of the rule that contains it. */
    public readonly clause: ClauseName,
    /** Name as in the policy, without its "not" form: `principals`, `request.headers[x-user]`. */
    public readonly field: string,
    /** Whether it is the "not" form, which holds if no value matches. */
    public readonly negated: boolean,
    /** Values as in Envoy's configuration: principals with every trust domain of the mesh. */
    public readonly values: readonly string[],
    private readonly definition: Field,
    private readonly context: CompileContext,
  ) {
    Object.freeze(this);
  }

  /** Whether it holds for a request. */
  public test(facts: Facts): Truth {
    this.#tests ??= this.values.map((value) => this.definition.compile(value, this.context));
    let best: Truth = NO;
    for (const test of this.#tests) {
      const result = test(facts);
      if (result > best) best = result;
      if (best === YES) break;
    }
    return this.negated ? not(best) : best;
  }

  /** The condition as in the policy: `methods GET, HEAD`, `not paths /admin*`. */
  public toString(): string {
    return visibleText(withoutSecretTexts(`${this.negated ? 'not ' : ''}${this.field} ${this.values.join(', ')}`));
  }
}

/** Why a condition is missing from Envoy's configuration. */
export type ConversionProblem = 'http-only-field-on-tcp' | 'value-does-not-convert';

/** A condition, or why there is none. */
export type ConversionResult = {
  readonly condition: CompiledCondition | undefined;
  readonly problem: ConversionProblem | undefined;
};

/**
 * Compiles the values of a field for one kind of filter chain.
 *
 * Values that do not convert are left out and reported: what that means depends on the action, so the compiler of the
 * rule decides it.
 */
export function convertCondition(
  clause: ClauseName,
  field: Field,
  negated: boolean,
  values: readonly string[],
  chain: 'http' | 'tcp',
  context: CompileContext,
): ConversionResult {
  if (field.httpOnly && chain === 'tcp') return { condition: undefined, problem: 'http-only-field-on-tcp' };
  const expanded = field.expand(values, context);
  const kept = expanded.every(field.converts) ? expanded : expanded.filter(field.converts);
  return {
    condition:
      kept.length === 0
        ? undefined
        : new CompiledCondition(clause, field.name, negated, Object.freeze(kept), field, context),
    problem: kept.length < expanded.length ? 'value-does-not-convert' : undefined,
  };
}

/** AND over conditions. */
export function all(conditions: readonly CompiledCondition[], facts: Facts): Truth {
  let worst: Truth = YES;
  for (const condition of conditions) {
    const result = condition.test(facts);
    if (result < worst) worst = result;
    if (worst === NO) break;
  }
  return worst;
}

/** OR over alternatives, each an AND; true if there are none, because a rule without `from` matches every caller. */
export function any(alternatives: readonly (readonly CompiledCondition[])[], facts: Facts): Truth {
  if (alternatives.length === 0) return YES;
  let best: Truth = NO;
  for (const conditions of alternatives) {
    const result = all(conditions, facts);
    if (result > best) best = result;
    if (best === YES) break;
  }
  return best;
}
