import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { merged } from '../../base/merged';
import { ISTIO_SECURITY_V1 } from '../../upstream/kubernetes/api-groups';
import type { CallOperation } from '../app/declared-calls';
import type { AuthorizationPolicySpec } from '../istio/policy/authorization-policy-props';
import type { RuleSpec } from '../istio/policy/policy-rule';
import { PolicyScope } from '../istio/policy/policy-scope';
import type { Principal } from '../istio/policy/principal';
import { MtlsMode } from '../istio/traffic/mtls-mode';
import { PeerAuthentication, type WorkloadPeerAuthenticationProps } from '../istio/traffic/peer-authentication';
import { addObject } from '../kubernetes/kubernetes-object';
import { nameObjects } from '../kubernetes/object-labels';
import { findPort } from './call';
import { AccessList } from './call-list';
import type { ServiceMtlsOptions } from './mesh-service-props';
import type { Port } from './port';

/** The service that policies are written for. */
export interface ServicePoliciesProps {
  /** Construct path of the service, for messages. */
  readonly where: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels of its pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly Port[];
  /** Modes of its own; none means the namespace's. */
  readonly mtls: ServiceMtlsOptions;
}

/** Who a rule is for; `everybody` includes callers in plain text. */
export type RuleCaller = Principal | 'everybody';

/**
 * The policies of one service, in a chart of policies: who may call it, who may not, and how.
 *
 * Its ALLOW policy is there from the start, so that the first caller adds a rule and not an object.
 */
export class ServicePolicies extends Construct {
  /** Everybody who may call. */
  public readonly allowPolicy: ApiObject;
  private readonly allowed = new AccessList();
  private denied: AccessList | undefined;
  private denyObject: ApiObject | undefined;
  /** Holds the place of the modes, so that files are the same whatever is asked first. */
  private readonly modes: Construct;
  private modesObject: PeerAuthentication | undefined;

  public constructor(
    scope: Construct,
    private readonly props: ServicePoliciesProps,
  ) {
    super(scope, props.name);
    nameObjects(this, props.name);
    this.allowPolicy = this.addPolicy('ALLOW', props.name, this.allowed);
    this.modes = new Construct(this, 'modes');
    this.modesObject = this.addOwnModes();
  }

  /** The service's own mTLS modes; undefined while they are the namespace's. */
  public get peerAuthentication(): PeerAuthentication | undefined {
    return this.modesObject;
  }

  /** Lets ports of the pods take plain text beside mTLS, whatever the rest of the service takes. */
  public permitPlaintext(targetPorts: readonly number[]): void {
    for (const port of targetPorts) {
      if (this.modesObject === undefined) {
        this.modesObject = this.addModes({ portLevelMtls: { [port]: MtlsMode.PERMISSIVE } });
      } else {
        this.modesObject.addPortMode(port, MtlsMode.PERMISSIVE);
      }
    }
  }

  /** Everybody who may not call; undefined while nobody is denied. */
  public get denyPolicy(): ApiObject | undefined {
    return this.denyObject;
  }

  /** What callers were allowed, by whatever a patch makes of it. */
  public get allowedCalls(): ReturnType<AccessList['operations']> {
    return this.allowed.operations();
  }

  /**
   * Allows an operation.
   *
   * @throws InvalidInputError for what Istio would refuse, or silently drop
   */
  public allow(caller: RuleCaller, operation: CallOperation, where = this.props.where): void {
    add(this.allowed, caller, operation, where);
  }

  /**
   * Denies an operation. It carries its ports, because Istio would apply a rule without them to every TCP port as well.
   *
   * @throws InvalidInputError for what Istio would refuse, or silently drop
   */
  public deny(caller: RuleCaller, operation: CallOperation, where = this.props.where): void {
    this.denied ??= new AccessList();
    add(this.denied, caller, operation, where);
    this.denyObject ??= this.addPolicy('DENY', `${this.props.name}-deny`, this.denied);
  }

  private addPolicy(action: 'ALLOW' | 'DENY', name: string, list: AccessList): ApiObject {
    return addObject(this, action.toLowerCase(), {
      apiVersion: ISTIO_SECURITY_V1,
      kind: 'AuthorizationPolicy',
      metadata: { name, namespace: this.props.namespace },
      spec: Lazy.any({ produce: () => this.specOf(action, list.toRules()) }),
    });
  }

  /** Without rules it is ALLOW and matches nothing, which closes the service. */
  private specOf(action: 'ALLOW' | 'DENY', rules: readonly RuleSpec[]): AuthorizationPolicySpec {
    const { namespace, selector } = this.props;
    const scope = PolicyScope.workload(namespace, selector).toSpec();
    return rules.length === 0 ? scope : merged(scope, { action, rules });
  }

  private addOwnModes(): PeerAuthentication | undefined {
    const { where, ports } = this.props;
    const { mtls, portMtls } = this.props.mtls;
    if (mtls === undefined && portMtls === undefined) return undefined;
    const byTargetPort = Object.entries(portMtls ?? {}).map(
      ([number, mode]) => [findPort(where, ports, Number(number)).targetPort, mode] as const,
    );
    return this.addModes({
      ...(mtls && { mtls }),
      ...(portMtls && { portLevelMtls: Object.fromEntries(byTargetPort) }),
    });
  }

  private addModes(modes: Pick<WorkloadPeerAuthenticationProps, 'mtls' | 'portLevelMtls'>): PeerAuthentication {
    const { name, namespace, selector } = this.props;
    return new PeerAuthentication(this.modes, 'mtls', {
      ...modes,
      name,
      scope: PolicyScope.workload(namespace, selector),
    });
  }
}

function add(list: AccessList, caller: RuleCaller, operation: CallOperation, where: string): void {
  if (caller === 'everybody') list.addEverybody(where, operation);
  else list.add(where, caller, operation);
}
