import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RequestAuthenticationSpecJwtRules } from '../../../../imports/istio-security.istio.io';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_SECURITY_V1 } from '../../../upstream/kubernetes/api-groups';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { JwtIssuer } from './jwt-issuer';
import type { PolicyManifest } from './policy-manifest';
import type { PolicyScope, PolicyScopeSpec } from './policy-scope';

/** Whose tokens the workloads of a scope understand. */
export interface RequestAuthenticationProps {
  /** Object name. */
  readonly name: string;
  /** Whose requests are looked at. */
  readonly scope: PolicyScope;
  /** Whose tokens are accepted. */
  readonly issuers: readonly JwtIssuer[];
  /**
   * Rules in Istio's own words, written after the issuers' and unchecked (other token places, claims to headers …).
   *
   * @default - no further rules
   */
  readonly rawJwtRules?: readonly RequestAuthenticationSpecJwtRules[];
}

/** Spec of a RequestAuthentication in Istio's words. */
export interface RequestAuthenticationSpec extends PolicyScopeSpec {
  /** The issuers whose tokens are understood. */
  readonly jwtRules: readonly RequestAuthenticationSpecJwtRules[];
}

/**
 * Verifies the tokens that requests carry. It refuses a request with a bad token and **lets one without a token pass**:
 * who must bring one is said by an AuthorizationPolicy.
 */
export class RequestAuthentication extends Construct {
  /**
   * The manifest alone, as plain data.
   *
   * @throws InvalidInputError if no issuer is given
   */
  public static manifest(
    props: RequestAuthenticationProps,
    where = 'RequestAuthentication.manifest',
  ): PolicyManifest<RequestAuthenticationSpec> {
    const rules = props.issuers.map(({ issuer, jwksUri, audiences }) => ({
      issuer,
      jwksUri,
      audiences: [...audiences],
    }));
    const jwtRules = [...rules, ...(props.rawJwtRules ?? [])];
    if (jwtRules.length === 0) {
      throw new InvalidInputError({ where, problem: 'no issuer is given', allowed: 'at least one JwtIssuer' });
    }
    return {
      apiVersion: ISTIO_SECURITY_V1,
      kind: 'RequestAuthentication',
      metadata: { name: props.name, namespace: props.scope.namespace },
      spec: { ...props.scope.toSpec(), jwtRules },
    };
  }

  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  /**
   * @throws InvalidInputError if no issuer is given
   */
  public constructor(scope: Construct, id: string, props: RequestAuthenticationProps) {
    super(scope, id);
    this.resource = addObject(this, 'Resource', { ...RequestAuthentication.manifest(props, this.node.path) });
  }
}
