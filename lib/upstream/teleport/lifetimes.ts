const HOUR = 3600;

/** Longest `maximum_ttl` of an identity, in seconds; Teleport refuses more (gravitational/teleport lib/services/workload_identity.go). */
export const LONGEST_MAXIMUM_TTL = { x509: 14 * 24 * HOUR, jwt: 24 * HOUR } as const;

/** What holds for an identity that gives no `maximum_ttl`, in seconds (gravitational/teleport lib/services/workload_identity.go). */
export const DEFAULT_MAXIMUM_TTL = 24 * HOUR;

/** Longest lifetime of a bot's own certificates, in seconds (gravitational/teleport lib/tbot/bot/credential_lifetime.go). */
export const LONGEST_BOT_TTL = 24 * HOUR;

/** Longest AWS session, in seconds (gravitational/teleport lib/tbot/services/awsra/config.go). */
export const LONGEST_AWS_SESSION = 12 * HOUR;

/** tbot's `credential_ttl` if none is given, in seconds (gravitational/teleport lib/tbot/bot/credential_lifetime.go). */
export const DEFAULT_CREDENTIAL_TTL = HOUR;

/** tbot's `renewal_interval` if none is given, in seconds (gravitational/teleport lib/tbot/bot/credential_lifetime.go). */
export const DEFAULT_RENEWAL_INTERVAL = 1200;

/** Longest ServiceAccount token that Teleport takes for joining, in seconds (gravitational/teleport lib/kube/token/validator.go). */
export const LONGEST_JOIN_TOKEN = 1800;
