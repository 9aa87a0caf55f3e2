/**
 * Which connections a proxy accepts, with the values of PeerAuthentication; an omitted mode is inherited from the wider
 * scope.
 */
export enum MtlsMode {
  /** Only TLS with a client certificate of the mesh. */
  STRICT = 'STRICT',
  /** Both mTLS and plain text: for migration into the mesh. Rules on identities do not match plaintext callers. */
  PERMISSIVE = 'PERMISSIVE',
  /** Plain text only. */
  DISABLE = 'DISABLE',
}
