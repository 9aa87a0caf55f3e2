import type { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { toGoDuration } from '../tbot/go-duration';
import type { JoinToken } from './join-token';

/** Joins with a secret from Teleport; suitable for one machine, whose file system can store it. */
export interface SecretTokenJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'token';
  /** Absolute path of a file with the secret. The secret itself is never written to the configuration. */
  readonly tokenFile: string;
}

/** Joins with an identity from the machine's platform; needs no secret. */
export interface PlatformJoin {
  /** The join method, as tbot spells it. */
  readonly method:
    | 'azure_devops'
    | 'bitbucket'
    | 'circleci'
    | 'env0'
    | 'gcp'
    | 'github'
    | 'iam'
    | 'oracle'
    | 'spacelift'
    | 'tpm';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
}

/** Joins with a managed identity of Azure. */
export interface AzureJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'azure';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
  /**
   * Client ID of the managed identity; required if the machine has several.
   *
   * @default - the only one
   */
  readonly clientId?: string;
}

/** Joins with the ID token of a GitLab job. */
export interface GitlabJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'gitlab';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
  /**
   * Environment variable with the job's ID token.
   *
   * @default 'TBOT_GITLAB_JWT' - set by tbot
   */
  readonly tokenEnvVarName?: string;
}

/** Joins with the workload identity of a Terraform Cloud run. */
export interface TerraformCloudJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'terraform_cloud';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
  /**
   * Tag of the variable `TERRAFORM_WORKLOAD_IDENTITY_AUDIENCE_<tag>`.
   *
   * @default - the variable without a tag
   */
  readonly audienceTag?: string;
}

/** Joins with a key pair that tbot keeps in its storage, registered with Teleport once. */
export interface BoundKeypairJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'bound_keypair';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
  /**
   * Absolute path of a file with the registration secret, which is used once.
   *
   * @default - the variable TBOT_REGISTRATION_SECRET, or a key that was registered beforehand
   */
  readonly registrationSecretPath?: string;
  /**
   * Absolute path of a private key that never changes.
   *
   * @default - tbot generates a key and keeps it in its storage
   */
  readonly staticPrivateKeyPath?: string;
}

/** Joins with an ID token of any OIDC provider that the join token trusts; needs Teleport 18.11 on both sides. */
export interface GenericOidcJoin {
  /** The join method, as tbot spells it. */
  readonly method: 'generic_oidc';
  /** Name of the join token, which is not a secret. */
  readonly tokenName: string;
  /** Where tbot gets the ID token: an environment variable that contains it, or a command that prints it. */
  readonly idToken:
    | { readonly env: string }
    | {
        /** The program and its arguments; no shell reads them. */
        readonly command: readonly string[];
        /**
         * How long the command may take.
         *
         * @default - set by tbot
         */
        readonly timeout?: Duration;
      };
}

/**
 * Every way in which tbot 18 can join (gravitational/teleport lib/tbot/bot/onboarding/config.go); `ec2`, which its
 * documentation lists, is not among them. In Kubernetes, it is the join token itself.
 */
export type OnboardingJoin =
  | JoinToken
  | SecretTokenJoin
  | PlatformJoin
  | AzureJoin
  | GitlabJoin
  | TerraformCloudJoin
  | BoundKeypairJoin
  | GenericOidcJoin;

/** tbot's `onboarding` section. */
export interface OnboardingConfig {
  /** How tbot joins. */
  readonly join_method: OnboardingJoin['method'];
  /** Name of the join token, or with the method `token` an absolute path of the file that holds the secret. */
  readonly token: string;
  /**
   * Settings of the join method `azure`.
   *
   * @default - nothing to say about this method
   */
  readonly azure?: { readonly client_id: string };
  /**
   * Settings of the join method `gitlab`.
   *
   * @default - nothing to say about this method
   */
  readonly gitlab?: { readonly token_env_var_name: string };
  /**
   * Settings of the join method `terraform_cloud`.
   *
   * @default - nothing to say about this method
   */
  readonly terraform?: { readonly audience_tag: string };
  /**
   * Settings of the join method `bound_keypair`.
   *
   * @default - nothing to say about this method
   */
  readonly bound_keypair?: { readonly registration_secret_path?: string; readonly static_private_key_path?: string };
  /**
   * Settings of the join method `generic_oidc`.
   *
   * @default - nothing to say about this method
   */
  readonly generic_oidc?: { readonly env?: string; readonly command?: readonly string[]; readonly timeout?: string };
}

