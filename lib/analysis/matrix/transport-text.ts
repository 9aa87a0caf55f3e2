import type { ClientSpeaks } from '../access/connection';

const SPOKEN: Readonly<Record<ClientSpeaks, string>> = {
  'mutual-tls': 'mTLS',
  'plain-text': 'plain text',
  'foreign-tls': 'custom TLS',
};

/** What a caller sends, for people; empty where that is not evaluated. */
export function transportText(transport: ClientSpeaks | undefined): string {
  return transport === undefined ? '' : SPOKEN[transport];
}
