import { isIpBlock } from '../network/ip-address';

/** Fields of a pod that a variable can show (kubernetes/kubernetes pkg/apis/core/validation/validation.go `validEnvDownwardAPIFieldPathExpressions`). */
const ENV_FIELDS: ReadonlySet<string> = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** Resources that are no vendor's: those of containers, with huge pages by their size. */
const RESOURCES = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$|\//;

const QUANTITY = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Fewest seconds that a projected token of a ServiceAccount may live. */
export const SHORTEST_TOKEN = 600;

/** Longest name of a CronJob: those of its Jobs are longer. */
export const LONGEST_CRON_JOB_NAME = 52;

/** Keys that a Secret of a type must have (kubernetes/kubernetes pkg/apis/core/validation/validation.go `ValidateSecret`). */
export const SECRET_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
]);

/** Whether a variable of a container can show the field of its pod. */
export function isEnvField(path: string): boolean {
  return ENV_FIELDS.has(path) || /^metadata\.(?:labels|annotations)\['[^']+'\]$/.test(path);
}

/** Whether the text is the name of a resource that a container can ask for. */
export function isResourceName(name: string): boolean {
  return RESOURCES.test(name);
}

/** A quantity such as `500m` or `128Mi` as a number; undefined if it is not valid. */
export function quantity(text: string): number | undefined {
  if (!QUANTITY.test(text)) return undefined;
  const suffix = /[A-DF-Za-df-z]i?$|E$/.exec(text)?.[0] ?? '';
  return suffix === '' ? Number(text) : Number(text.slice(0, -suffix.length)) * (SUFFIXES[suffix] ?? Number.NaN);
}

/** Whether the text may be the name of a container's port, or the name by which a Service finds it (RFC 6335). */
export function isPortName(text: string): boolean {
  return /^(?=.*[a-z])(?!.*--)[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(text);
}

/** Whether the text may be the key of a ConfigMap or Secret. */
export function isDataKey(text: string): boolean {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(text) && text !== '.' && !text.startsWith('..');
}

/** Whether the text is a schedule of a CronJob: five fields, or a word such as `@daily`. */
export function isSchedule(text: string): boolean {
  if (/^@(?:yearly|annually|monthly|weekly|daily|midnight|hourly)$|^@every \S/.test(text)) return true;
  const fields = text.trim().split(/\s+/);
  return fields.length === 5 && fields.every((one) => /^[\dA-Za-z*,/?-]+$/.test(one));
}

/** Whether the text is a block of addresses with the length of its prefix. */
export function isCidr(text: string): boolean {
  return text.includes('/') && isIpBlock(text);
}
