import { Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import type { PolicyGateway } from '../istio/installation/ingress-gateway';
import type { NonEmpty } from '../istio/policy/at-least-one';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import type { ExternalAuthorizer } from '../istio/policy/external-authorizer';
import type { JwtIssuer } from '../istio/policy/jwt-issuer';
import type { HttpMethod, HttpOperationOnPorts } from '../istio/policy/operation';
import type { CustomPolicyRule, DenyPolicyRule } from '../istio/policy/policy-rule';
import { RequestAuthentication } from '../istio/policy/request-authentication';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameObjects } from '../kubernetes/object-labels';
import { checkSameApp } from '../mesh/mesh-checks';
import type { TeleportMesh } from '../mesh/teleport-mesh';
import { withAnyPort } from './host-with-any-port';

/** What {@link GatewayPolicies} are for. */
export interface GatewayPoliciesProps {
  /** The mesh that the gateway belongs to. */
  readonly mesh: TeleportMesh;
  /** The gateway: `mesh.ingressGateway`, or a `KubernetesGateway`. */
  readonly gateway: PolicyGateway;
}

/** Requests to a gateway. */
export interface GatewayRequests {
  /**
   * Full host names that clients request: each also matches with a port.
   *
   * @default - every host
   */
  readonly hosts?: readonly [string, ...string[]];
}

/** Requests, with exceptions. */
export interface GatewayRequestsWithExceptions extends GatewayRequests {
  /**
   * Paths that are excluded: exact, with a leading or trailing asterisk, or with `{*}` and `{**}`.
   *
   * @default - no exceptions
   */
  readonly exceptPaths?: readonly string[];
  /**
   * Methods that are excluded, such as `OPTIONS`: browsers send no token with a preflight request.
   *
   * @default - no exceptions
   */
  readonly exceptMethods?: readonly HttpMethod[];
}

/** The tokens that a request must carry. */
export interface RequiredToken extends GatewayRequestsWithExceptions {
  /** Accepted issuers; a request needs a token from one of them. */
  readonly issuers: readonly [JwtIssuer, ...JwtIssuer[]];
}

/**
 * Policies of a gateway: requirements for requests before they enter the mesh, whichever service they are for.
 *
 * All requirements must be met; no policy here admits a request that the service does not allow. The policies use the
 * actions DENY and CUSTOM, so that they do not deny requests that they do not match.
 */
export class GatewayPolicies extends Construct {
  /** The gateway. */
  public readonly gateway: PolicyGateway;

  private readonly mesh: TeleportMesh;
  private readonly ports: NonEmpty<number>;
  private readonly issuers: JwtIssuer[] = [];
  private readonly denials: Readonly<Record<'require-token' | 'addresses', DenyPolicyRule[]>> = {
    'require-token': [],
    addresses: [],
  };
  private readonly asked: CustomPolicyRule[] = [];
  private authorizer: ExternalAuthorizer | undefined;

  /**
   * @throws InvalidInputError if the gateway has no HTTP port, or the mesh is part of another app
   */
  public constructor(scope: Construct, id: string, props: GatewayPoliciesProps) {
    super(scope, id);
    nameObjects(this, props.gateway.name);
    this.mesh = props.mesh;
    checkSameApp(this.mesh, this);
    this.gateway = props.gateway;
    const [first, ...rest] = [...new Set(this.gateway.httpPorts)].sort((a, b) => a - b);
    if (first === undefined) throw this.refuse('the gateway has no HTTP port', [], 'a gateway with an HTTP port');
    this.ports = [first, ...rest];
  }

  /**
   * Denies requests without a valid token from one of the issuers. The service, or its own policies, must check what
   * the subject of the token may do.
   *
   * @throws InvalidInputError if a host, path or method is not valid
   */
  public requireToken(options: RequiredToken): void {
    const from = [{ notRequestPrincipals: options.issuers.map((issuer) => issuer.anyCaller()) }];
    this.addDenial('require-token', { from, to: [this.operation(options)] });
    for (const issuer of options.issuers) {
      if (!this.issuers.includes(issuer)) this.issuers.push(issuer);
    }
    if (this.node.tryFindChild('tokens') !== undefined) return;
    const props = { name: this.nameOf('tokens'), scope: this.gateway.policyScope };
    const render = () => RequestAuthentication.manifest({ ...props, issuers: this.issuers }, this.node.path);
    addObject(this, 'tokens', { ...render(), spec: Lazy.any({ produce: () => render().spec }) });
  }

