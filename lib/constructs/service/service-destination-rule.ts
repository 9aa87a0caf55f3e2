import type { Construct } from 'constructs';
import { ClientTls } from '../istio/traffic/client-tls';
import { DestinationRule } from '../istio/traffic/destination-rule';
import { MtlsMode } from '../istio/traffic/mtls-mode';
import type { Port } from './port';

/** When clients get an explicit TLS mode for a service. */
export type DestinationRulesMode = 'where-needed' | 'always';

/** The service that clients may need a DestinationRule for. */
export interface ServiceDestination {
  readonly name: string;
  readonly namespace: string;
  /** Full name of the service. */
  readonly host: string;
  readonly headless: boolean;
  /** Its ports, each with the connections it takes. */
  readonly modes: ReadonlyMap<Port, MtlsMode>;
  /** Which connections the namespace's pods take. */
  readonly namespaceMtls: MtlsMode;
  readonly rules: DestinationRulesMode;
}

/**
 * Tells clients to use mTLS with a service, where they would not by themselves: Istio decides on plain text for a whole
 * service if its namespace has mTLS disabled, whatever the workload's own mode, and for a headless service as soon as one
 * endpoint has no sidecar (istio/istio pilot/pkg/networking/core/cluster_tls.go, pilot/pkg/xds/endpoints/mtls_checker.go).
 *
 * A rule switches the automatic choice off for the host, so ports that take plain text only are named in it.
 *
 * @returns undefined if no rule is needed
 */
export function addDestinationRule(
  scope: Construct,
  id: string,
  service: ServiceDestination,
): DestinationRule | undefined {
  const plaintext = [...service.modes].filter(([, mode]) => mode === MtlsMode.DISABLE).map(([port]) => port);
  const takesMtls = plaintext.length < service.modes.size;
  const needed = service.rules === 'always' || service.headless || service.namespaceMtls === MtlsMode.DISABLE;
  if (!takesMtls || !needed) return undefined;
  return new DestinationRule(scope, id, {
    name: service.name,
    namespace: service.namespace,
    host: service.host,
    tls: ClientTls.istioMutual(),
    ...(plaintext.length > 0 && {
      trafficPolicy: {
        portLevelSettings: plaintext.map(({ number }) => ({
          port: { number },
          tls: { mode: ClientTls.plaintext().spec.mode },
        })),
      },
    }),
  });
}
