import { nearName } from '../../base/near-names';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf } from '../../model/documents/manifest-set';

/** A kind, or a version of a kind, that does not exist. */
export interface UnknownKind {
  /** Distinguishes it from a difference between a document and its schema. */
  readonly type: 'unknown-kind';
  /** JSON pointer to the kind, or to the version if only that is wrong. */
  readonly pointer: string;
  /** The kind or version that was probably meant; undefined if none is similar. */
  readonly meant: string | undefined;
}

/** Says which of the kinds of its group, as `group/version/Kind`, a document of no known kind was meant to be. */
export function unknownKind({ apiVersion, kind }: Manifest, kinds: Iterable<string>): UnknownKind {
  const inGroup = [...kinds].filter((key) => groupOf(key) === groupOf(apiVersion));
  const sameKind = inGroup.filter((key) => key.endsWith(`/${kind}`));
  const pointer = sameKind.length > 0 ? '/apiVersion' : '/kind';
  const candidates = sameKind.length > 0 ? sameKind : inGroup;
  return { type: 'unknown-kind', pointer, meant: nearName(`${apiVersion}/${kind}`, candidates) ?? sameKind[0] };
}

/** Kinds of the operator with the version in their names, of which there are more than we have schemas for. */
const ROLE = /^TeleportRole(?:V\d+)?$/;

/**
 * Whether an object of Teleport's operator was meant to be one of ours: a version left out or wrong, a slip. The operator
 * has many kinds more (gravitational/teleport integrations/operator/config/crd/bases).
 */
export function isSlipOfOurs({ apiVersion, kind }: Manifest, kinds: Iterable<string>): boolean {
  return !ROLE.test(kind) && nearName(`${apiVersion}/${kind}`, kinds) !== undefined;
}
