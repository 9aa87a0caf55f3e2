/** Join methods of tbot 18 (gravitational/teleport lib/tbot/bot/onboarding/config.go). */
export const JOIN_METHODS: readonly string[] = [
  ...['azure', 'azure_devops', 'bitbucket', 'bound_keypair', 'circleci', 'env0', 'gcp', 'generic_oidc', 'github'],
  ...['gitlab', 'iam', 'kubernetes', 'oracle', 'spacelift', 'terraform_cloud', 'token', 'tpm'],
];

/**
 * How Teleport can verify the ServiceAccount token of a `kubernetes` join (gravitational/teleport
 * api/types/provisioning.go).
 */
export type KubernetesJoinType = 'static_jwks' | 'oidc' | 'in_cluster';

/** The type of a token that gives none. */
export const DEFAULT_KUBERNETES_JOIN_TYPE: KubernetesJoinType = 'in_cluster';

/** Variable that tells tbot where its ServiceAccount token is (gravitational/teleport lib/kube/token/source.go). */
export const JOIN_TOKEN_PATH_VARIABLE = 'KUBERNETES_TOKEN_PATH';
