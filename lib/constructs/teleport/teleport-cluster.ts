import { InvalidInputError } from '../../base/invalid-input-error';
import { isDnsSubdomain } from '../../upstream/kubernetes/names';
import { isPortNumber } from '../../upstream/network/port-number';
import { checkTrustDomain, TrustDomain } from '../../upstream/spiffe/trust-domain';

/** Whether Teleport Cloud or you run the Auth Service, which determines the available join methods. */
export type TeleportEdition = 'cloud' | 'self-hosted';

/** Options of any Teleport cluster. */
export interface TeleportClusterOptions {
  /**
   * SPIFFE trust domain of the identities that the cluster issues (gravitational/teleport#69278 plans to let it differ).
   *
   * @default - the name of the cluster
   */
  readonly trustDomain?: TrustDomain;
}

/** A self-hosted Teleport cluster. */
export interface SelfHostedTeleportClusterProps extends TeleportClusterOptions {
  /**
   * `cluster_name` of the Auth Service: the audience of join tokens, and the trust domain unless another one is given.
   */
  readonly name: string;
  /** Public address of the Proxy Service, `host:port`; tbot connects to it, and JWT-SVIDs name it as their issuer. */
  readonly proxyAddress: string;
}

/**
 * The Teleport cluster that issues identities. Its name is the audience of the tokens that tbot joins with, and the
 * SPIFFE trust domain unless another one is given.
 */
export class TeleportCluster {
  /**
   * A tenant of Teleport Enterprise Cloud, by its full name: `example.teleport.sh`.
   *
   * @throws InvalidInputError if the name has a scheme, a port, an underscore, upper-case letters or no dot
   */
  public static cloud(name: string, options: TeleportClusterOptions = {}): TeleportCluster {
    const where = 'TeleportCluster.cloud';
    checkClusterName(where, name);
    if (!name.includes('.')) {
      throw new InvalidInputError({
        where,
        problem: 'the tenant name has no domain',
        value: name,
        allowed: 'the full name of the tenant',
        fix: `write "${name}.teleport.sh"`,
      });
    }
    // Teleport Cloud serves everything on the HTTPS port of the tenant's name.
    return new TeleportCluster(name, `${name}:443`, 'cloud', options.trustDomain);
  }

  /**
   * A self-hosted cluster.
   *
   * @throws InvalidInputError if the name is not a valid cluster name, or the proxy address is not `host:port`
   */
  public static selfHosted(props: SelfHostedTeleportClusterProps): TeleportCluster {
    const where = 'TeleportCluster.selfHosted';
    checkClusterName(where, props.name);
    checkProxyAddress(where, props.proxyAddress);
    return new TeleportCluster(props.name, props.proxyAddress, 'self-hosted', props.trustDomain);
  }

  /** The trust domain of the identities that the cluster issues. */
  public readonly trustDomain: TrustDomain;

  private constructor(
    /** Cluster name; also the audience that tokens for joining must have. */
    public readonly name: string,
    /** Public address of the Proxy Service, `host:port`. */
    public readonly proxyAddress: string,
    /** Whether Teleport Cloud or you run the Auth Service. */
    public readonly edition: TeleportEdition,
    trustDomain: TrustDomain | undefined,
  ) {
    this.trustDomain = trustDomain ?? TrustDomain.parse(name);
  }

  /**
   * The `iss` claim of JWT-SVIDs. Teleport derives it from its first proxy's public address, and omits port 443
   * (gravitational/teleport lib/utils/oidc/issuer.go).
   */
  public get jwtIssuer(): string {
    return `https://${this.proxyAddress.replace(/:443$/, '')}/workload-identity`;
  }

  /** URL of the keys that verify JWT-SVIDs, which is public and needs no authentication. */
  public get jwksUri(): string {
    return `${this.jwtIssuer}/jwt-jwks.json`;
  }
}

function checkClusterName(where: string, name: string): void {
  checkTrustDomain(where, name);
  // SPIFFE would allow underscores; Teleport and Istio both use the name as a DNS name.
  if (!isDnsSubdomain(name)) {
    throw new InvalidInputError({
      where,
      problem: 'the cluster name is not a valid DNS name',
      value: name,
      allowed: 'labels of lower-case letters, digits and "-", separated by dots',
      fix: 'use the name that "tctl status" prints',
    });
  }
}

function checkProxyAddress(where: string, address: string): void {
  const refuse = (problem: string, fix: string) =>
    new InvalidInputError({
      where,
      problem,
      value: address,
      allowed: 'host:port, such as "teleport.example.com:443"',
      fix,
    });

  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(address);
  if (scheme) {
    throw refuse('the proxy address has a scheme', `remove "${scheme[0]}"`);
  }
  const { host, port } = /^(?<host>\[[0-9a-f:.]+\]|[^:/@]*)(?::(?<port>\d{1,5}))?$/.exec(address)?.groups ?? {};
  if (host === undefined || !(host.startsWith('[') || isDnsSubdomain(host))) {
    throw refuse('the proxy address is not a valid host and port', 'pass the public address of the Proxy Service');
  }
  if (!isPortNumber(Number(port))) {
    throw refuse(
      'the proxy address has no valid port',
      `write "${host}:443", or the port the Proxy Service listens on`,
    );
  }
}
