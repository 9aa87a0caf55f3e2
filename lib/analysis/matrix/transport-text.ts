import type { ClientSpeaks } from '../access/connection';

const SPOKEN: Readonly<Record<ClientSpeaks, string>> = {
  'mutual-tls': 'mTLS',
  'plain-text': 'plain text',
  'foreign-tls': 'custom TLS',
};

/** The transport as text for people; empty if it is not evaluated. */
export function transportText(transport: ClientSpeaks | undefined): string {
  return transport === undefined ? '' : SPOKEN[transport];
}
