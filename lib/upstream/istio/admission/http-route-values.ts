/** Conditions of a retry (istio/istio pkg/config/validation/validation.go `supportedRetryOnPolicies`). */
const RETRY_CONDITIONS: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

/** Status codes that have a name in Go's net/http, which a retry may be asked for. */
const NAMED_STATUS: readonly (readonly [first: number, last: number])[] = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
];

/** Methods that a CORS policy may name. */
const CORS_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  '*',
]);

/** Status codes of gRPC by name (istio/istio pkg/util/grpc/codes.go `SupportedGRPCStatus`). */
const GRPC_STATUS: ReadonlySet<string> = new Set([
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]);

/** Pseudo headers that a match may look at. */
const PSEUDO_HEADERS: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path', ':status']);

/** Bytes of the largest body of a direct response. */
export const LARGEST_BODY = 1024 * 1024;

/** Whether a retry may be asked for by the word: a condition or a status code. */
export function isRetryCondition(word: string): boolean {
  if (RETRY_CONDITIONS.has(word)) return true;
  const status = /^[+-]?\d+$/.test(word) ? Number(word) : 0;
  return NAMED_STATUS.some(([first, last]) => status >= first && status <= last);
}

/** Whether a CORS policy may name the method. */
export function isCorsMethod(method: string): boolean {
  return CORS_METHODS.has(method);
}

/** Whether a fault may have the gRPC status. */
export function isGrpcStatus(name: string): boolean {
  return GRPC_STATUS.has(name);
}

/** Whether a match may look at the pseudo header. */
export function isPseudoHeader(name: string): boolean {
  return PSEUDO_HEADERS.has(name);
}
