import type { OnboardingJoin } from '../teleport/onboarding-join';
import type { TeleportCluster } from '../teleport/teleport-cluster';
import type { CredentialLifetime } from './credential-lifetime';
import type { TbotDestination } from './destination';
import type { TbotService } from './tbot-service';

/**
 * The Auth Service itself, for bots that do not connect through a proxy. At first contact, its CA is verified with pins
 * or a file.
 */
export type AuthServer = {
  readonly host: string;
  /** Port of the Auth Service, usually 3025. */
  readonly port: number;
} & (
  | { readonly caPins: readonly string[]; readonly caPath?: never }
  | { readonly caPath: string; readonly caPins?: never }
);

/** The configuration of a tbot. */
export interface TbotConfigProps {
  /** What tbot connects to: the cluster, through its Proxy Service, or the Auth Service. */
  readonly server: TeleportCluster | AuthServer;
  /** How tbot joins. */
  readonly join: OnboardingJoin;
  /** The services of tbot; at least one. */
  readonly services: readonly TbotService[];
  /**
   * Where tbot keeps its own credentials.
   *
   * @default - memory with the join method `kubernetes`, otherwise the directory /var/lib/teleport/bot
   */
  readonly storage?: TbotDestination;
  /**
   * Lifetime of all credentials whose service does not set its own; at most 24 hours.
   *
   * @default - 1 hour, renewed every 20 minutes; set by tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
  /**
   * Address at which `/livez`, `/readyz` and `/metrics` are served, without authentication.
   *
   * @default - nowhere
   */
  readonly diagnostics?: { readonly host: string; readonly port: number };
  /**
   * Whether tbot exits after it has written all output once. A Workload API then does not start.
   *
   * @default false
   */
  readonly oneshot?: boolean;
  /**
   * Whether debug logs are enabled. The log format is not part of the configuration: use the flag `--log-format`.
   *
   * @default false
   */
  readonly debug?: boolean;
  /**
   * Whether tbot runs in FIPS 140 mode; requires a FIPS build.
   *
   * @default false
   */
  readonly fips?: boolean;
}
