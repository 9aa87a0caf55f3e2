import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { DRY_RUN_ANNOTATION } from '../../../upstream/istio/policy-targets';
import { ISTIO_SECURITY_V1 } from '../../../upstream/kubernetes/api-groups';
import { Target } from '../../../upstream/releases/target';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { AuthorizationPolicyProps, AuthorizationPolicySpec } from './authorization-policy-props';
import type { PolicyManifest } from './policy-manifest';
import { checkAllowRule, checkCustomRule, checkDenyRule, type RuleSpec, renderRule } from './policy-rule';

/** An AuthorizationPolicy: which callers may do what with the workloads of a scope. */
export class AuthorizationPolicy extends Construct {
  /**
   * The manifest as plain data, without a construct.
   *
   * @throws InvalidInputError for anything that Istio would reject, silently drop, or apply to more than was intended
   */
  public static manifest(
    props: AuthorizationPolicyProps,
    where = 'AuthorizationPolicy.manifest',
  ): PolicyManifest<AuthorizationPolicySpec> {
    const dryRun = (props.action === 'ALLOW' || props.action === 'DENY') && props.dryRun === true;
    return {
      apiVersion: ISTIO_SECURITY_V1,
      kind: 'AuthorizationPolicy',
      metadata: {
        name: props.name,
        namespace: props.scope.namespace,
        ...(dryRun ? { annotations: { [DRY_RUN_ANNOTATION]: 'true' } } : {}),
      },
      spec: { ...props.scope.toSpec(), ...renderAction(where, props) },
    };
  }

  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  /**
   * @throws InvalidInputError for anything that Istio would reject, silently drop, or apply to more than was intended
   */
  public constructor(scope: Construct, id: string, props: AuthorizationPolicyProps) {
    super(scope, id);
    this.resource = addObject(this, 'Resource', { ...AuthorizationPolicy.manifest(props, this.node.path) });
  }
}

function renderAction(where: string, props: AuthorizationPolicyProps): AuthorizationPolicySpec {
  const raw = props.rawRules ?? [];
  // Without rules the action is ALLOW and matches nothing, but the policy counts: that is what closes the scope.
  if (props.rules === 'nothing' && raw.length === 0) return {};
  // Types keep a policy without "rules" out of TypeScript only.
  const rules = [...(props.rules === undefined ? [] : renderRules(where, props)), ...raw];
  if (rules.length === 0) {
    throw new InvalidInputError({
      where,
      problem: `the ${props.action} policy has no rules`,
      allowed: 'at least one rule',
      fix: 'to deny everything, use action: "ALLOW" with rules: "nothing", or action: "DENY" with rules: "everything"',
    });
  }
  return {
    action: props.action,
    ...(props.action === 'CUSTOM' ? { provider: { name: checkProvider(where, props.provider) } } : {}),
    rules,
  };
}

function renderRules(where: string, props: AuthorizationPolicyProps): readonly RuleSpec[] {
  if (props.rules === 'nothing') return [];
  if (props.rules === 'everything') return [{}];
  const target = props.target ?? Target.of();
  return props.rules.map((rule) => {
    if (props.action === 'ALLOW') checkAllowRule(where, rule);
    if (props.action === 'DENY') checkDenyRule(where, rule);
    if (props.action === 'CUSTOM') checkCustomRule(where, rule);
    return renderRule(where, rule, target);
  });
}

function checkProvider(where: string, provider: string): string {
  if (provider === '') {
    throw new InvalidInputError({
      where,
      problem: 'a CUSTOM policy names no provider',
      allowed: 'a name from meshConfig.extensionProviders',
    });
  }
  return provider;
}
