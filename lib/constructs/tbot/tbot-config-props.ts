import type { OnboardingJoin } from '../teleport/onboarding-join';
import type { TeleportCluster } from '../teleport/teleport-cluster';
import type { CredentialLifetime } from './credential-lifetime';
import type { TbotDestination } from './destination';
import type { TbotService } from './tbot-service';

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
  readonly storage?: TbotDestination;
  /**
   * Lifetime of all credentials whose service does not set its own; at most 24 hours.
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
   * Whether much is logged. The format of the log is not part of the configuration: it is the flag `--log-format`.
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
