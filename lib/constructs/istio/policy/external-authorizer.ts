import { InvalidInputError } from '../../../base/invalid-input-error';
import { serviceHost } from '../../../upstream/istio/service-host';
import { isDnsLabel } from '../../../upstream/kubernetes/names';
import { checkPort } from './policy-port';

/** A service that authorizes requests: one in the mesh, or any host that Istio knows. */
export type AuthorizerService = string | { readonly host: string };

/** Properties of authorizers with either protocol. */
export interface ExternalAuthorizerOptions {
  /** Name by which policies refer to it. */
  readonly name: string;
  /**
   * The service: a `MeshService`, or the full host name of a Service or a ServiceEntry. A service in the mesh must also
   * allow the gateway to call it, with `allowFrom`.
   */
  readonly service: AuthorizerService;
  /** Port of the Service. */
  readonly port: number;
  /**
   * How many seconds a request waits for the decision before it is denied.
   *
   * @default 2 - Istio's own is ten minutes
   */
  readonly timeoutSeconds?: number;
  /**
   * Maximum size of the request body that is sent to the authorizer, in bytes; larger requests are denied.
   *
   * @default - the body is not sent
   */
  readonly maxBodyBytes?: number;
}

/** What an HTTP authorizer receives, and which parts of its response are forwarded. */
export interface HttpAuthorizerOptions extends ExternalAuthorizerOptions {
  /**
   * Prefix that is added to the path of the request.
   *
   * @default - the path is unchanged
   */
  readonly pathPrefix?: string;
  /**
   * Request headers that are sent to the authorizer, in addition to `authorization`, host, method, path and length; an
   * asterisk may be the first or last character.
   *
   * @default - no others
   */
  readonly headersInCheck?: readonly string[];
  /**
   * Headers of the authorizer's response that are sent to the service, replacing those of the client.
   *
   * @default - none
   */
  readonly headersToService?: readonly string[];
  /**
   * Headers of a denial that are sent to the client, such as `location` of a login page.
   *
   * @default - all of them
   */
  readonly headersToClientOnDeny?: readonly string[];
}

/** An authorizer in `meshConfig.extensionProviders`, with the fields that this package writes. */
export type ExtensionProvider = { readonly name: string } & Readonly<Record<string, unknown>>;

/**
 * An external service that authorizes requests (`ext_authz`): create it once, and it is written to the mesh
 * configuration and to the policies that use it. If it cannot be reached, requests are denied.
 */
export class ExternalAuthorizer {
  /**
   * An authorizer with Envoy's gRPC API, such as Open Policy Agent.
   *
   * @throws InvalidInputError if the name, the port, the timeout or the size is not valid
   */
  public static grpc(options: ExternalAuthorizerOptions): ExternalAuthorizer {
    return new ExternalAuthorizer('envoyExtAuthzGrpc', options, {});
  }

  /**
   * An HTTP authorizer, which answers with status 200 to allow a request, such as oauth2-proxy.
   *
   * @throws InvalidInputError if the name, the port, the timeout or the size is not valid
   */
  public static http(options: HttpAuthorizerOptions): ExternalAuthorizer {
    const { pathPrefix, headersInCheck = [], headersToService, headersToClientOnDeny } = options;
    return new ExternalAuthorizer('envoyExtAuthzHttp', options, {
      ...(pathPrefix !== undefined && { pathPrefix }),
      includeRequestHeadersInCheck: [...new Set(['authorization', ...headersInCheck])],
      ...(headersToService && { headersToUpstreamOnAllow: [...headersToService] }),
      ...(headersToClientOnDeny && { headersToDownstreamOnDeny: [...headersToClientOnDeny] }),
    });
  }

  /** Name by which policies refer to it. */
  public readonly name: string;
  /** The entry of `meshConfig.extensionProviders`. */
  public readonly extensionProvider: ExtensionProvider;

  private constructor(
    kind: 'envoyExtAuthzGrpc' | 'envoyExtAuthzHttp',
    { name, service, port, timeoutSeconds = 2, maxBodyBytes }: ExternalAuthorizerOptions,
    more: Readonly<Record<string, unknown>>,
  ) {
    const where = 'ExternalAuthorizer';
    checkName(where, name);
    checkPort(where, port);
    checkTimeout(where, timeoutSeconds);
    checkBody(where, maxBodyBytes);
    this.name = name;
    this.extensionProvider = {
      name,
      [kind]: {
        service: hostOf(where, service),
        port,
        timeout: `${timeoutSeconds}s`,
        // Not the other way round: an authorizer that is down would be the same as none.
        failOpen: false,
        ...(maxBodyBytes !== undefined && { includeRequestBodyInCheck: { maxRequestBytes: maxBodyBytes } }),
        ...more,
      },
    };
  }
}

function hostOf(where: string, service: AuthorizerService): string {
  const host = typeof service === 'string' ? service : service.host;
  // A short name would be looked for in every namespace (istio/istio pilot/pkg/model/push_context.go `LookupCluster`).
  if (!/^(?:[a-z0-9-]+\/)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host)) {
    throw new InvalidInputError({
      where,
      problem: 'not the full host name of a service',
      value: host,
      allowed: `a MeshService, or a host such as "${serviceHost({ name: 'opa', namespace: 'authz' })}"`,
    });
  }
  return host;
}

function checkName(where: string, name: string): void {
  // istio/istio pilot/pkg/security/authz/builder/extauthz.go `validateProviderName`
  if (!isDnsLabel(name)) {
    throw new InvalidInputError({
      where,
      problem:
        'Istio does not accept this authorizer name, and would deny every request that the authorizer should decide',
      value: name,
      allowed: 'up to 63 lower-case letters, digits and hyphens',
    });
  }
}

function checkTimeout(where: string, seconds: number): void {
  if (!(seconds >= 0.001 && seconds <= 600)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid timeout',
      value: seconds,
      allowed: 'a number of seconds from 0.001 to 600',
    });
  }
}

function checkBody(where: string, bytes: number | undefined): void {
  if (bytes !== undefined && !(Number.isSafeInteger(bytes) && bytes > 0 && bytes < 2 ** 32)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid number of bytes',
      value: bytes,
      allowed: 'a whole number greater than zero; omit it for no body',
    });
  }
}
