import type { Duration } from 'cdk8s';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import type { Attestors } from './attestors';
import type { CredentialLifetime } from './credential-lifetime';
import type { DirectoryDestination, TbotDestination } from './destination';
import type { WorkloadIdentitySelector } from './workload-identity-selector';

/** Properties of every service. */
export interface TbotServiceOptions {
  /**
   * Name in logs and under `/readyz/<name>`: lower-case letters, digits, `_`, `+` and `-`, once per tbot.
   *
   * @default - tbot generates one
   */
  readonly name?: string;
}

/** Properties of services that issue certificates or tokens. */
export interface CredentialOptions extends TbotServiceOptions {
  /**
   * How long certificates or tokens are valid, and how often they are renewed.
   *
   * @default - the lifetime of the whole tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
}

/** Properties of the Workload API on any transport. */
export interface WorkloadApiOptions extends CredentialOptions {
  /** The SPIFFE Workload API. */
  readonly type: 'workload-identity-api';
  /** The identities that are served. */
  readonly selector: WorkloadIdentitySelector;
}

/** SPIFFE Workload API and Envoy SDS on a unix socket: JWT-SVIDs are always served too. */
export interface WorkloadApiService extends WorkloadApiOptions {
  /** The socket to listen on. */
  readonly listen: WorkloadApiSocket;
  /**
   * How callers are attested, in addition to their Unix process attributes.
   *
   * @default - only Unix process attributes
   */
  readonly attestors?: Attestors;
}

/** The same on a TCP port: callers cannot be attested, and any client that can connect to the port is served. */
export interface WorkloadApiTcpService extends WorkloadApiOptions {
  /** Address and port to listen on. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly attestors?: never;
}

/** Properties of services that write an identity to files. */
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
   * Whether the bundle also contains federated trust domains.
   *
   * @default false
   */
  readonly includeFederatedTrustBundles?: boolean;
  /**
   * Which federated trust domains the bundle contains, if any (gravitational/teleport#66587).
   *
   * @default - all of them
   */
  readonly trustDomains?: readonly TrustDomain[];
}

/** Writes a JWT-SVID: `jwt_svid`. */
export interface WorkloadIdentityJwtService extends CredentialOptions, WorkloadIdentityFileOptions {
  /** A JWT-SVID in a file. */
  readonly type: 'workload-identity-jwt';
  /** Audiences of the token; at least one. */
  readonly audiences: readonly string[];
}

/** Writes AWS credentials from IAM Roles Anywhere, for an X.509-SVID. */
export interface WorkloadIdentityAwsRolesAnywhereService extends TbotServiceOptions, WorkloadIdentityFileOptions {
  /** AWS credentials in a file. */
  readonly type: 'workload-identity-aws-roles-anywhere';
  /** ARN of the IAM role to assume. */
  readonly roleArn: string;
  /** ARN of the Roles Anywhere profile. */
  readonly profileArn: string;
  /** ARN of the trust anchor with the SPIFFE CA's certificate. */
  readonly trustAnchorArn: string;
  /**
   * AWS region of the profile.
   *
   * @default - AWS_REGION, or the AWS configuration
   */
  readonly region?: string;
  /**
   * How long the AWS session is valid and how often it is renewed: up to 12 hours, and renewed before it expires.
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
 * Keeps the private key in tbot's memory: `tsh` and `tctl` use it through a socket in the directory in
 * `TELEPORT_KEY_AGENT_DIR`. Needs tbot 18.8.3 or newer (gravitational/teleport#66701).
 */
export interface KeyAgentService extends CredentialOptions {
  /** Teleport credentials whose key cannot be copied. */
  readonly type: 'identity/key-agent';
  /** Where the socket, the certificate and the identity file are written; tbot accepts only a directory. */
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
   * Whether the kubeconfig contains credentials instead of calling tbot.
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
 * A service of tbot. Services that newer releases removed (`spiffe-workload-api`, `spiffe-svid`), and the keys
 * `outputs` and `roles`, are not supported.
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
