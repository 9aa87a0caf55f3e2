import { field, type JsonValue, listAt, textAt } from '../../base/json';
import { merged } from '../../base/merged';
import type { Manifest } from '../../model/documents/manifest';
import { parseBool } from '../../upstream/istio/parse-bool';
import { DRY_RUN_ANNOTATION } from '../../upstream/istio/policy-targets';
import { type CompiledRule, compileRule, type RuleOrigin } from './compiled-rule';
import type { EvaluatedPolicy, FilterChain, PolicyAction } from './evaluated-policy';
import type { CompileContext } from './field';
import { outlineOf, type RuleOutline } from './rule-outline';

/** An AuthorizationPolicy, compiled once for all requests. */
export interface CompiledPolicy extends EvaluatedPolicy {
  /** Its rules on HTTP ports, and on all other ports. */
  readonly rules: {
    readonly http: readonly CompiledRule[];
    readonly tcp: readonly CompiledRule[];
    /**
     * What is known of each rule without a request.
     *
     * @internal
     */
    readonly outlines: readonly RuleOutline[];
    /**
     * Lets go of all of them, for whoever has asked all there is to ask of a large mesh; they are made anew when they are asked for.
     *
     * @internal
     */
    forget(): void;
  };
}

const ACTIONS: ReadonlySet<string> = new Set(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);

/**
 * Compiles an AuthorizationPolicy.
 *
 * @returns undefined if the action is not one of Istio's four: the API server refuses such an object
 */
export function compilePolicy(
  manifest: Manifest,
  context: Omit<CompileContext, 'namespace'>,
): CompiledPolicy | undefined {
  const { body } = manifest;
  const namespace = manifest.namespace ?? 'default';
  const action = textAt(body, 'spec', 'action') ?? 'ALLOW';
  if (!ACTIONS.has(action)) return undefined;
  const dryRun = parseBool(textAt(body, 'metadata', 'annotations', DRY_RUN_ANNOTATION));
  const origin = { policy: manifest, action: action as PolicyAction, dryRun };
  const rules = listAt(field(body, 'spec'), 'rules');
  return Object.freeze({
    manifest,
    ref: `${namespace}/${manifest.name}`,
    namespace,
    action: origin.action,
    dryRun,
    provider: textAt(body, 'spec', 'provider', 'name') ?? '',
    ruleCount: rules.length,
    rules: new CompiledRules(rules, origin, namespace, context),
  });
}

/** Rules that are compiled when they are first asked for: most workloads have ports of one kind only. */
class CompiledRules {
  #http: readonly CompiledRule[] | undefined;
  #tcp: readonly CompiledRule[] | undefined;
  #outlines: readonly RuleOutline[] | undefined;

  public constructor(
    private readonly rules: readonly JsonValue[],
    private readonly origin: RuleOrigin,
    private readonly namespace: string,
    private readonly context: Omit<CompileContext, 'namespace'>,
  ) {}

  public get http(): readonly CompiledRule[] {
    this.#http ??= this.compile('http');
    return this.#http;
  }

  public get tcp(): readonly CompiledRule[] {
    this.#tcp ??= this.compile('tcp');
    return this.#tcp;
  }

  public get outlines(): readonly RuleOutline[] {
    this.#outlines ??= Object.freeze(this.rules.map(outlineOf));
    return this.#outlines;
  }

  public forget(): void {
    this.#http = undefined;
    this.#tcp = undefined;
    this.#outlines = undefined;
  }

  private compile(chain: FilterChain): readonly CompiledRule[] {
    const context = merged(this.context, { namespace: this.namespace });
    return Object.freeze(this.rules.map((rule, index) => compileRule(this.origin, index, rule, chain, context)));
  }
}
