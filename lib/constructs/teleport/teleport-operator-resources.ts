import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { Target } from '../../upstream/releases/target';
import type { TeleportResourceKind } from '../../upstream/teleport/resource-kinds';
import { addObject } from '../kubernetes/kubernetes-object';
import { JoinToken } from './join-token';
import { withReferences } from './tctl-documents';
import type { TeleportResource } from './teleport-resource';

/** The operator's kinds (gravitational/teleport integrations/operator/config/crd/bases). */
const CUSTOM_RESOURCES: Readonly<Record<TeleportResourceKind, { readonly kind: string; readonly version: string }>> = {
  workload_identity: { kind: 'TeleportWorkloadIdentityV1', version: 'v1' },
  // The role's own version, v7, is in the kind.
  role: { kind: 'TeleportRoleV7', version: 'v1' },
  bot: { kind: 'TeleportBotV1', version: 'v1' },
  token: { kind: 'TeleportProvisionToken', version: 'v2' },
};

/** Teleport resources for clusters that run the Teleport Kubernetes operator. */
export interface TeleportOperatorResourcesProps {
  /** Namespace that the operator watches: the one that it runs in. */
  readonly namespace: string;
  /** The resources; those that they refer to are written too. */
  readonly resources: readonly TeleportResource[];
  /**
   * Releases; the operator's release is Teleport's.
   *
   * @default Target.of()
   */
  readonly target?: Target;
}

/**
 * Teleport's resources as objects that the Teleport Kubernetes operator applies, for GitOps without `tctl`.
 *
 * Before Teleport 18.1, its custom resource for tokens does not support the join type `oidc`, and the operator silently
 * drops unknown fields, so such a token is rejected here and must be applied with `tctl`.
 */
export class TeleportOperatorResources extends Construct {
  /** The objects in the order in which they refer to each other. */
  public readonly objects: readonly ApiObject[];

  private readonly knowsOidc: boolean;

  /**
   * @throws InvalidInputError if a token joins by `oidc` and the operator is too old for it, a token has no keys yet, or two resources have the same kind and name
   */
  public constructor(scope: Construct, id: string, props: TeleportOperatorResourcesProps) {
    super(scope, id);
    this.knowsOidc = (props.target ?? Target.of()).has('operatorKnowsOidcJoin');
    this.objects = withReferences(props.resources).map((resource) => this.addResource(resource, props.namespace));
  }

  private addResource(resource: TeleportResource, namespace: string): ApiObject {
    const id = `${resource.kind}-${resource.name}`;
    if (resource instanceof JoinToken && !this.knowsOidc) refuseOidc(`${this.node.path}/${id}`, resource);
    const { kind, version } = CUSTOM_RESOURCES[resource.kind];
    const { name, labels } = resource;
    // Identities grow until synthesis; whatever else is incomplete now stays so.
    const spec = () => resource.toTctlDocument().spec;
    return addObject(this, id, {
      apiVersion: `resources.teleport.dev/${version}`,
      kind,
      metadata: { name, namespace, ...(labels && { labels }) },
      spec: resource.kind === 'workload_identity' ? Lazy.any({ produce: spec }) : spec(),
    });
  }
}

function refuseOidc(where: string, token: JoinToken): void {
  if (token.join.type === 'oidc') {
    throw new InvalidInputError({
      where,
      problem: 'the custom resource TeleportProvisionToken cannot express the join type',
      value: token.join.type,
      allowed: 'static_jwks or in_cluster, or Teleport 18.1 or newer',
      fix: 'pass the bot instead of the token here, and apply the token with "tctl create -f"',
    });
  }
}
