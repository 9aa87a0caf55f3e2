import { InvalidInputError } from '../../../base/invalid-input-error';
import { serviceHost } from '../../../upstream/istio/service-host';
import { isDnsLabel } from '../../../upstream/kubernetes/names';
import { checkPort } from './policy-port';

/** A service that decides about requests: one of the mesh, or any host that Istio knows. */
export type AuthorizerService = string | { readonly host: string };

/** What is the same for authorizers of either protocol. */
export interface ExternalAuthorizerOptions {
  /** Name, by which policies refer to it. */
  readonly name: string;
  /**
   * The service: a `MeshService`, or the full host of a Service or a ServiceEntry. One in the mesh also has to let the gateway
   * call it, by `allowFrom`.
   */
  readonly service: AuthorizerService;
  /** Port of the Service. */
  readonly port: number;
  /**
   * How many seconds a request waits for the decision; then it is refused.
   *
   * @default 2 - Istio's own is ten minutes
   */
  readonly timeoutSeconds?: number;
  /**
   * Body of the request that the authorizer gets, in bytes; longer requests are refused.
   *
   * @default - it gets no body
   */
  readonly maxBodyBytes?: number;
}

/** What an authorizer that speaks HTTP receives, and what of its answer goes on. */
export interface HttpAuthorizerOptions extends ExternalAuthorizerOptions {
  /**
   * Put before the path of the request.
   *
   * @default - the path as it is
   */
  readonly pathPrefix?: string;
  /**
   * Headers of the request that the authorizer gets, besides `authorization`, host, method, path and length; an asterisk may stand first
   * or last.
   *
   * @default - no others
   */
  readonly headersInCheck?: readonly string[];
  /**
   * Headers of the answer that the service behind gets, in place of the client's own.
   *
   * @default - none
   */
  readonly headersToService?: readonly string[];
  /**
   * Headers of a refusal that the client gets, such as `location` of a login page.
   *
   * @default - all of them
   */
  readonly headersToClientOnDeny?: readonly string[];
}

/** An authorizer of `meshConfig.extensionProviders`, as far as it is ours. */
export type ExtensionProvider = { readonly name: string } & Readonly<Record<string, unknown>>;

/**
 * Somebody outside the proxies who decides about requests (`ext_authz`): declared once, it goes into the mesh configuration and
 * into the policies that ask it. When it cannot be reached, requests are refused.
 */
export class ExternalAuthorizer {
  /**
   * One that answers by Envoy's gRPC API, such as Open Policy Agent.
   *
   * @throws InvalidInputError if the name, the port, the timeout or the size is not valid
   */
  public static grpc(options: ExternalAuthorizerOptions): ExternalAuthorizer {
    return new ExternalAuthorizer('envoyExtAuthzGrpc', options, {});
  }

  /**
   * One that answers by HTTP, with status 200 for yes, such as oauth2-proxy.
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

  /** Name, by which policies refer to it. */
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
