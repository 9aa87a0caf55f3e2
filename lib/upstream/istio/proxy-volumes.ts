/** Volume that every stock template mounts where Istio's agent looks for a Workload API socket. */
export const SOCKET_VOLUME = 'workload-socket';

/** Where the stock templates mount {@link SOCKET_VOLUME} (istio/istio pkg/security/security.go). */
export const SOCKET_MOUNT_PATH = '/var/run/secrets/workload-spiffe-uds';

/** Variable of the proxy that names the socket's file in that directory (istio/istio pkg/istio-agent). */
export const SOCKET_FILE_VARIABLE = 'WORKLOAD_IDENTITY_SOCKET_FILE';

/** File that the agent looks for unless {@link SOCKET_FILE_VARIABLE} names another (istio/istio pkg/security/security.go). */
export const DEFAULT_SOCKET_FILE = 'socket';

/** Volume in which the agent makes the socket it serves file certificates from. */
export const CREDENTIAL_SOCKET_VOLUME = 'credential-socket';

/** Volume for certificates as files; anything in it changes where the agent looks for roots. */
export const CERTIFICATES_VOLUME = 'workload-certs';

/** Volumes of the stock templates (istio/istio manifests/charts/istio-control/istio-discovery/files). */
export const STOCK_VOLUMES: ReadonlySet<string> = new Set([
  ...[SOCKET_VOLUME, CREDENTIAL_SOCKET_VOLUME, CERTIFICATES_VOLUME, 'istiod-ca-cert', 'istio-ca-crl', 'istio-token'],
  ...['istio-envoy', 'istio-data', 'istio-podinfo'],
]);

/** Variable of the proxy with the address of its CA, which is not asked while a socket is there (istio/istio pkg/istio-agent). */
export const CA_ADDRESS_VARIABLE = 'CA_ADDR';

/** Variable of the proxy with the kind of its CA. */
export const CA_PROVIDER_VARIABLE = 'CA_PROVIDER';

/** Variable of istiod and proxies that says who signs istiod's own certificate. */
export const CERT_PROVIDER_VARIABLE = 'PILOT_CERT_PROVIDER';
