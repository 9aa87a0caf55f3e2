import type { JsonSchema } from './schema-files';

const text: JsonSchema = { type: 'string' };
const flag: JsonSchema = { type: 'boolean' };
const whole: JsonSchema = { type: 'integer' };
const intOrText: JsonSchema = { 'x-kubernetes-int-or-string': true };
const texts: JsonSchema = { type: 'array', items: text };
const textMap: JsonSchema = { type: 'object', additionalProperties: text };

function closed(properties: Readonly<Record<string, JsonSchema>>, ...required: readonly string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** A duration as Go reads it; it has no days. */
const duration: JsonSchema = { type: 'string', pattern: '^(?:[0-9]+(?:\\.[0-9]+)?(?:ns|us|µs|ms|s|m|h))+$|^0$' };
const port: JsonSchema = { type: 'integer', minimum: 0, maximum: 65535 };

const selector = closed({ name: text, labels: { type: 'object', additionalProperties: texts } });
const lifetime = { credential_ttl: duration, renewal_interval: duration };

const destination: JsonSchema = {
  type: 'object',
  discriminator: {
    propertyName: 'type',
    mapping: {
      memory: closed({ type: text }),
      directory: closed(
        {
          type: text,
          path: text,
          symlinks: { type: 'string', enum: ['try-secure', 'secure', 'insecure'] },
          acls: { type: 'string', enum: ['try', 'off', 'required'] },
          readers: { type: 'array', items: closed({ user: intOrText, group: intOrText }) },
        },
        'path',
      ),
      kubernetes_secret: closed({ type: text, name: text, namespace: text, labels: textMap }, 'name'),
    },
  },
};

const kubelet = closed({
  read_only_port: port,
  secure_port: port,
  token_path: text,
  ca_path: text,
  skip_verify: flag,
  anonymous: flag,
});

const attestors = closed({
  kubernetes: closed({ enabled: flag, kubelet }),
  unix: closed({ binary_hash_max_size_bytes: whole }),
  docker: closed({ enabled: flag, addr: text }),
  podman: closed({ enabled: flag, addr: text }),
  systemd: closed({ enabled: flag }),
  sigstore: closed({
    enabled: flag,
    additional_registries: { type: 'array', items: closed({ host: text }) },
    credentials_path: text,
    allowed_private_network_prefixes: texts,
  }),
});

const common = { type: text, name: text, ...lifetime };
const workloadApi = { ...common, listen: text, attestors };

/** Services other than these are left open: they have nothing to do with workload identity. */
const open: JsonSchema = { type: 'object' };

/** A service of which only what tbot asks for is known: it writes files, and what they are for. */
function output(...required: readonly string[]): JsonSchema {
  return { type: 'object', properties: { ...lifetime, destination }, required: ['destination', ...required] };
}

const service: JsonSchema = {
  type: 'object',
  discriminator: {
    propertyName: 'type',
    mapping: {
      'workload-identity-api': closed({ ...workloadApi, selector, trust_domains: texts }, 'listen', 'selector'),
      'workload-identity-x509': closed(
        { ...common, selector, destination, include_federated_trust_bundles: flag, trust_domains: texts },
        'selector',
        'destination',
      ),
      'workload-identity-jwt': closed(
        { ...common, selector, destination, audiences: texts },
        'selector',
        'destination',
        'audiences',
      ),
      'workload-identity-aws-roles-anywhere': closed(
        {
          ...common,
          selector,
          destination,
          role_arn: text,
          profile_arn: text,
          trust_anchor_arn: text,
          region: text,
          session_duration: text,
          session_renewal_interval: text,
          credential_profile_name: text,
          artifact_name: text,
          overwrite_credential_file: flag,
        },
        'selector',
        'destination',
        'role_arn',
        'profile_arn',
        'trust_anchor_arn',
      ),
      'spiffe-workload-api': open,
      'spiffe-svid': open,
      identity: output(),
      'identity/key-agent': open,
      kubernetes: output('kubernetes_cluster'),
      'kubernetes/v2': output('selectors'),
      'kubernetes/argo-cd': open,
      application: output('app_name'),
      'application-tunnel': open,
      'application-proxy': open,
      database: output('service'),
      'database-tunnel': open,
      'ssh-multiplexer': open,
      ssh_host: output('principals'),
      example: open,
    },
  },
};

/**
 * tbot's configuration file (gravitational/teleport lib/tbot/config/config.go, lib/tbot/bot/onboarding/config.go,
 * lib/tbot/services/workloadidentity, lib/tbot/workloadidentity/workloadattest). tbot itself passes over keys it does
 * not know without a word, so this is the only strict reader there is.
 */
export const TBOT_SCHEMA: JsonSchema = closed({
  version: text,
  proxy_server: text,
  auth_server: text,
  join_uri: text,
  onboarding: closed({
    token: text,
    join_method: text,
    ca_pins: texts,
    ca_path: text,
    azure: closed({ client_id: text }),
    gitlab: closed({ token_env_var_name: text }),
    kubernetes: closed({ token_path: text }),
    generic_oidc: closed({ env: text, command: texts, timeout: text }),
    terraform: closed({ audience_tag: text }),
    bound_keypair: closed({ registration_secret: text, registration_secret_path: text, static_private_key_path: text }),
  }),
  storage: destination,
  services: { type: 'array', items: service },
  outputs: { type: 'array', items: service },
  debug: flag,
  credential_ttl: duration,
  renewal_interval: duration,
  certificate_ttl: duration,
  oneshot: flag,
  fips: flag,
  diag_addr: text,
  insecure: flag,
});
