import { InvalidInputError } from '../errors';
import { stringifyManifests } from '../manifests';
import { type OnboardingJoin, TeleportCluster, toOnboardingConfig } from '../teleport';
import { checkAbsolutePath, hostAndPort } from './checks';
import type { CredentialLifetime } from './credential-lifetime';
import { type Destination, destinationAddress, toDestinationConfig } from './destination';
import type { TbotService } from './tbot-service';
import { BOT_CEILING, toServiceConfig } from './tbot-service-config';

/**
 * The Auth Service itself, for bots that do not go through a proxy. On first contact it is known by its CA: by pins, or by
 * a file.
 */
export type AuthServer = {
  readonly host: string;
  /** Port of the Auth Service, usually 3025. */
  readonly port: number;
} & (
  | { readonly caPins: readonly string[]; readonly caPath?: never }
  | { readonly caPath: string; readonly caPins?: never }
);

/** A whole tbot. */
export interface TbotConfigProps {
  /** Whom tbot talks to: the cluster, through its Proxy Service, or the Auth Service. */
  readonly server: TeleportCluster | AuthServer;
  /** How tbot proves who it is. */
  readonly join: OnboardingJoin;
  /** What tbot does; at least one. */
  readonly services: readonly TbotService[];
  /**
   * Where tbot keeps its own credentials.
   *
   * @default - memory with the join method `kubernetes`, otherwise the directory /var/lib/teleport/bot
   */
  readonly storage?: Destination;
  /**
   * Lifetime of all credentials whose service has none of its own; at most 24 hours.
   *
   * @default - 1 hour, renewed every 20 minutes; set by tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
  /**
   * Where `/livez`, `/readyz` and `/metrics` are served, without a login.
   *
   * @default - nowhere
   */
  readonly diagnostics?: { readonly host: string; readonly port: number };
  /**
   * Whether tbot ends after it has written everything once. A Workload API does not start then.
   *
   * @default false
   */
  readonly oneshot?: boolean;
  /**
   * Whether much is logged. The format of the log is no part of the configuration: it is the flag `--log-format`.
   *
   * @default false
   */
  readonly debug?: boolean;
  /**
   * Whether tbot keeps to FIPS 140; needs a FIPS build.
   *
   * @default false
   */
  readonly fips?: boolean;
}

/** Taken by tbot itself (gravitational/teleport lib/tbot/bot). */
const RESERVED_NAMES = ['ca-rotation', 'crl-cache', 'heartbeat', 'identity', 'spiffe-trust-bundle-cache'];

/**
 * tbot's configuration, version 2. tbot ignores keys it does not know without a word, so a misspelt `attestors` would
 * switch attestation off; here it does not compile.
 *
 * Left out on purpose: `join_uri`, which would say the connection and the token again and win; `insecure`, which trusts
 * whoever answers first; and all that newer releases have removed.
 */
export class TbotConfig {
  private readonly config: object;

  /**
   * @param where who is configured, for errors
   * @throws InvalidInputError if tbot would refuse the configuration, or not do what it says
   */
  public constructor(props: TbotConfigProps, where = 'TbotConfig') {
    checkCluster(where, props);
    checkServices(where, props);
    checkStorage(where, props.join, storageOf(props));
    checkDestinations(where, props);
    props.credentialLifetime?.checkCeiling(where, BOT_CEILING);
    this.config = toConfig(where, props);
  }

  /** Plain data, keys in a fixed order. */
  public toConfig(): object {
    return structuredClone(this.config);
  }

  /** The text of `tbot.yaml`. */
  public toYaml(): string {
    return stringifyManifests([this.config]);
  }
}

function toConfig(where: string, props: TbotConfigProps): object {
  const { server, diagnostics } = props;
  return {
    // Without it the file would be read as version 1.
    version: 'v2',
    ...(server instanceof TeleportCluster
      ? { proxy_server: server.proxyAddress }
      : { auth_server: hostAndPort(where, 'server', server.host, server.port) }),
    onboarding: { ...toOnboardingConfig(where, props.join), ...trustConfig(where, server) },
    storage: toDestinationConfig(where, storageOf(props)),
    ...props.credentialLifetime?.toConfig(),
    ...(props.oneshot === true && { oneshot: true }),
    ...(props.debug === true && { debug: true }),
    ...(props.fips === true && { fips: true }),
    ...(diagnostics && { diag_addr: hostAndPort(where, 'diagnostics', diagnostics.host, diagnostics.port) }),
    services: props.services.map((service) => toServiceConfig(where, service)),
  };
}