/**
 * Writes tbot's `onboarding` section.
 *
 * @param where who is configured, for errors
 * @throws InvalidInputError if a token has no name, or a path is not absolute
 */
export function toOnboardingConfig(where: string, join: OnboardingJoin): OnboardingConfig {
  switch (join.method) {
    case 'kubernetes':
      return { join_method: join.method, token: join.name };
    case 'token':
      // tbot reads an absolute path as a file and takes everything else for the secret itself.
      return { join_method: join.method, token: absolutePath(where, 'tokenFile', join.tokenFile) };
    default:
      return { join_method: join.method, token: tokenName(where, join.tokenName), ...toMethodConfig(where, join) };
  }
}

function toMethodConfig(where: string, join: Exclude<OnboardingJoin, JoinToken | SecretTokenJoin>) {
  switch (join.method) {
    case 'azure':
      return join.clientId === undefined ? {} : { azure: { client_id: join.clientId } };
    case 'gitlab':
      return join.tokenEnvVarName === undefined ? {} : { gitlab: { token_env_var_name: join.tokenEnvVarName } };
    case 'terraform_cloud':
      return join.audienceTag === undefined ? {} : { terraform: { audience_tag: join.audienceTag } };
    case 'bound_keypair':
      return toBoundKeypairConfig(where, join);
    case 'generic_oidc':
      return { generic_oidc: toGenericOidcConfig(where, join.idToken) };
    default:
      return {};
  }
}

function toGenericOidcConfig(where: string, idToken: GenericOidcJoin['idToken']) {
  const isEmpty = 'env' in idToken ? idToken.env === '' : idToken.command.length === 0 || idToken.command[0] === '';
  if (isEmpty) {
    throw new InvalidInputError({
      where,
      problem: 'no source for the ID token is given',
      value: idToken,
      allowed: 'the name of an environment variable, or a command with its arguments',
    });
  }
  if ('env' in idToken) return { env: idToken.env };
  const { command, timeout } = idToken;
  return { command: [...command], ...(timeout && { timeout: toGoDuration(where, timeout) }) };
}

function toBoundKeypairConfig(where: string, { registrationSecretPath, staticPrivateKeyPath }: BoundKeypairJoin) {
  if (registrationSecretPath === undefined && staticPrivateKeyPath === undefined) return {};
  return {
    bound_keypair: {
      ...(registrationSecretPath !== undefined && {
        registration_secret_path: absolutePath(where, 'registrationSecretPath', registrationSecretPath),
      }),
      ...(staticPrivateKeyPath !== undefined && {
        static_private_key_path: absolutePath(where, 'staticPrivateKeyPath', staticPrivateKeyPath),
      }),
    },
  };
}

function tokenName(where: string, name: string): string {
  if (name === '' || name.startsWith('/')) {
    throw new InvalidInputError({
      where,
      problem: 'the join token has no name',
      value: name,
      allowed: 'the name of the token resource in Teleport',
    });
  }
  return name;
}

function absolutePath(where: string, field: string, path: string): string {
  if (!path.startsWith('/') || /[\0\n]/.test(path)) {
    // What is not a path may be the secret itself, so it is not repeated.
    throw new InvalidInputError({
      where,
      problem: `"${field}" is not an absolute path`,
      allowed: 'the absolute path of a file on the machine that tbot runs on',
      fix: 'write the secret to a file that only tbot can read, and give its path',
    });
  }
  return path;
}
