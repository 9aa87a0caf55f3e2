/** Which connections a proxy accepts, as PeerAuthentication names it; leaving a mode out inherits the wider scope's. */
export enum MtlsMode {
  /** TLS with a client certificate of the mesh, nothing else. */
  STRICT = 'STRICT',
  /** Both mTLS and plain text: for moving into the mesh. Identity rules say nothing about plain-text callers. */
  PERMISSIVE = 'PERMISSIVE',
  /** Plain text only. */
  DISABLE = 'DISABLE',
}
