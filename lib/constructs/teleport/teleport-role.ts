import { InvalidInputError } from '../../base/invalid-input-error';
import { ISSUING_VERBS } from '../../upstream/teleport/resource-kinds';
import { checkResourceName, type TctlDocument, type TeleportResource } from './teleport-resource';
import type { WorkloadIdentity } from './workload-identity';

/** A role that is created elsewhere, by name. */
export interface RoleReference {
  /** Prevents other objects with a name from being used as a role. */
  readonly kind: 'role';
  /** Name of the role in Teleport. */
  readonly name: string;
}

/** Properties of a role. */
export interface TeleportRoleProps {
  /** Name of the role. */
  readonly name: string;
  /** The identities that may be issued with it, and no others. */
  readonly issues: readonly WorkloadIdentity[];
}

/** Teleport's `role`: lets a bot issue identities, which it selects by their labels. */
export class TeleportRole implements TeleportResource, RoleReference {
  /** Teleport's kind of this resource. */
  public readonly kind = 'role';
  /** Name of the role. */
  public readonly name: string;
  /** The identities it issues. */
  public readonly references: readonly WorkloadIdentity[];

  /**
   * @throws InvalidInputError if there is no identity to issue
   */
  public constructor(props: TeleportRoleProps) {
    const where = `TeleportRole ${props.name}`;
    checkResourceName(where, props.name);
    if (props.issues.length === 0) {
      throw new InvalidInputError({
        where,
        problem: 'the role issues no identity',
        value: props.issues,
        allowed: 'at least one WorkloadIdentity',
      });
    }
    this.name = props.name;
    this.references = [...props.issues];
  }

  /**
   * The labels an identity must have to be issued. All keys must match, with any of their values, so only keys that all
   * identities have are listed: these always include the label with their own name, which excludes every other
   * identity.
   */
  public get workloadIdentityLabels(): Readonly<Record<string, readonly string[]>> {
    const labels = this.references.map((identity) => identity.labels);
    const shared = Object.keys(labels[0] ?? {}).filter((key) => labels.every((each) => Object.hasOwn(each, key)));
    return Object.fromEntries(shared.map((key) => [key, distinct(labels.flatMap((each) => each[key] ?? []))]));
  }

  /** The document for `tctl create -f`. */
  public toTctlDocument(): TctlDocument {
    return {
      kind: this.kind,
      version: 'v7',
      metadata: { name: this.name },
      spec: {
        allow: {
          workload_identity_labels: this.workloadIdentityLabels,
          // To issue by name, Teleport checks read; to issue by labels, list too.
          rules: [{ resources: ['workload_identity'], verbs: [...ISSUING_VERBS] }],
        },
      },
    };
  }
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort();
}
