import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import {
  MOST_POLICY_TARGETS,
  POLICY_TARGET_GROUPS,
  type PolicyTargetKind,
} from '../../../upstream/istio/policy-targets';
import { checkLabels, checkNamespace, checkObjectName } from '../../../upstream/kubernetes/names';

/** An object that a policy is attached to, in the policy's own namespace. */
export interface PolicyTarget {
  /**
   * `Gateway` for a Gateway API gateway or waypoint; `Service` and `ServiceEntry` for services behind a waypoint;
   * `GatewayClass`, from the root namespace only, for all waypoints.
   */
  readonly kind: PolicyTargetKind;
  /** Name of the object. */
  readonly name: string;
}

/** The part of a spec that selects the workloads of the policy. */
export interface PolicyScopeSpec {
  /** Labels of the pods; none for the whole namespace or mesh. */
  readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
  /** Objects that the policy is attached to, instead of a selector. */
  readonly targetRefs?: readonly { readonly group: string; readonly kind: string; readonly name: string }[];
}

/** Which workloads a policy applies to, and so which namespace it is in. */
export abstract class PolicyScope {
  /**
   * Every workload of the mesh.
   *
   * @throws InvalidInputError if the namespace is not valid
   */
  public static mesh(rootNamespace: string = ISTIO_NAMESPACE): MeshScope {
    return new MeshScope(rootNamespace);
  }

  /**
   * Every workload of a namespace.
   *
   * @throws InvalidInputError if the namespace is not valid
   */
  public static namespace(namespace: string): NamespaceScope {
    return new NamespaceScope(namespace);
  }

  /**
   * The pods of a namespace that have all these labels. In the root namespace, an AuthorizationPolicy with this scope
   * applies to such pods in every namespace.
   *
   * @throws InvalidInputError if the namespace is not valid, or if there is no label or an invalid one
   */
  public static workload(namespace: string, matchLabels: Readonly<Record<string, string>>): WorkloadScope {
    return new WorkloadScope(namespace, matchLabels);
  }

  /**
   * Gateways, or services behind a waypoint. Ordinary sidecars ignore such a policy.
   *
   * @throws InvalidInputError if the namespace or a name is not valid, or if there are no targets or more than 16
   */
  public static attachedTo(namespace: string, ...targets: readonly [PolicyTarget, ...PolicyTarget[]]): AttachedScope {
    return new AttachedScope(namespace, targets);
  }

  /** The kind of the scope. */
  public abstract readonly level: 'mesh' | 'namespace' | 'workload' | 'attached';

  protected constructor(
    /** Namespace of the policy. */
    public readonly namespace: string,
  ) {
    checkNamespace('PolicyScope', namespace);
  }

  /** The scope as it is written in a spec. */
  public abstract toSpec(): PolicyScopeSpec;
}

/** See {@link PolicyScope.mesh}. */
export class MeshScope extends PolicyScope {
  /** Distinguishes the kinds of scopes. */
  public readonly level = 'mesh';

  /** @internal */
  public constructor(rootNamespace: string) {
    super(rootNamespace);
  }

  /** The scope in Istio's format. */
  public toSpec(): PolicyScopeSpec {
    return {};
  }
}

/** See {@link PolicyScope.namespace}. */
export class NamespaceScope extends PolicyScope {
  /** Distinguishes the kinds of scopes. */
  public readonly level = 'namespace';

  /** @internal */
  public constructor(namespace: string) {
    super(namespace);
  }

  /** The scope in Istio's format. */
  public toSpec(): PolicyScopeSpec {
    return {};
  }
}

/** See {@link PolicyScope.workload}. */
export class WorkloadScope extends PolicyScope {
  /** Distinguishes the kinds of scopes. */
  public readonly level = 'workload';

  /** @internal */
  public constructor(
    namespace: string,
    /** Labels that the pods must all have. */
    public readonly matchLabels: Readonly<Record<string, string>>,
  ) {
    super(namespace);
    checkLabels('PolicyScope.workload', matchLabels);
    if (Object.keys(matchLabels).length === 0) {
      throw new InvalidInputError({
        where: 'PolicyScope.workload',
        problem: 'a selector without labels selects the whole namespace',
        value: matchLabels,
        allowed: 'at least one label',
        fix: `use PolicyScope.namespace("${namespace}")`,
      });
    }
  }

  /** The scope in Istio's format. */
  public toSpec(): PolicyScopeSpec {
    return { selector: { matchLabels: { ...this.matchLabels } } };
  }
}

/** See {@link PolicyScope.attachedTo}. */
export class AttachedScope extends PolicyScope {
  /** Distinguishes the kinds of scopes. */
  public readonly level = 'attached';

  /** @internal */
  public constructor(
    namespace: string,
    /** What the policy is attached to. */
    public readonly targets: readonly PolicyTarget[],
  ) {
    super(namespace);
    for (const target of targets) checkObjectName('PolicyScope.attachedTo', target.name);
    if (targets.length === 0 || targets.length > MOST_POLICY_TARGETS) {
      throw new InvalidInputError({
        where: 'PolicyScope.attachedTo',
        problem: `${targets.length} targets`,
        allowed: `1 to ${MOST_POLICY_TARGETS} targets`,
        fix: 'create a second policy for the rest',
      });
    }
  }

  /** The scope in Istio's format. */
  public toSpec(): PolicyScopeSpec {
    return {
      targetRefs: this.targets.map(({ kind, name }) => ({ group: POLICY_TARGET_GROUPS[kind], kind, name })),
    };
  }
}
