import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { RequestAuthenticationSpecJwtRules } from '../../../../imports/istio-security.istio.io';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_SECURITY_V1 } from '../../../upstream/kubernetes/api-groups';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { JwtIssuer } from './jwt-issuer';
import type { PolicyManifest } from './policy-manifest';
import type { PolicyScope, PolicyScopeSpec } from './policy-scope';

/** Which tokens the workloads of a scope accept. */
export interface RequestAuthenticationProps {
  /** Object name. */
  readonly name: string;
  /** The workloads whose requests are verified. */
  readonly scope: PolicyScope;
  /** The issuers whose tokens are accepted. */
  readonly issuers: readonly JwtIssuer[];
  /**
   * Rules in Istio's format, appended after those of the issuers without checks (other token locations, claims to
   * headers …).
   *
   * @default - no further rules
   */
  readonly rawJwtRules?: readonly RequestAuthenticationSpecJwtRules[];
}

/** Spec of a RequestAuthentication in Istio's format. */
export interface RequestAuthenticationSpec extends PolicyScopeSpec {
  /** The issuers whose tokens are accepted. */
  readonly jwtRules: readonly RequestAuthenticationSpecJwtRules[];
}

/**
 * Verifies the tokens of requests. It denies a request with an invalid token but **allows one without a token**: use an
 * AuthorizationPolicy to require a token.
 */
export class RequestAuthentication extends Construct {
  /**
   * The manifest as plain data, without a construct.
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
