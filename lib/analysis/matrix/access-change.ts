import type { ClientSpeaks } from '../access/connection';
import type { NamedPort } from '../access/named-port';
import type { Access } from './access-matrix';
import type { AccessCondition } from './condition';

/** The effect of a change on one caller and one port. */
export interface AccessChange {
  /** The caller, as in the matrix. */
  readonly from: string;
  /** The callee, as in the matrix; a host outside the mesh, or `any other host`. */
  readonly to: string;
  /** The port, as in the matrix; 0 means any port of a host outside the mesh. */
  readonly port: NamedPort;
  /**
   * - `opened`: nothing was allowed before, or the pair did not exist
   * - `closed`: nothing is allowed any more, or the pair no longer exists
   * - `widened`, `narrowed`: more or fewer requests are allowed
   * - `changed`: some conditions were removed and others added
   * - `encryption`: the same requests are allowed, but mutual TLS was added or removed
   * - `unknown`: the access is unknown on one side or both, and the policies or the mTLS mode differ
   */
  readonly kind: 'opened' | 'closed' | 'widened' | 'narrowed' | 'changed' | 'encryption' | 'unknown';
  /** Why it is unknown what is allowed; undefined for every other kind. */
  readonly because?: string;
  /** Undefined if the pair did not exist. */
  readonly before: Access | undefined;
  /** Undefined if the pair no longer exists. */
  readonly after: Access | undefined;
  /** Conditions under which requests are allowed now, but were not before. */
  readonly added: readonly AccessCondition[];
  /** Conditions under which requests were allowed before, but are not now. */
  readonly removed: readonly AccessCondition[];
  /** What the caller sends, before and after; undefined where the pair does not exist. */
  readonly transport: { readonly before: ClientSpeaks | undefined; readonly after: ClientSpeaks | undefined };
}
