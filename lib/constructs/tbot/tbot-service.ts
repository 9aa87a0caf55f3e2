import type { Duration } from 'cdk8s';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { Attestors } from './attestors';
import type { CredentialLifetime } from './credential-lifetime';
import type { DirectoryDestination, TbotDestination } from './destination';
import type { WorkloadIdentitySelector } from './workload-identity-selector';

/** What every service may have. */
export interface TbotServiceOptions {
  /**
   * Name in logs and under `/readyz/<name>`: lower-case letters, digits, `_`, `+` and `-`, once per tbot.
   *
   * @default - tbot makes one
   */
  readonly name?: string;
}

/** What services have that hand out certificates or tokens of their own. */
export interface CredentialOptions extends TbotServiceOptions {
  /**
   * How long certificates or tokens last, and how often they are renewed.
   *
   * @default - the lifetime of the whole tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
}

/** What the Workload API needs, however it is reached. */
export interface WorkloadApiOptions extends CredentialOptions {
  /** The SPIFFE Workload API. */
  readonly type: 'workload-identity-api';
  /** The identities that are served. */
  readonly selector: WorkloadIdentitySelector;
}

/** SPIFFE Workload API and Envoy SDS on a unix socket: JWT-SVIDs are always served too, there is no switch. */
export interface WorkloadApiService extends WorkloadApiOptions {
  /** The socket that is served. */
  readonly listen: WorkloadApiSocket;
  /**
   * How callers are recognised, besides as Unix processes.
   *
   * @default - only as Unix processes
   */
  readonly attestors?: Attestors;
}

/** The same on a TCP port: nothing about callers can be attested, and whoever reaches the port is served. */
export interface WorkloadApiTcpService extends WorkloadApiOptions {
  /** Address and port that are served. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly attestors?: never;
}

/** What services need that write an identity into files. */
export interface WorkloadIdentityFileOptions {
  /** The identities that are written. Nothing is attested, so `workload.*` cannot be part of their templates. */
  readonly selector: WorkloadIdentitySelector;
  /** Where files are written. */
  readonly destination: TbotDestination;
}

/** Writes an X.509-SVID: `svid.pem`, `svid.key`, `bundle.pem` and a file of revoked certificates. */
export interface WorkloadIdentityX509Service extends CredentialOptions, WorkloadIdentityFileOptions {
  /** An X.509-SVID in files. */
  readonly type: 'workload-identity-x509';
  /**
   * Whether the bundle holds federated trust domains too.
   *
   * @default false
   */
  readonly includeFederatedTrustBundles?: boolean;
  /**
   * Which federated trust domains the bundle holds, where it holds any (gravitational/teleport#66587).
   *
   * @default - all of them
   */
  readonly trustDomains?: readonly TrustDomain[];
}

/** Writes a JWT-SVID: `jwt_svid`. */
export interface WorkloadIdentityJwtService extends CredentialOptions, WorkloadIdentityFileOptions {
  /** A JWT-SVID in a file. */
  readonly type: 'workload-identity-jwt';
  /** Who the token is for; at least one. */
  readonly audiences: readonly string[];
}

/** Writes AWS credentials that IAM Roles Anywhere gives for an X.509-SVID. */
export interface WorkloadIdentityAwsRolesAnywhereService extends TbotServiceOptions, WorkloadIdentityFileOptions {
  /** AWS credentials in a file. */
  readonly type: 'workload-identity-aws-roles-anywhere';
  /** ARN of the IAM role that is taken on. */
  readonly roleArn: string;
  /** ARN of the Roles Anywhere profile. */
  readonly profileArn: string;
  /** ARN of the trust anchor that holds the SPIFFE authority's certificate. */
  readonly trustAnchorArn: string;
  /**
   * AWS region of the profile.
   *
   * @default - AWS_REGION, or the AWS configuration
   */
  readonly region?: string;
  /**
   * How long the AWS session lasts and how often it is renewed: up to 12 hours, and renewed before it ends.
   *
   * @default - 6 hours, renewed every hour
   */
  readonly session?: { readonly duration: Duration; readonly renewalInterval: Duration };
  /**
   * Profile of the credentials file.
   *
   * @default 'default' - set by tbot
   */
  readonly credentialProfileName?: string;
  /**
   * Name of the credentials file.
   *
   * @default 'aws_credentials' - set by tbot
   */
  readonly artifactName?: string;
  /**
   * Whether other profiles in the file are removed.
   *
   * @default false
   */
  readonly overwriteCredentialFile?: boolean;
}

/** Writes Teleport credentials for `tsh`, `tctl`, `ssh` and API clients. */
export interface IdentityService extends CredentialOptions {
  /** Teleport credentials in files. */
  readonly type: 'identity';
  /** Where files are written. */
  readonly destination: TbotDestination;
  /**
   * Whether `ssh_config` and `known_hosts` are written.
   *
   * @default true
   */
  readonly sshConfig?: boolean;
  /**
   * Whether the credentials may be used to get others.
   *
   * @default false
   */
  readonly allowReissue?: boolean;
}

/**
 * Keeps the private key in tbot's memory: `tsh` and `tctl` use it through a socket in the directory, which
 * `TELEPORT_KEY_AGENT_DIR` names. Needs tbot 18.8.3 or newer (gravitational/teleport#66701).
 */
export interface KeyAgentService extends CredentialOptions {
  /** Teleport credentials whose key cannot be copied. */
  readonly type: 'identity/key-agent';
  /** Where the socket, the certificate and the identity file are: tbot refuses everything but a directory. */
  readonly destination: DirectoryDestination;
  /**
   * Whether the credentials may be used to get others.
   *
   * @default false
   */
  readonly allowReissue?: boolean;
}

/** Kubernetes clusters behind Teleport, one by name or several by labels. */
export type KubernetesClusterSelector = (
  | { readonly name: string; readonly labels?: never }
  | { readonly labels: Readonly<Record<string, string>>; readonly name?: never }
) & {
  /**
   * Namespace of the kubeconfig's contexts.
   *
   * @default - none, which means `default`
   */
  readonly defaultNamespace?: string;
};

/** Writes a kubeconfig for Kubernetes clusters behind Teleport. */
export interface KubernetesService extends CredentialOptions {
  /** A kubeconfig. */
  readonly type: 'kubernetes/v2';
  /** Where files are written. */
  readonly destination: TbotDestination;
  /** At least one. */
  readonly selectors: readonly KubernetesClusterSelector[];
  /**
   * Whether the kubeconfig holds credentials itself instead of calling tbot.
   *
   * @default false
   */
  readonly disableExecPlugin?: boolean;
  /**
   * Names of contexts, with `{{.ClusterName}}` and `{{.KubeName}}`.
   *
   * @default '{{.ClusterName}}-{{.KubeName}}' - set by tbot
   */
  readonly contextNameTemplate?: string;
}

/**
 * What tbot does for others. Services that are gone from newer releases (`spiffe-workload-api`, `spiffe-svid`), and the
 * keys `outputs` and `roles`, cannot be written.
 */
export type TbotService =
  | WorkloadApiService
  | WorkloadApiTcpService
  | WorkloadIdentityX509Service
  | WorkloadIdentityJwtService
  | WorkloadIdentityAwsRolesAnywhereService
  | IdentityService
  | KeyAgentService
  | KubernetesService;
