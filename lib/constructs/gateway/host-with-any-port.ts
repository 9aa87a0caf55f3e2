/**
 * A host with and without a port: gateways route either, so a policy that names one of them can be passed by
 * (istio/istio pilot/pkg/networking/core/gateway.go `IgnorePortInHostMatching`).
 */
export function withAnyPort(host: string): readonly [host: string, withPort: string] {
  return [host, `${host}:*`];
}
