/** The join method whose token is a shared secret: its name is all that whoever joins has to know. */
export const SECRET_JOIN_METHOD = 'token';

/**
 * Whether `onboarding.token` of tbot is a secret. The name of a token is public with every other join method; an absolute path
 * is that of a file with the value (gravitational/teleport lib/tbot/bot/onboarding/config.go, lib/utils `TryReadValueAsFile`).
 */
export function isSecretToken(joinMethod: string | undefined, token: string | undefined): token is string {
  return joinMethod === SECRET_JOIN_METHOD && !!token && !token.startsWith('/') && !/^\$\{?\w+\}?$/.test(token);
}
