import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { checkLabels, checkNamespace } from '../../upstream/kubernetes/names';
import { identityUri, istioPath } from '../../upstream/spiffe/identity-uri';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import { attributes } from '../../upstream/teleport/attributes';
import { DEFAULT_MAXIMUM_TTL } from '../../upstream/teleport/lifetimes';
import { type AllowRule, checkAllowRules, toAllowRuleSpecs } from './allow-rule';
import { type AttestorName, requiredAttestors } from './required-attestors';
import { checkResourceName, type TctlDocument, type TeleportResource } from './teleport-resource';
import { toSpiffeSpec, type WorkloadIdentityOptions } from './workload-identity-options';

/** Every identity carries its own name under this label, so that a role can allow it and nothing else. */
const OWN_LABEL = 'workload-identity';

/** An identity with its own path and rules. */
export interface WorkloadIdentityProps extends WorkloadIdentityOptions {
  /**
   * Path of the SPIFFE ID, from general to specific; may have placeholders from `attributes`: ``
   * `/svc/${attributes.workload.unix.binary_hash}` ``.
   */
  readonly id: string;
  /** Which workloads get it: those that match one of the rules. */
  readonly allow: readonly AllowRule[];
}

/** The identities of all pods in some namespaces, in the form Istio expects. */
export interface IstioWorkloadIdentityProps extends WorkloadIdentityOptions {
  /**
   * Namespaces whose pods get an identity.
   *
   * @default - those added later with `allowNamespaces`
   */
  readonly namespaces?: readonly string[];
}

/** Teleport's `workload_identity`: which SPIFFE ID is issued to which workloads. */
export class WorkloadIdentity implements TeleportResource {
  /**
   * One identity for each ServiceAccount: `/ns/<namespace>/sa/<service account>`, derived from tbot's attestation of
   * the pod, so that workloads cannot choose their identity. Istio's secure naming accepts no other form.
   *
   * @throws InvalidInputError if a name, label or namespace is not valid
   */
  public static forIstio(props: IstioWorkloadIdentityProps): IstioWorkloadIdentity {
    return new IstioWorkloadIdentity(props);
  }

  /** Teleport's kind of this resource. */
  public readonly kind = 'workload_identity';
  /** Empty: an identity does not refer to other resources. */
  public readonly references: readonly TeleportResource[] = [];
  /** Name of the resource; tbot requests the identity by it. */
  public readonly name: string;
  /** All labels, including the one that every identity has. */
  public readonly labels: Readonly<Record<string, string>>;
  /** Path of the SPIFFE ID, with its placeholders. */
  public readonly id: string;
  /** Maximum lifetime of an X.509-SVID: Teleport silently shortens a longer lifetime that tbot requests. */
  public readonly x509MaximumTtl: Duration;
  /** Maximum lifetime of a JWT-SVID: Teleport silently shortens a longer lifetime that tbot requests. */
  public readonly jwtMaximumTtl: Duration;
  /**
   * Attestors that tbot must have switched on, or nobody gets the identity.
   *
   * @internal
   */
  public readonly attestors: readonly AttestorName[];
  /** Where errors are reported. */
  protected readonly where: string;
  private readonly spiffe: object;
  private readonly allow: readonly AllowRule[];

  /**
   * @throws InvalidInputError if Teleport would refuse the identity, could never issue it, or would issue it to anybody
   */
  public constructor(props: WorkloadIdentityProps) {
    this.where = `WorkloadIdentity ${props.name}`;
    this.name = props.name;
    this.id = props.id;
    checkResourceName(this.where, props.name);
    this.labels = ownLabels(this.where, props);
    this.spiffe = toSpiffeSpec(this.where, props.id, props);
    checkAllowRules(this.where, props.allow);
    this.allow = [...props.allow];
    this.x509MaximumTtl = props.x509MaximumTtl ?? Duration.seconds(DEFAULT_MAXIMUM_TTL);
    this.jwtMaximumTtl = props.jwtMaximumTtl ?? Duration.seconds(DEFAULT_MAXIMUM_TTL);
    this.attestors = requiredAttestors(this.spiffe, this.allow);
  }

