import { Duration } from 'cdk8s';
import { InvalidInputError } from '../../base/invalid-input-error';
import { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { LONGEST_AWS_SESSION, LONGEST_BOT_TTL } from '../../upstream/teleport/lifetimes';
import { JWT_CEILING, X509_CEILING } from '../teleport/maximum-ttl';
import { attestorsOn, toAttestorsConfig } from './attestors';
import { checkNotEmpty, hostAndPort } from './checks';
import { toDestinationConfig } from './destination';
import { toGoDuration } from './go-duration';
import type {
  CredentialOptions,
  IdentityService,
  KubernetesClusterSelector,
  KubernetesService,
  TbotService,
  WorkloadApiService,
  WorkloadApiTcpService,
  WorkloadIdentityAwsRolesAnywhereService,
} from './tbot-service';
import { checkAttested, toSelectorConfig, type WorkloadIdentitySelector } from './workload-identity-selector';

/** Longest lifetime of a bot's own certificates. */
export const BOT_CEILING = Duration.seconds(LONGEST_BOT_TTL);
const AWS_SESSION_CEILING = Duration.seconds(LONGEST_AWS_SESSION);

/**
 * One entry of `services` as tbot's configuration spells it; keys in a fixed order.
 *
 * @throws InvalidInputError if tbot would refuse it, or ignore a part
 */
export function toServiceConfig(where: string, service: TbotService): object {
  const head = { type: service.type, ...(service.name !== undefined && { name: service.name }) };
  switch (service.type) {
    case 'workload-identity-api':
      return { ...head, ...workloadApiConfig(where, service), ...lifetimeConfig(where, service, x509Ceiling(service)) };
    case 'workload-identity-x509':
      return {
        ...head,
        ...fileConfig(where, service),
        ...(service.includeFederatedTrustBundles === true && { include_federated_trust_bundles: true }),
        ...(service.trustDomains && {
          trust_domains: atLeastOne(where, 'trustDomains', service.trustDomains).map(String),
        }),
        ...lifetimeConfig(where, service, x509Ceiling(service)),
      };
    case 'workload-identity-jwt':
      return {
        ...head,
        ...fileConfig(where, service),
        audiences: atLeastOne(where, 'audiences', service.audiences),
        ...lifetimeConfig(where, service, jwtCeiling(service)),
      };
    case 'workload-identity-aws-roles-anywhere':
      return { ...head, ...fileConfig(where, service), ...awsConfig(where, service) };
    case 'identity':
      return { ...head, ...identityConfig(where, service), ...lifetimeConfig(where, service, BOT_CEILING) };
    case 'identity/key-agent':
      return {
        ...head,
        destination: toDestinationConfig(where, service.destination),
        ...(service.allowReissue === true && { allow_reissue: true }),
        ...lifetimeConfig(where, service, BOT_CEILING),
      };
    case 'kubernetes/v2':
      return { ...head, ...kubernetesConfig(where, service), ...lifetimeConfig(where, service, BOT_CEILING) };
  }
}

function lifetimeConfig(where: string, { credentialLifetime }: CredentialOptions, ceiling: Duration): object {
  credentialLifetime?.checkCeiling(where, ceiling);
  return credentialLifetime?.toConfig() ?? {};
}

/**
 * Teleport silently shortens what exceeds the identity's own maximum; for an identity that is not known here, the
 * highest possible maximum counts.
 */
function x509Ceiling({ selector }: { readonly selector: WorkloadIdentitySelector }): Duration {
  return 'x509MaximumTtl' in selector ? selector.x509MaximumTtl : X509_CEILING;
}

function jwtCeiling({ selector }: { readonly selector: WorkloadIdentitySelector }): Duration {
  return 'jwtMaximumTtl' in selector ? selector.jwtMaximumTtl : JWT_CEILING;
}

function workloadApiConfig(where: string, service: WorkloadApiService | WorkloadApiTcpService): object {
  const { listen } = service;
  const overUnix = listen instanceof WorkloadApiSocket;
  const attestors = toAttestorsConfig(where, service.attestors ?? {});
  checkAttested(where, service.selector, overUnix ? attestorsOn(service.attestors ?? {}) : []);
  return {
    listen: overUnix ? listen.listenUri : `tcp://${hostAndPort(where, 'listen', listen.host, listen.port)}`,
    selector: toSelectorConfig(where, service.selector),
    ...(Object.keys(attestors).length > 0 && { attestors }),
  };
}

function fileConfig(where: string, service: Extract<TbotService, { selector: unknown; destination: unknown }>): object {
  checkAttested(where, service.selector, []);
  return {
    selector: toSelectorConfig(where, service.selector),
    destination: toDestinationConfig(where, service.destination),
  };
}

function awsConfig(where: string, service: WorkloadIdentityAwsRolesAnywhereService): object {
  const { region, session, credentialProfileName, artifactName } = service;
  return {
    role_arn: checkArn(where, 'roleArn', service.roleArn),
    profile_arn: checkArn(where, 'profileArn', service.profileArn),
    trust_anchor_arn: checkArn(where, 'trustAnchorArn', service.trustAnchorArn),
    ...(region !== undefined && { region: checkNotEmpty(where, 'region', region) }),
    ...(session && awsSessionConfig(where, session)),
    ...(credentialProfileName !== undefined && { credential_profile_name: credentialProfileName }),
    ...(artifactName !== undefined && { artifact_name: artifactName }),
    ...(service.overwriteCredentialFile === true && { overwrite_credential_file: true }),
  };
}

function awsSessionConfig(where: string, session: { duration: Duration; renewalInterval: Duration }): object {
  const duration = session.duration.toMilliseconds();
  const interval = session.renewalInterval.toMilliseconds();
  const config = {
    session_duration: toGoDuration(where, session.duration),
    session_renewal_interval: toGoDuration(where, session.renewalInterval),
  };
  if (duration > AWS_SESSION_CEILING.toMilliseconds() || interval >= duration) {
    throw new InvalidInputError({
      where,
      problem: 'the AWS session is too long, or ends before its renewal',
      value: config,
      allowed: `at most ${toGoDuration(where, AWS_SESSION_CEILING)}, with a shorter renewal interval`,
    });
  }
  return config;
}

function checkArn(where: string, field: string, arn: string): string {
  if (!/^arn:[^:\s]+:[^:\s]+:[^:\s]*:[^:\s]*:\S+$/.test(arn)) {
    throw new InvalidInputError({
      where,
      problem: `"${field}" is not a valid ARN`,
      value: arn,
      allowed: 'arn:partition:service:region:account:resource',
    });
  }
  return arn;
}

function identityConfig(where: string, service: IdentityService): object {
  return {
    destination: toDestinationConfig(where, service.destination),
    ...(service.sshConfig !== undefined && { ssh_config: service.sshConfig ? 'on' : 'off' }),
    ...(service.allowReissue === true && { allow_reissue: true }),
  };
}

function kubernetesConfig(where: string, service: KubernetesService): object {
  return {
    destination: toDestinationConfig(where, service.destination),
    selectors: atLeastOne(where, 'selectors', service.selectors).map((selector) => clusterSelector(where, selector)),
    ...(service.disableExecPlugin === true && { disable_exec_plugin: true }),
    ...(service.contextNameTemplate !== undefined && { context_name_template: service.contextNameTemplate }),
  };
}

function clusterSelector(where: string, { name, labels, defaultNamespace }: KubernetesClusterSelector): object {
  if (name === '' || (labels !== undefined && Object.keys(labels).length === 0)) {
    throw new InvalidInputError({
      where,
      problem: 'a selector selects no Kubernetes cluster',
      value: name ?? labels,
      allowed: 'a name, or at least one label',
    });
  }
  return {
    ...(name === undefined ? { labels: { ...labels } } : { name }),
    ...(defaultNamespace !== undefined && { default_namespace: defaultNamespace }),
  };
}

function atLeastOne<T>(where: string, field: string, items: readonly T[]): T[] {
  if (items.length === 0) {
    throw new InvalidInputError({ where, problem: `"${field}" is empty`, value: items, allowed: 'at least one' });
  }
  return [...items];
}
