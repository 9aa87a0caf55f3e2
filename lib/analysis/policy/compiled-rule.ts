import { field, isObject, type JsonObject, type JsonValue, listAt, objectAt } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import {
  all,
  any,
  type ClauseName,
  type CompiledCondition,
  type ConversionResult,
  convertCondition,
} from './compiled-condition';
import type { DroppedBecause, EvaluatedRule, FilterChain, PolicyAction } from './evaluated-policy';
import type { Facts } from './facts';
import type { CompileContext, Field } from './field';
import { fieldsIn, type NamedField, whenField } from './rule-fields';
import { NO, type Truth } from './truth';

/** One entry of a policy's `rules`, compiled for one kind of filter chain. */
export class CompiledRule implements EvaluatedRule {
  /** @internal */
  public constructor(
    /** The AuthorizationPolicy it belongs to. */
    public readonly policy: Manifest,
    /** The policy's action. */
    public readonly action: PolicyAction,
    /** Whether the policy is only a dry run, without effect. */
    public readonly dryRun: boolean,
    /** Which entry of `rules` it is, counted from 0. */
    public readonly index: number,
    /**
     * Alternatives of `from`, each with conditions that must all hold; empty means every caller.
     *
     * @internal
     */
    public readonly from: readonly (readonly CompiledCondition[])[],
    /**
     * Alternatives of `to`; empty means every operation.
     *
     * @internal
     */
    public readonly to: readonly (readonly CompiledCondition[])[],
    /**
     * Conditions of `when`, which must all hold.
     *
     * @internal
     */
    public readonly when: readonly CompiledCondition[],
    /** Why it is missing from Envoy's configuration; undefined if it is not. */
    public readonly dropped: DroppedBecause | undefined,
    /** HTTP-only fields that Istio drops because the chain is TCP, so that the rule matches more. */
    public readonly widenedBy: readonly string[],
  ) {
    Object.freeze(this);
  }

  /** JSON pointer to the rule in the policy. */
  public get pointer(): string {
    return `/spec/rules/${this.index}`;
  }

  /**
   * Whether it matches a request.
   *
   * @internal
   */
  public test(facts: Facts): Truth {
    if (this.dropped !== undefined) return NO;
    const from = any(this.from, facts);
    if (from === NO) return NO;
    const to = any(this.to, facts);
    if (to === NO) return NO;
    const when = all(this.when, facts);
    return Math.min(from, to, when) as Truth;
  }
}

/** The compiled form of a rule in an answer: answers only contain compiled rules. */
export function asCompiled(rule: EvaluatedRule): CompiledRule {
  if (rule instanceof CompiledRule) return rule;
  throw new Error('the evaluator did not compile this rule');
}

/** What a rule inherits from its policy. */
export interface RuleOrigin {
  readonly policy: Manifest;
  readonly action: PolicyAction;
  readonly dryRun: boolean;
}

/**
 * Compiles an entry of `rules` for one kind of filter chain.
 *
 * If something cannot be expressed, an ALLOW rule is dropped as a whole, and any other rule loses only that field or
 * value, so that an ALLOW never matches more and a DENY never less (istio/istio
 * pilot/pkg/security/authz/model/model.go). An unknown `when` key is the exception: the rule is dropped whatever its
 * action is.
 */
export function compileRule(
  origin: RuleOrigin,
  index: number,
  source: JsonValue,
  chain: FilterChain,
  context: CompileContext,
): CompiledRule {
  const compiler = new RuleCompiler(origin, chain, context);
  const from = listAt(source, 'from').map((entry, i) =>
    compiler.fields({ part: 'from', entry: i }, SOURCE, objectAt(entry, 'source')),
  );
  const to = listAt(source, 'to').map((entry, i) =>
    compiler.fields({ part: 'to', entry: i }, OPERATION, objectAt(entry, 'operation')),
  );
  const when = listAt(source, 'when').flatMap((entry, i) => compiler.when(i, entry));
  if (!isObject(source)) compiler.drop('not-a-rule');
  const { policy, action, dryRun } = origin;
  return new CompiledRule(policy, action, dryRun, index, from, to, when, compiler.dropped, compiler.widenedBy);
}

const SOURCE = fieldsIn('source');
const OPERATION = fieldsIn('operation');

/** The fields of these names by their rank, without those that do not exist. */
function inOrder(names: readonly string[], known: ReadonlyMap<string, NamedField>): readonly NamedField[] {
  const fields: NamedField[] = [];
  for (const name of names) {
    const field = known.get(name);
    if (field === undefined) continue;
    let at = fields.length;
    while (at > 0 && (fields[at - 1]?.rank ?? 0) > field.rank) at -= 1;
    fields.splice(at, 0, field);
  }
  return fields;
}

class RuleCompiler {
  public dropped: DroppedBecause | undefined;
  public readonly widenedBy: string[] = [];

  public constructor(
    private readonly origin: RuleOrigin,
    private readonly chain: FilterChain,
    private readonly context: CompileContext,
  ) {}

  public drop(because: DroppedBecause): void {
    this.dropped ??= because;
  }

  public fields(
    clause: ClauseName,
    known: ReadonlyMap<string, NamedField>,
    source: JsonObject,
  ): readonly CompiledCondition[] {
    const conditions: CompiledCondition[] = [];
    for (const { name, definition, negated, since } of inOrder(Object.keys(source), known)) {
      // A field the API server does not know is pruned before istiod sees it.
      if (since !== undefined && !this.context.target.has(since)) continue;
      const condition = this.condition(clause, definition, negated, listAt(source, name));
      if (condition) conditions.push(condition);
    }
    return conditions;
  }

  public when(entry: number, source: JsonValue): readonly CompiledCondition[] {
    const key = field(source, 'key');
    const definition = typeof key === 'string' ? whenField(key, this.context.target) : undefined;
    if (definition === undefined) {
      this.drop('unknown-when-key');
      return [];
    }
    const clause: ClauseName = { part: 'when', entry };
    const values = this.condition(clause, definition, false, listAt(source, 'values'));
    const notValues = this.condition(clause, definition, true, listAt(source, 'notValues'));
    return [values, notValues].filter((condition) => condition !== undefined);
  }

  private condition(
    clause: ClauseName,
    definition: Field,
    negated: boolean,
    values: readonly JsonValue[],
  ): CompiledCondition | undefined {
    if (values.length === 0) return undefined;
    const texts = values.map((value) => (typeof value === 'object' ? JSON.stringify(value) : String(value)));
    const compiled = convertCondition(clause, definition, negated, texts, this.chain, this.context);
    this.noteProblem(definition, compiled);
    return compiled.condition;
  }

  private noteProblem(definition: Field, { problem }: ConversionResult): void {
    if (problem === undefined) return;
    if (this.origin.action === 'ALLOW') this.drop(problem);
    else if (!this.widenedBy.includes(definition.name)) this.widenedBy.push(definition.name);
  }
}
