import { Attribute, MapAttribute } from './attribute';

/** String attributes, by the last part of their name. */
export type TextAttributes<Name extends string> = { readonly [N in Name]: Attribute<string> };

function texts<const Name extends string>(prefix: string, ...names: Name[]): TextAttributes<Name> {
  return Object.fromEntries(names.map((name) => [name, text(`${prefix}.${name}`)])) as TextAttributes<Name>;
}

const text = (path: string) => new Attribute<string>(path, '');
const flag = (path: string) => new Attribute<boolean>(path, false);
const number = (path: string) => new Attribute<number>(path, 0);

/** What tbot's attestors found out about the process on the other end of the socket. */
const workload = {
  kubernetes: {
    attested: flag('workload.kubernetes.attested'),
    ...texts('workload.kubernetes', 'namespace', 'service_account', 'pod_name', 'pod_uid'),
    labels: new MapAttribute('workload.kubernetes.labels'),
    container: texts('workload.kubernetes.container', 'name', 'type', 'image', 'image_digest'),
  },
  unix: {
    attested: flag('workload.unix.attested'),
    pid: number('workload.unix.pid'),
    uid: number('workload.unix.uid'),
    gid: number('workload.unix.gid'),
    ...texts('workload.unix', 'binary_path', 'binary_hash'),
  },
  docker: {
    attested: flag('workload.docker.attested'),
    container: {
      ...texts('workload.docker.container', 'name', 'image', 'image_digest'),
      labels: new MapAttribute('workload.docker.container.labels'),
    },
  },
  podman: {
    attested: flag('workload.podman.attested'),
    container: {
      ...texts('workload.podman.container', 'name', 'image', 'image_digest'),
      labels: new MapAttribute('workload.podman.container.labels'),
    },
    pod: { ...texts('workload.podman.pod', 'name'), labels: new MapAttribute('workload.podman.pod.labels') },
  },
  systemd: { attested: flag('workload.systemd.attested'), ...texts('workload.systemd', 'service') },
} as const;

/** What Teleport found out about the tbot that joined: its own pod or machine, never the workload behind it. */
const join = {
  meta: texts('join.meta', 'join_token_name', 'join_method'),
  azure: texts('join.azure', 'subscription', 'resource_group'),
  azure_devops: {
    pipeline: texts(
      'join.azure_devops.pipeline',
      'sub',
      'organization_name',
      'project_name',
      'pipeline_name',
      'organization_id',
      'project_id',
      'definition_id',
      'repository_id',
      'repository_version',
      'repository_ref',
      'run_id',
    ),
  },
  bitbucket: texts(
    'join.bitbucket',
    'sub',
    'step_uuid',
    'repository_uuid',
    'pipeline_uuid',
    'workspace_uuid',
    'deployment_environment_uuid',
    'branch_name',
  ),
  bound_keypair: {
    ...texts('join.bound_keypair', 'public_key', 'recovery_mode'),
    recovery_count: number('join.bound_keypair.recovery_count'),
  },
  circleci: texts('join.circleci', 'sub', 'project_id'),
  env0: texts(
    'join.env0',
    'sub',
    'organization_id',
    'project_id',
    'project_name',
    'template_id',
    'template_name',
    'environment_id',
    'environment_name',
    'workspace_name',
    'deployment_log_id',
    'deployment_type',
    'deployer_email',
    'env0_tag',
  ),
  gcp: {
    ...texts('join.gcp', 'service_account'),
    gce: texts('join.gcp.gce', 'name', 'zone', 'id', 'project'),
  },
  github: texts(
    'join.github',
    'sub',
    'actor',
    'enterprise',
    'enterprise_id',
    'environment',
    'ref',
    'ref_type',
    'repository',
    'repository_owner',
    'workflow',
    'event_name',
    'sha',
    'run_id',
  ),
  gitlab: {
    ...texts(
      'join.gitlab',
      'sub',
      'ref',
      'ref_type',
      'namespace_path',
      'project_path',
      'user_login',
      'user_email',
      'pipeline_id',
      'pipeline_source',
      'environment',
      'runner_environment',
      'sha',
      'ci_config_ref_uri',
      'ci_config_sha',
    ),
    ref_protected: flag('join.gitlab.ref_protected'),
    environment_protected: flag('join.gitlab.environment_protected'),
    runner_id: number('join.gitlab.runner_id'),
  },
  iam: texts('join.iam', 'account', 'arn'),
  kubernetes: {
    ...texts('join.kubernetes', 'subject'),
    service_account: texts('join.kubernetes.service_account', 'name', 'namespace'),
    pod: texts('join.kubernetes.pod', 'name'),
  },
  oracle: texts('join.oracle', 'tenancy_id', 'compartment_id', 'instance_id'),
  spacelift: texts('join.spacelift', 'sub', 'space_id', 'caller_type', 'caller_id', 'run_type', 'run_id', 'scope'),
  terraform_cloud: texts(
    'join.terraform_cloud',
    'sub',
    'organization_name',
    'project_name',
    'workspace_name',
    'full_workspace',
    'run_id',
    'run_phase',
  ),
  tpm: { ...texts('join.tpm', 'ek_pub_hash', 'ek_cert_serial'), ek_cert_verified: flag('join.tpm.ek_cert_verified') },
} as const;

/** Who asks: with tbot always the bot. */
const user = {
  ...texts('user', 'name', 'bot_name', 'bot_instance_id'),
  is_bot: flag('user.is_bot'),
  labels: new MapAttribute('user.labels'),
  traits: new MapAttribute('user.traits'),
} as const;

/**
 * Everything that Teleport 18 knows about a workload that requests an identity, spelled as in its documentation:
 * conditions and templates use these constants, so a misspelled attribute does not compile (gravitational/teleport
 * api/proto/teleport/workloadidentity/v1/attrs.proto and join_attrs.proto).
 */
export const attributes = { workload, join, user } as const;
