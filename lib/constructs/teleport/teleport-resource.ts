import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import type { TeleportResourceKind } from '../../upstream/teleport/resource-kinds';

/** One YAML document for `tctl create -f`. */
export interface TctlDocument {
  /** Kind of the resource. */
  readonly kind: TeleportResourceKind;
  /** Version of the kind: `v1`, for roles `v7`, for tokens `v2`. */
  readonly version: string;
  /** Its name, and the labels by which roles select it. */
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  /** Its spec, in Teleport's format. */
  readonly spec: object;
}

/** A Teleport resource that knows its dependencies, so that they are included in the output. */
export interface TeleportResource {
  /** Teleport's kind of this resource. */
  readonly kind: TeleportResourceKind;
  /** Name within its kind; `tctl get <kind>/<name>` finds it. */
  readonly name: string;
  /**
   * Labels of the resource itself.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;
  /** The resources of this program that this one refers to. */
  readonly references: readonly TeleportResource[];
  /**
   * Plain data for `tctl`, with keys in a fixed order.
   *
   * @throws InvalidInputError if something that may be added later is still missing
   */
  toTctlDocument(): TctlDocument;
}

/**
 * Refuses names that would fit only one of the two ways to write resources: as a custom resource the name is the
 * object's, and a workload identity also carries its name as a label.
 *
 * @throws InvalidInputError
 */
export function checkResourceName(where: string, name: string): void {
  if (!isDnsSubdomain(name) || name.length > 63) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid name for a Teleport resource',
      value: name,
      allowed: 'lower-case letters, digits, "-" and ".", at most 63 characters',
      fix: 'rename it',
    });
  }
}
