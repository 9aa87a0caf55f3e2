import type { SpiffeId } from '../../../upstream/spiffe/spiffe-id';

/** How clients speak to a host, as far as this library decides it. */
export class ClientTls {
  /**
   * mTLS with the mesh's certificates.
   *
   * @param identities whom the server may be: **replaces** the identities istiod computes from the host's endpoints, and
   * has to be kept by hand. Without it istiod's set counts.
   */
  public static istioMutual(...identities: readonly SpiffeId[]): ClientTls {
    return new ClientTls({
      mode: 'ISTIO_MUTUAL',
      ...(identities.length === 0 ? {} : { subjectAltNames: identities.map(String) }),
    });
  }

  /** Plain text. Switches automatic mTLS off for the host; a server with STRICT refuses the connection. */
  public static plaintext(): ClientTls {
    return new ClientTls({ mode: 'DISABLE' });
  }

  private constructor(
    /** The settings in Istio's words. */
    public readonly spec: ClientTlsSpec,
  ) {}
}

/** `trafficPolicy.tls` in Istio's words. */
export interface ClientTlsSpec {
  /** Mutual TLS with the mesh's certificates, or plain text. */
  readonly mode: 'ISTIO_MUTUAL' | 'DISABLE';
  /** SPIFFE IDs of which the server has to present one. */
  readonly subjectAltNames?: readonly string[];
}
