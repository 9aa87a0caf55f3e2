import { parseBool } from '../cluster';
import { field, listAt, type Manifest, textAt } from '../manifests';
import { type CompiledRule, compileRule, type PolicyAction } from './compiled-rule';
import type { CompileContext } from './field';

/** An AuthorizationPolicy, compiled once for all requests. */
export interface CompiledPolicy {
  /** The AuthorizationPolicy. */
  readonly manifest: Manifest;
  /** `namespace/name`. */
  readonly ref: string;
  /** Its namespace. */
  readonly namespace: string;
  /** What it does with requests its rules match. */
  readonly action: PolicyAction;
  /** Whether it is only evaluated as a shadow (`istio.io/dry-run`); it then has no effect at all. */
  readonly dryRun: boolean;
  /** The external authorizer a CUSTOM policy asks; empty if it names none. */
  readonly provider: string;
  /** How many rules it has. */
  readonly ruleCount: number;
  /** Its rules on ports whose protocol is HTTP, and on all others. */
  readonly rules: { readonly http: readonly CompiledRule[]; readonly tcp: readonly CompiledRule[] };
}

const ACTIONS: ReadonlySet<string> = new Set(['ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);

/**
 * Compiles an AuthorizationPolicy.
 *
 * @returns undefined if the action is none of Istio's four: the API server refuses such an object
 */
export function compilePolicy(
  manifest: Manifest,
  context: Omit<CompileContext, 'namespace'>,
): CompiledPolicy | undefined {
  const { body } = manifest;
  const namespace = manifest.namespace ?? 'default';
  const action = textAt(body, 'spec', 'action') ?? 'ALLOW';
  if (!ACTIONS.has(action)) return undefined;
  const mayDryRun = action === 'ALLOW' || action === 'DENY';
  const dryRun = mayDryRun && parseBool(textAt(body, 'metadata', 'annotations', 'istio.io/dry-run'));
  const origin = { policy: manifest, action: action as PolicyAction, dryRun };
  const rules = listAt(field(body, 'spec'), 'rules');
  const own = { ...context, namespace };
  const compile = (chain: 'http' | 'tcp') =>
    Object.freeze(rules.map((rule, index) => compileRule(origin, index, rule, chain, own)));
  return Object.freeze({
    manifest,
    ref: `${namespace}/${manifest.name}`,
    namespace,
    action: origin.action,
    dryRun,
    provider: textAt(body, 'spec', 'provider', 'name') ?? '',
    ruleCount: rules.length,
    rules: lazily(compile),
  });
}

/** Most workloads have ports of one kind only, so the rules of the other are never asked for. */
function lazily(compile: (chain: 'http' | 'tcp') => readonly CompiledRule[]): CompiledPolicy['rules'] {
  let [http, tcp]: (readonly CompiledRule[] | undefined)[] = [];
  return {
    get http() {
      http ??= compile('http');
      return http;
    },
    get tcp() {
      tcp ??= compile('tcp');
      return tcp;
    },
  };
}
