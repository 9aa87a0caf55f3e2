import type { UpstreamMessage } from './message';

/** What tbot says, or Teleport through it, when it may not join; what says more comes before what is said around it. */
export const JOIN_MESSAGES = {
  /** The claims of the ServiceAccount token are refused for their times. */
  tokenTimes: {
    pattern: /token (?:not valid yet \(nbf\)|is expired \(exp\)|issued in the future \(iat\))/,
    example:
      'reviewing kubernetes token with static_jwks\n\tvalidating jwt claims\n\t\tgo-jose/go-jose/jwt: validation failed, token not valid yet (nbf)',
    source: 'gravitational/teleport lib/kube/token/validator.go, go-jose/go-jose jwt/errors.go',
  },
  /** It is for another audience. */
  tokenAudience: {
    pattern: /invalid audience claim \(aud\)|audience .{0,300}is not/i,
    example:
      'reviewing kubernetes token with static_jwks\n\tvalidating jwt claims\n\t\tgo-jose/go-jose/jwt: validation failed, invalid audience claim (aud)',
    source: 'gravitational/teleport lib/kube/token/validator.go, go-jose/go-jose jwt/errors.go',
  },
  /** It is not bound to a pod, or lives too long. */
  tokenKind: {
    pattern:
      /joining requires the use of (?:a )?(?:projected pod bound )?service account token|lifetime .{0,60}more than/i,
    example: 'static_jwks joining requires the use of a service account token with a TTL of less than 30m0s',
    source: 'gravitational/teleport lib/kube/token/validator.go',
  },
  /** The join token does not allow the account. */
  accountNotAllowed: {
    pattern: /kubernetes token did not match any allow rules|service account .{0,300}not allowed/i,
    example: 'kubernetes token did not match any allow rules',
    source: 'gravitational/teleport lib/kube/token/join.go',
  },
  /** The keys in the join token cannot be read. */
  keysUnreadable: {
    pattern: /parsing provided jwks/,
    example:
      "reviewing kubernetes token with static_jwks\n\tparsing provided jwks\n\t\tinvalid character '\\'' looking for beginning of value",
    source: 'gravitational/teleport lib/kube/token/validator.go',
  },
  /** The signature is of other keys. */
  signature: {
    pattern: /validating jwt signature|unsupported key type\/format|error in cryptographic primitive/,
    example:
      'reviewing kubernetes token with static_jwks\n\tvalidating jwt signature\n\t\tgo-jose/go-jose: unsupported key type/format',
    source: 'gravitational/teleport lib/kube/token/validator.go, go-jose/go-jose shared.go',
  },
  /** The auth service asks its own cluster about a token of another. */
  inCluster: {
    pattern: /kubernetes failed to validate token|error during the Kubernetes TokenReview/,
    example:
      'reviewing kubernetes token with in_cluster\n\tkubernetes failed to validate token: [invalid bearer token]',
    source: 'gravitational/teleport lib/kube/token/validator.go',
  },
  /** No such join token. */
  tokenUnknown: {
    pattern:
      /token expired or not found|, the token is not valid\b|provisioning token\([^)]{0,200}\) not found|token .{0,200}is not found/i,
    example: '"" can not join the cluster with role "Bot", token expired or not found',
    source: 'gravitational/teleport lib/auth/join.go',
  },
  /** Somebody locked the bot or its instance. */
  locked: {
    pattern: /lock targeting .{0,300} is in force/,
    example: 'lock targeting User:"bot-istio-tbot" is in force',
    source: 'gravitational/teleport lib/services/local/lock.go',
  },
  /** Nobody answers at the address of Teleport; port 10250 is the kubelet's. */
  unreachable: {
    pattern:
      /(?:connection refused|i\/o timeout|no such host|network is unreachable)(?!.{0,300}:10250)(?<!:10250\b.{0,300})/i,
    example: 'dial tcp: lookup example.teleport.sh on 10.96.0.10:53: no such host',
    source: 'golang/go src/net/net.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/** What tbot says when it cannot tell which pod asks. */
export const ATTESTATION_MESSAGES = {
  /** Something of it failed. */
  failed: {
    pattern: /Workload attestation failed|Failed to perform Kubernetes workload attestation/i,
    example: 'WARN Failed to perform Kubernetes workload attestation error:listing all pods',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/attest.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/** Why it cannot, in the same line. */
export const ATTESTATION_REASONS = {
  untrustedKubelet: {
    pattern: /certificate signed by unknown authority/i,
    example:
      'performing request\n\tGet "https://node-1:10250/pods": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    source: 'golang/go src/crypto/x509/verify.go',
  },
  otherName: {
    pattern: /no such host|certificate is valid for/i,
    example:
      'performing request\n\tGet "https://node-1:10250/pods": dial tcp: lookup node-1 on 10.96.0.10:53: no such host',
    source: 'golang/go src/crypto/x509/verify.go, golang/go src/net/net.go',
  },
  /** A kubelet refuses in plain words, which tbot tries to read as JSON. */
  notAllowed: {
    pattern: /\b403\b|forbidden|cannot get resource|invalid character '[FU]' looking for beginning of value/i,
    example: "listing all pods\n\tdecoding response\n\t\tinvalid character 'F' looking for beginning of value",
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
  },
  noKubelet: {
    pattern: /connection refused|i\/o timeout|Client\.Timeout exceeded/i,
    example: 'performing request\n\tGet "https://:10250/pods": dial tcp :10250: connect: connection refused',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
  },
  /** The node keeps it from the file, whatever capabilities the container has. */
  hiddenProcess: {
    pattern: /\/proc\/\d{1,10}\/\w{1,20}: permission denied/,
    example: 'determining pod and container ID\n\tparsing mountinfo\n\t\topen /proc/4711/mountinfo: permission denied',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/container/container_unix.go',
  },
  noContainer: {
    pattern: /determining pod and container ID|parsing cgroup mount|parsing mountinfo/,
    example:
      'determining pod and container ID\n\tparsing cgroup mount (root: "/")\n\t\texpected 2 matches searching for container ID but found 0',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/container/container_unix.go',
  },
  notSidecar: {
    pattern: /is not a native sidecar/,
    example: 'finding pod by ID\n\tcontainer "istio-init" is not a native sidecar',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/**
 * Why Teleport has no identity for whoever asks. tbot hands it to the proxy that asked and writes it into its own log only for
 * programs that use the Workload API: mostly it is in the proxy's log.
 */
export const IDENTITY_MESSAGES = {
  roleRefuses: {
    pattern: /access denied to perform action/,
    example: 'fetching X509 SVIDs\n\taccess denied to perform action "readnosecrets" on "workload_identity"',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go',
  },
  noRule: {
    pattern: /no matching rule found|did not pass rule evaluation|access denied: no rule/i,
    example:
      'fetching X509 SVIDs\n\tworkload identity failed evaluation\n\t\tattributes did not pass rule evaluation\n\t\t\tno matching rule found',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
  },
  noAttribute: {
    pattern: /templating spec\.spiffe\.|attribute "?[\w.]{1,200}"? (?:is )?unset/,
    example:
      'workload identity failed evaluation\n\ttemplating spec.spiffe.id\n\t\tattribute "workload.kubernetes.namespace" unset',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go',
  },
  noIdentity: {
    pattern: /workload_identity "[^"]{1,253}" (?:doesn't exist|is not found)|no workload identity/i,
    example: 'fetching X509 SVIDs\n\tworkload_identity "istio-workloads" doesn\'t exist',
    source: 'gravitational/teleport lib/services/local/generic',
  },
  noneSelected: {
    pattern: /unknown resource names: ?\[|did not pass attestation for any SVIDs/i,
    example: 'generating response\n\tunknown resource names: [default]',
    source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;
