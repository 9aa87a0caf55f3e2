/** Shortest lifetime of a projected ServiceAccount token, in seconds (kubernetes/kubernetes pkg/apis/core/validation/validation.go). */
export const SHORTEST_ACCOUNT_TOKEN = 600;

/** Lifetime of a projected ServiceAccount token that gives none, in seconds (kubernetes/kubernetes pkg/apis/core/v1/defaults.go). */
export const DEFAULT_ACCOUNT_TOKEN = 3600;
