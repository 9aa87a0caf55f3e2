import type { Duration } from 'cdk8s';
import type { WorkloadApiSocket } from '../spiffe';
import type { Attestors } from './attestors';
import type { CredentialLifetime } from './credential-lifetime';
import type { Destination } from './destination';
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
   * @default - the lifetime of the whole tbot
   */
  readonly credentialLifetime?: CredentialLifetime;
}

interface WorkloadApiOptions extends CredentialOptions {
  readonly type: 'workload-identity-api';
  /** The identities that are served. */
  readonly selector: WorkloadIdentitySelector;
}

/** SPIFFE Workload API and Envoy SDS on a unix socket: JWT-SVIDs are always served too, there is no switch. */
export interface WorkloadApiService extends WorkloadApiOptions {
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
  readonly listen: { readonly host: string; readonly port: number };
  readonly attestors?: never;
}

interface WorkloadIdentityFileOptions {
  /** The identities that are written. Nothing is attested, so `workload.*` cannot be part of their templates. */
  readonly selector: WorkloadIdentitySelector;
  readonly destination: Destination;
}

/** Writes an X.509-SVID: `svid.pem`, `svid.key`, `bundle.pem` and a file of revoked certificates. */
export interface WorkloadIdentityX509Service extends CredentialOptions, WorkloadIdentityFileOptions {
  readonly type: 'workload-identity-x509';
  /**
   * Whether the bundle holds federated trust domains too.
   *
   * @default false
   */
  readonly includeFederatedTrustBundles?: boolean;
}

/** Writes a JWT-SVID: `jwt_svid`. */
export interface WorkloadIdentityJwtService extends CredentialOptions, WorkloadIdentityFileOptions {
  readonly type: 'workload-identity-jwt';
  /** Who the token is for; at least one. */
  readonly audiences: readonly string[];
}

/** Writes AWS credentials that IAM Roles Anywhere gives for an X.509-SVID. */
export interface WorkloadIdentityAwsRolesAnywhereService extends TbotServiceOptions, WorkloadIdentityFileOptions {
  readonly type: 'workload-identity-aws-roles-anywhere';
  readonly roleArn: string;
  readonly profileArn: string;
  readonly trustAnchorArn: string;
  /**
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
  readonly type: 'identity';
  readonly destination: Destination;
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
  readonly type: 'kubernetes/v2';
  readonly destination: Destination;
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
  | KubernetesService;
