import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { compareTexts } from '../../base/compare-texts';
import { ISTIO_NETWORKING_V1 } from '../../upstream/kubernetes/api-groups';
import type { Target } from '../../upstream/releases/target';
import type { EgressGateway } from '../istio/installation/egress-gateway';
import { AuthorizationPolicy } from '../istio/policy/authorization-policy';
import { PolicyCondition } from '../istio/policy/policy-condition';
import type { AllowPolicyRule } from '../istio/policy/policy-rule';
import type { Principal } from '../istio/policy/principal';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameObjects } from '../kubernetes/object-labels';

/** Who may leave for which hosts. */
export interface EgressPermission {
  readonly hosts: readonly [string, ...string[]];
  /** Whom it is for, once all are known. */
  readonly callers: () => readonly Principal[];
}

/** What stands at an egress gateway: who may leave by it, and with which server names sidecars come to it. */
export class EgressGatewayPolicies extends Construct {
  /** Who may leave: nobody, until a host is reached through the gateway and somebody calls it. */
  public readonly policy: ApiObject;

  private readonly permissions: EgressPermission[] = [];
  private readonly subsets = new Map<string, string>();
  private destinationRule: ApiObject | undefined;

  public constructor(
    scope: Construct,
    id: string,
    private readonly gateway: EgressGateway,
    private readonly target: Target,
  ) {
    super(scope, id);
    nameObjects(this, gateway.name);
    const manifest = this.render();
    this.policy = addObject(this, 'policy', { ...manifest, spec: Lazy.any({ produce: () => this.render().spec }) });
  }

  /** Lets callers leave for hosts. */
  public add(permission: EgressPermission): void {
    this.permissions.push(permission);
  }

  /** The subset of the gateway's Service whose connections carry a host as their server name. */
  public subsetFor(host: string): string {
    const subset = host.replaceAll('.', '-');
    this.subsets.set(host, subset);
    // One for all hosts: of several DestinationRules for one Service the order would matter.
    this.destinationRule ??= addObject(this, 'destination-rule', {
      apiVersion: ISTIO_NETWORKING_V1,
      kind: 'DestinationRule',
      metadata: { name: this.gateway.name, namespace: this.gateway.namespace },
      spec: {
        host: this.gateway.host,
        trafficPolicy: this.mutualTls(),
        subsets: Lazy.any({ produce: () => this.toSubsets() }),
      },
    });
    return subset;
  }

  private toSubsets(): readonly object[] {
    return [...this.subsets]
      .sort(([a], [b]) => compareTexts(a, b))
      .map(([sni, name]) => ({ name, trafficPolicy: this.mutualTls(sni) }));
  }

  /** Gateways do not announce mutual TLS, so sidecars have to be configured for it. */
  private mutualTls(sni?: string): object {
    const tls = { mode: 'ISTIO_MUTUAL', ...(sni !== undefined && { sni }) };
    return { portLevelSettings: [{ port: { number: this.gateway.port.port }, tls }] };
  }

  private render() {
    const rules = this.permissions.flatMap(({ hosts, callers }): readonly AllowPolicyRule[] => {
      const principals = [...new Map(callers().map((caller) => [caller.pattern, caller])).values()];
      if (principals.length === 0) return [];
      principals.sort((a, b) => compareTexts(a.pattern, b.pattern));
      const to = [{ ports: [this.gateway.port.targetPort] as const }] as const;
      return [{ from: [{ principals }], to, when: [PolicyCondition.sni({ values: hosts })] }];
    });
    return AuthorizationPolicy.manifest(
      {
        name: `${this.gateway.name}-callers`,
        scope: this.gateway.policyScope,
        action: 'ALLOW',
        rules: rules.length === 0 ? 'nothing' : rules,
        target: this.target,
      },
      this.node.path,
    );
  }
}
