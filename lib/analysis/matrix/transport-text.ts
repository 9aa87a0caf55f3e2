import type { ClientSpeaks } from '../access/connection';

const SPOKEN: Readonly<Record<ClientSpeaks, string>> = {
  'mutual-tls': 'mTLS',
  'plain-text': 'plain text',
  'foreign-tls': 'custom TLS',
};

/** Used instead of the transport of a call to a host outside the mesh, which is not evaluated. */
export const EGRESS = 'egress';

/** Used instead of the transport of a request from outside through a gateway, which is that of its client. */
export const INGRESS = 'ingress';

/** The transport as text for people; empty if it is not evaluated. */
export function transportText(transport: ClientSpeaks | undefined): string {
  return transport === undefined ? '' : SPOKEN[transport];
}
