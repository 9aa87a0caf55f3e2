import { isList, isObject, type JsonObject, type JsonValue } from '../../base/json';

/** Stands where a secret was. */
export const REMOVED = '(removed)';

/**
 * Texts that are a secret wherever they stand: private keys in PEM, also in base64; JSON Web Tokens; credentials of HTTP and of
 * addresses; and what stands behind a name that says so.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REMOVED],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, REMOVED],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REMOVED}`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,400}@/gi, `$1${REMOVED}@`],
  [
    /((?:pass(?:word|wd|phrase)?|secret|api[_-]?key|access[_-]?key|client[_-]?secret|registration[_-]?secret|private[_-]?key)["']?[ \t]*[:=][ \t]*["']?)(?![\s"'{[(|>])[^\s"',}]{1,1000}/gi,
    `$1${REMOVED}`,
  ],
  // The secret of the join method of that name; of all others `token` is a name.
  [/(join_method["']?\s*:\s*["']?token\b[\s\S]{0,200}?\btoken["']?\s*:\s*["']?)(?!\/)[^\s"',}]+/g, `$1${REMOVED}`],
  [/(\btoken["']?\s*:\s*["']?)(?!\/)[^\s"',}]+(?=[\s\S]{0,200}?join_method["']?\s*:\s*["']?token\b)/g, `$1${REMOVED}`],
];

/** PEM in base64 begins like this, whatever its kind. */
const PEM_BASE64 = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}/g;

/** A text without the secrets that may be in it. */
export function withoutSecretTexts(text: string): string {
  const decoded = text.replace(PEM_BASE64, (whole) =>
    Buffer.from(whole, 'base64').toString('latin1').includes('PRIVATE KEY') ? REMOVED : whole,
  );
  return SECRETS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), decoded);
}

/** A value in which no text holds a secret; names of keys stay. */
export function withoutSecrets<T extends JsonValue>(value: T): T {
  return clean(value) as T;
}

function clean(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.length < 8 ? value : withoutSecretTexts(value);
  if (isList(value)) return value.map(clean);
  if (isObject(value)) return cleanObject(value);
  return value;
}

function cleanObject(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, clean(entry)]));
}
