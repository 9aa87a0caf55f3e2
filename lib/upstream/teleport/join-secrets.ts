import { type JsonValue, listAt, textAt } from '../../base/json';

/** The join method whose token is a shared secret: its name is all that whoever joins has to know. */
export const SECRET_JOIN_METHOD = 'token';

/** Join method of a token's `spec`: one that gives none has one all the same (gravitational/teleport api/types/provisioning.go). */
export function joinMethodOf(spec: JsonValue | undefined): string {
  return textAt(spec, 'join_method') || (listAt(spec, 'allow').length > 0 ? 'ec2' : SECRET_JOIN_METHOD);
}

/**
 * Whether `onboarding.token` of tbot is a secret. The name of a token is public with every other join method; an absolute path
 * is that of a file with the value (gravitational/teleport lib/tbot/bot/onboarding/config.go, lib/utils `TryReadValueAsFile`).
 */
export function isSecretToken(joinMethod: string | undefined, token: string | undefined): token is string {
  return joinMethod === SECRET_JOIN_METHOD && !!token && !token.startsWith('/') && !/^\$\{?\w+\}?$/.test(token);
}

/** Where settings that are a secret themselves stand in `onboarding` of tbot, beside the token of the join method `token`. */
export const ONBOARDING_SECRETS: readonly (readonly string[])[] = [
  ['bound_keypair', 'registration_secret'],
  ['registration_secret'],
];

/** Where a token's `spec` has a secret of its own: whoever knows it registers a key (gravitational/teleport api/types/provisioning.go). */
export const TOKEN_SECRETS: readonly (readonly string[])[] = [['bound_keypair', 'onboarding', 'registration_secret']];
