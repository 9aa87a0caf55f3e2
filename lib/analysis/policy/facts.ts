import type { IpAddress } from '../../upstream/network/ip-address';

/** A claim of a JSON Web Token. */
export type Claim = string | number | boolean | null | readonly Claim[] | { readonly [name: string]: Claim };

/** The payload of a JSON Web Token that the proxy has verified. */
export type Claims = Readonly<Record<string, Claim>>;

/**
 * What the callee's proxy sees of one request, in the words of Envoy's RBAC filter.
 *
 * `null` means known to be absent (no client certificate, no token); `undefined` means not stated, so a rule that uses
 * it may or may not match.
 */
export interface Facts {
  /** URI SAN of the client's certificate, with its scheme; null on a plain-text connection. */
  readonly identity: string | null | undefined;
  /** Address of the direct peer. */
  readonly sourceIp: IpAddress | undefined;
  /** Address of the original client, from X-Forwarded-For or the PROXY protocol. */
  readonly remoteIp: IpAddress | undefined;
  /** Address the connection goes to. */
  readonly destinationIp: IpAddress | undefined;
  /** Port the pod listens on: the target port of a Service, not the Service's own. */
  readonly port: number;
  /** Server name the client asked for in its TLS hello; null without TLS. */
  readonly sni: string | null | undefined;
  /** HTTP method, as sent: methods are case-sensitive. */
  readonly method: string | undefined;
  /** The `:authority` header, with the port if the client sent one. */
  readonly host: string | undefined;
  /** URL path without the query, as the proxy leaves it before rules see it. */
  readonly path: string | undefined;
  /** The query with its question mark, which only a condition on the header `:path` sees; empty without one. */
  readonly query: string | undefined;
  /** Every header of the request by its lower-case name; a name that is missing is absent. */
  readonly headers: ReadonlyMap<string, string> | undefined;
  /** The verified token's payload; null without a verified token. */
  readonly claims: Claims | null | undefined;
}
