import { field, isObject, type JsonValue, scalarText, textAt } from '../../base/json';
import { EXTERNAL_AUTHORIZERS } from '../../upstream/istio/mesh-config';
import { isPortNumber } from '../../upstream/network/port-number';

/** How an external authorizer is called; one that is called over HTTP does not handle TCP connections. */
export type AuthorizerKind = 'http' | 'grpc';

/** An external authorizer among the providers of the mesh. */
export interface Authorizer {
  /** How it is called. */
  readonly kind: AuthorizerKind;
  /** The field of the provider with its settings. */
  readonly key: string;
  /** What it lacks, as a noun phrase; undefined if it is complete. */
  readonly problem: string | undefined;
}

const KINDS = { envoyExtAuthzGrpc: 'grpc', envoyExtAuthzHttp: 'http' } as const;

/** The external authorizer that a provider is; undefined for those of telemetry, which CUSTOM policies do not know. */
export function authorizerOf(provider: JsonValue): Authorizer | undefined {
  const key = EXTERNAL_AUTHORIZERS.find((one) => field(provider, one) != null);
  return key === undefined ? undefined : { kind: KINDS[key], key, problem: problemOf(field(provider, key)) };
}

function problemOf(settings: JsonValue | undefined): string | undefined {
  if (!isObject(settings)) return undefined;
  if ((textAt(settings, 'service') ?? '') === '') return 'no service';
  if (settings.port === undefined) return 'no port';
  const port = scalarText(settings.port) ?? '';
  // What is filled in later is not known yet.
  return /^\d+$/.test(port) && !isPortNumber(Number(port)) ? `the port ${port}` : undefined;
}