  /**
   * The SPIFFE ID itself, for verifiers.
   *
   * @throws InvalidInputError if the path has placeholders, so that workloads have different IDs
   */
  public spiffeId(trustDomain: TrustDomain): SpiffeId {
    if (this.id.includes('{{')) {
      throw new InvalidInputError({
        where: this.where,
        problem: 'the SPIFFE ID depends on the workload',
        value: this.id,
        allowed: 'an identity without placeholders',
        fix: 'with Istio, use SpiffeId.forWorkload',
      });
    }
    return SpiffeId.parse(identityUri(`${trustDomain}`, this.id));
  }

  /**
   * The document for `tctl create -f`.
   *
   * @throws InvalidInputError if no workload may get the identity
   */
  public toTctlDocument(): TctlDocument {
    const allow = this.allowRules();
    checkAllowRules(this.where, allow);
    return {
      kind: this.kind,
      version: 'v1',
      metadata: { name: this.name, labels: this.labels },
      spec: { spiffe: this.spiffe, rules: { allow: toAllowRuleSpecs(allow) } },
    };
  }

  /** The rules at the time when the resource is written. */
  protected allowRules(): readonly AllowRule[] {
    return this.allow;
  }
}

/** An identity that more namespaces can join until it is written. */
export class IstioWorkloadIdentity extends WorkloadIdentity {
  private readonly allowed = new Set<string>();

  /**
   * What `WorkloadIdentity.forIstio` calls.
   *
   * @throws InvalidInputError if a name, label or namespace is not valid
   */
  public constructor({ namespaces = [], ...options }: IstioWorkloadIdentityProps) {
    const { namespace, service_account, attested } = attributes.workload.kubernetes;
    // The namespaces are added when the rule is written; attestation alone would already keep strangers out.
    super({
      ...options,
      id: istioPath(`${namespace}`, `${service_account}`),
      allow: [{ conditions: [attested.eq(true)] }],
    });
    this.allowNamespaces(...namespaces);
  }

  /** Namespaces whose pods get an identity, sorted. */
  public get namespaces(): readonly string[] {
    return [...this.allowed].sort();
  }

  /**
   * Gives the pods of further namespaces an identity; listing one twice has no effect.
   *
   * @throws InvalidInputError if Kubernetes would reject a name
   */
  public allowNamespaces(...namespaces: readonly string[]): void {
    for (const namespace of namespaces) {
      checkNamespace(this.where, namespace);
      this.allowed.add(namespace);
    }
  }

  /** Only pods of the namespaces, attested by the kubelet. */
  protected override allowRules(): readonly AllowRule[] {
    if (this.allowed.size === 0) {
      throw new InvalidInputError({
        where: this.where,
        problem: 'no namespace may get identities',
        allowed: 'at least one namespace',
        fix: 'pass "namespaces", or call allowNamespaces before synthesis',
      });
    }
    const { attested, namespace } = attributes.workload.kubernetes;
    return [{ conditions: [attested.eq(true), namespace.in(this.namespaces)] }];
  }
}

function ownLabels(where: string, { name, labels = {} }: WorkloadIdentityOptions): Readonly<Record<string, string>> {
  // Kubernetes' form, which custom resources need; it also keeps out what a role would read as a pattern.
  checkLabels(where, labels);
  if (Object.hasOwn(labels, OWN_LABEL)) {
    throw new InvalidInputError({
      where,
      problem: `the label "${OWN_LABEL}" is reserved`,
      value: labels[OWN_LABEL],
      allowed: 'any other label',
      fix: 'remove it: it always has the name of the identity',
    });
  }
  const all = Object.entries({ ...labels, [OWN_LABEL]: name });
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