  /**
   * Denies clients whose address is not in one of these CIDRs. If called twice for one host, both restrictions apply.
   *
   * @throws InvalidInputError if the gateway does not see client addresses, or a CIDR or a host is not valid
   */
  public onlyFrom(addresses: readonly [string, ...string[]], requests: GatewayRequests = {}): void {
    this.checkKnowsClients();
    this.addDenial('addresses', { from: [{ notRemoteIpBlocks: addresses }], to: [this.operation(requests)] });
  }

  /**
   * Denies clients whose address is in one of these CIDRs.
   *
   * @throws InvalidInputError if the gateway does not see client addresses, or a CIDR or a host is not valid
   */
  public neverFrom(addresses: readonly [string, ...string[]], requests: GatewayRequests = {}): void {
    this.checkKnowsClients();
    this.addDenial('addresses', { from: [{ remoteIpBlocks: addresses }], to: [this.operation(requests)] });
  }

  /**
   * Asks an external authorizer about requests before any other policy is evaluated, and declares it in the mesh
   * configuration. An authorizer in the mesh must allow the gateway to call it:
   * `authorizer.allowFrom(mesh.ingressGateway)`.
   *
   * @throws InvalidInputError if the gateway already uses another authorizer, or a host, path or method is not valid
   */
  public authorizeWith(authorizer: ExternalAuthorizer, requests: GatewayRequestsWithExceptions = {}): void {
    if (this.authorizer !== undefined && this.authorizer !== authorizer) {
      throw this.refuse(
        'the gateway already uses another authorizer: with two, Istio denies every request',
        authorizer.name,
        `one authorizer per gateway: ${this.authorizer.name}`,
      );
    }
    const rule: CustomPolicyRule = { to: [this.operation(requests)] };
    const props = {
      name: this.nameOf('authorizer'),
      scope: this.gateway.policyScope,
      action: 'CUSTOM',
      provider: authorizer.name,
    } as const;
    this.mesh.istio.addAuthorizer(authorizer);
    this.authorizer = authorizer;
    this.addRule('authorizer', this.asked, rule, (rules) =>
      AuthorizationPolicy.manifest({ ...props, rules, target: this.mesh.target }, this.node.path),
    );
  }

  private addDenial(name: 'require-token' | 'addresses', rule: DenyPolicyRule): void {
    const props = { name: this.nameOf(name), scope: this.gateway.policyScope, action: 'DENY' } as const;
    this.addRule(name, this.denials[name], rule, (rules) =>
      AuthorizationPolicy.manifest({ ...props, rules, target: this.mesh.target }, this.node.path),
    );
  }

  /** Adds a rule to a policy, which is written with the first one and has all of them by the time it is. */
  private addRule<Rule>(
    id: string,
    known: Rule[],
    rule: Rule,
    render: (rules: readonly Rule[]) => ReturnType<typeof AuthorizationPolicy.manifest>,
  ): void {
    // At once, so that an error comes from the call that made it.
    const manifest = render([rule]);
    known.push(rule);
    if (known.length === 1) addObject(this, id, { ...manifest, spec: Lazy.any({ produce: () => render(known).spec }) });
  }

  /** Always with ports: without them a DENY would close TCP ports of the gateway too. */
  private operation({ hosts, exceptPaths, exceptMethods }: GatewayRequestsWithExceptions): HttpOperationOnPorts {
    return {
      ...(hosts && { hosts: hosts.flatMap((host) => this.hostPatterns(host)) }),
      ...(exceptPaths && { notPaths: exceptPaths }),
      ...(exceptMethods && { notMethods: exceptMethods }),
      ports: this.ports,
    } as HttpOperationOnPorts;
  }

  /** @throws InvalidInputError if it is not one full host */
  private hostPatterns(host: string): readonly string[] {
    if (!isDnsSubdomain(host)) {
      throw this.refuse(
        host.includes('*')
          ? 'a wildcard cannot also match hosts with a port, so the policy could be bypassed with "Host: name:443"'
          : 'not a valid host name',
        host,
        'full host names such as "shop.example.com", in lower case and without a port',
      );
    }
    return withAnyPort(host);
  }

  private checkKnowsClients(): void {
    if (this.gateway.clientAddress === undefined) {
      throw this.refuse(
        'the gateway does not see client addresses: it sees those of nodes or load balancers',
        undefined,
        'a gateway with a clientAddress',
        'pass clientAddress: ClientAddress.ofConnection(), or behindProxies(n) with n proxies before it',
      );
    }
  }

  private nameOf(what: string): string {
    return `${this.gateway.name}-${what}`;
  }

  private refuse(problem: string, value: unknown, allowed: string, fix?: string): InvalidInputError {
    return new InvalidInputError({ where: this.node.path, problem, value, allowed, ...(fix && { fix }) });
  }
}