function trustConfig(where: string, server: TeleportCluster | AuthServer): object {
  // A proxy is known by its public certificate.
  if (server instanceof TeleportCluster) return {};
  if (server.caPins === undefined) return { ca_path: checkAbsolutePath(where, 'caPath', server.caPath) };
  if (server.caPins.length === 0 || !server.caPins.every((pin) => /^sha256:[0-9a-f]{64}$/.test(pin))) {
    throw new InvalidInputError({
      where,
      problem: '"caPins" are no pins',
      value: server.caPins,
      allowed: 'at least one "sha256:" with 64 hexadecimal digits',
      fix: 'copy the pin that "tctl status" prints',
    });
  }
  return { ca_pins: [...server.caPins] };
}

function storageOf({ storage, join }: TbotConfigProps): Destination {
  if (storage !== undefined) return storage;
  return join.method === 'kubernetes' ? { type: 'memory' } : { type: 'directory', path: '/var/lib/teleport/bot' };
}

function checkCluster(where: string, { server, join }: TbotConfigProps): void {
  if (join.method === 'kubernetes' && server instanceof TeleportCluster && join.cluster.name !== server.name) {
    throw new InvalidInputError({
      where,
      problem: `the join token belongs to the cluster ${join.cluster.name}`,
      value: server.name,
      allowed: "the join token's cluster",
      fix: 'pass the same TeleportCluster to both',
    });
  }
}

function checkServices(where: string, { services, oneshot }: TbotConfigProps): void {
  if (services.length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'tbot has nothing to do',
      value: [],
      allowed: 'at least one service',
    });
  }
  if (oneshot === true && services.some((service) => service.type === 'workload-identity-api')) {
    throw new InvalidInputError({
      where,
      problem: 'with oneshot a Workload API never starts',
      value: 'workload-identity-api',
      allowed: 'services that write files',
      fix: 'leave oneshot out',
    });
  }
  const names = services.flatMap(({ name }) => (name === undefined ? [] : [name]));
  for (const [index, name] of names.entries()) {
    if (!/^[a-z0-9_+-]+$/.test(name) || RESERVED_NAMES.includes(name) || names.indexOf(name) !== index) {
      throw new InvalidInputError({
        where,
        problem: 'the name of a service is not legal, taken by tbot, or given twice',
        value: name,
        allowed: `lower-case letters, digits, "_", "+" and "-", once, and none of ${RESERVED_NAMES.join(', ')}`,
        fix: 'rename the service',
      });
    }
  }
}

/** Some join methods work once, or with a key that tbot makes: what it keeps must survive a restart. */
function checkStorage(where: string, join: OnboardingJoin, storage: Destination): void {
  const needsState =
    join.method === 'token' || (join.method === 'bound_keypair' && join.staticPrivateKeyPath === undefined);
  if (needsState && storage.type === 'memory') {
    throw new InvalidInputError({
      where,
      problem: `after a restart tbot could not join again by "${join.method}" with storage in memory`,
      value: storage.type,
      allowed: 'a directory, or a Kubernetes Secret',
      fix: 'leave storage out',
    });
  }
}

function checkDestinations(where: string, props: TbotConfigProps): void {
  const destinations = props.services.flatMap((service) => ('destination' in service ? [service.destination] : []));
  const addresses = [storageOf(props), ...destinations].flatMap((d) => destinationAddress(d) ?? []);
  const sockets = props.services.flatMap((service) => ('listen' in service ? [JSON.stringify(service.listen)] : []));
  for (const all of [addresses, sockets]) {
    const twice = all.find((address, index) => all.indexOf(address) !== index);
    if (twice !== undefined) {
      throw new InvalidInputError({
        where,
        problem: 'two services, or a service and the storage, use the same place and would overwrite each other',
        value: twice,
        allowed: 'a directory, Secret or address of its own for each',
      });
    }
  }
}
