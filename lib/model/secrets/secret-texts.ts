import { isList, isObject, type JsonObject, type JsonValue } from '../../base/json';

/** Replaces a secret. */
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

/** Names of settings whose value is a secret, by how they end: `password`, `DB_PASSWORD`, `clientSecret`; not `secretName`. */
const SECRET_NAME =
  /(?:pass(?:word|wd|phrase)|(?:^|[_./-]|client|registration|shared|signing|webhook)secret|(?:api|access|private|secret|signing|encryption)[_-]?key|[_-]token|credentials)$/i;

/** Whether a setting is a secret by its name: a path, a reference and an answer to a question are not. */
export function isNamedSecret(name: string, value: JsonValue | undefined): value is string {
  return typeof value === 'string' && SECRET_NAME.test(name) && !/^(?:$|\/|\$|\{\{|(?:true|false|yes|no)$)/.test(value);
}

/** Flags of programs whose value is a secret; with other join methods that of tbot's `--token` is a name, which then goes too. */
const SECRET_FLAG = /^--?(?:token|registration-secret|password|secret|api-key|access-key|client-secret)(?:=(.+))?$/;

/** The secrets among the words of a command line. */
export function secretArguments(words: readonly JsonValue[]): readonly string[] {
  return words.flatMap((word, index) => {
    const [flag, value] = (typeof word === 'string' && SECRET_FLAG.exec(word)) || [];
    const given = flag === undefined ? undefined : (value ?? words[index + 1]);
    return typeof given === 'string' && !/^[/$-]/.test(given) ? [given] : [];
  });
}

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
  if (isList(value)) return cleanList(value);
  if (isObject(value)) return cleanObject(value);
  return value;
}

/** A list may be that of the words of a command line. */
function cleanList(value: readonly JsonValue[]): JsonValue {
  const given = new Set(secretArguments(value));
  return value.map((entry) => {
    if (typeof entry !== 'string' || given.size === 0) return clean(entry);
    if (given.has(entry)) return REMOVED;
    const equals = entry.indexOf('=');
    return given.has(entry.slice(equals + 1)) ? `${entry.slice(0, equals)}=${REMOVED}` : clean(entry);
  });
}

function cleanObject(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, isNamedSecret(key, entry) ? REMOVED : clean(entry)]),
  );
}
