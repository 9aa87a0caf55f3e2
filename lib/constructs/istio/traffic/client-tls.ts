import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';

/** Whether clients use mTLS or plain text for a host. */
export class ClientTls {
  /**
   * mTLS with the mesh's certificates.
   *
   * @param identities identities that the server may have: **replaces** those that istiod computes from the host's
   * endpoints, and must be maintained manually. By default, istiod's set is used.
   */
  public static istioMutual(...identities: readonly SpiffeId[]): ClientTls {
    return new ClientTls({
      mode: 'ISTIO_MUTUAL',
      ...(identities.length === 0 ? {} : { subjectAltNames: identities.map(String) }),
    });
  }

  /** Plain text. Disables automatic mTLS for the host; a server with STRICT rejects the connection. */
  public static plaintext(): ClientTls {
    return new ClientTls({ mode: 'DISABLE' });
  }

  private constructor(
    /** The settings in Istio's format. */
    public readonly spec: ClientTlsSpec,
  ) {}
}

/** `trafficPolicy.tls` in Istio's format. */
export interface ClientTlsSpec {
  /** Mutual TLS with the mesh's certificates, or plain text. */
  readonly mode: 'ISTIO_MUTUAL' | 'DISABLE';
  /** SPIFFE IDs, one of which the server must present. */
  readonly subjectAltNames?: readonly string[];
}
