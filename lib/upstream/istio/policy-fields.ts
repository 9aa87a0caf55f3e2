import type { ReleaseFact } from '../releases/release-facts';

/**
 * What a field of a rule looks at. An identity is that of the peer's certificate; requests and their tokens are there on HTTP
 * filter chains only; `metadata` is what other filters leave behind.
 */
export type PolicySubject = 'identity' | 'token' | 'address' | 'port' | 'tls' | 'request' | 'metadata';

/** How the values of a field are written. */
export type PolicyValueSyntax =
  | 'principal'
  | 'request-principal'
  | 'namespace'
  | 'service-account'
  | 'trust-domain'
  | 'address'
  | 'port'
  | 'method'
  | 'host'
  | 'path'
  | 'text';

/**
 * Where an asterisk in a value is a wildcard. At an end means first, last, or alone for any value; elsewhere the asterisk is then a
 * letter, or the webhook refuses the value. A template is a path with the segments `{*}` and `{**}`.
 */
export type PolicyWildcard =
  | 'never'
  | 'at an end'
  | 'at an end, otherwise rejected'
  | 'at an end, or a template'
  | 'anywhere';

/** One thing a rule of an AuthorizationPolicy can look at. */
export interface PolicyFieldFacts {
  /** In which part of a rule it is a field, which then has a not-form; undefined for what only a condition looks at. */
  readonly part?: 'source' | 'operation';
  /** The key of a condition that looks at it; undefined if there is none. */
  readonly key?: string;
  /** Whether the key goes on with a name in brackets. */
  readonly keyHasName?: boolean;
  readonly subject: PolicySubject;
  readonly syntax: PolicyValueSyntax;
  readonly wildcard: PolicyWildcard;
  /** Fields that Istio refuses in the same source. */
  readonly notBeside?: readonly string[];
  /** The most values that Istio takes in one list. */
  readonly atMost?: number;
  /** Since which releases istiod looks at it; always if it is not given. */
  readonly since?: ReleaseFact;
}

/**
 * Everything that a rule of an AuthorizationPolicy can look at, by the name of the field; what only a condition looks at has a
 * name of ours. Explanations name fields in this order (istio/istio pilot/pkg/security/authz/model/model.go `New`,
 * generator.go; pkg/config/validation/validation.go `ValidateAuthorizationPolicy`; pkg/config/security/security.go).
 */
export const POLICY_FIELDS = {
  principals: {
    part: 'source',
    key: 'source.principal',
    subject: 'identity',
    syntax: 'principal',
    wildcard: 'at an end',
  },
  namespaces: {
    part: 'source',
    key: 'source.namespace',
    subject: 'identity',
    syntax: 'namespace',
    wildcard: 'anywhere',
  },
  serviceAccounts: {
    part: 'source',
    key: 'source.serviceAccount',
    subject: 'identity',
    syntax: 'service-account',
    wildcard: 'never',
    notBeside: ['principals', 'namespaces'],
    atMost: 16,
  },
  trustDomains: {
    part: 'source',
    key: 'source.trustDomain',
    since: 'hasTrustDomainSources',
    subject: 'identity',
    syntax: 'trust-domain',
    wildcard: 'at an end, otherwise rejected',
  },
  requestPrincipals: {
    part: 'source',
    key: 'request.auth.principal',
    subject: 'token',
    syntax: 'request-principal',
    wildcard: 'at an end',
  },
  ipBlocks: { part: 'source', key: 'source.ip', subject: 'address', syntax: 'address', wildcard: 'never' },
  remoteIpBlocks: { part: 'source', key: 'remote.ip', subject: 'address', syntax: 'address', wildcard: 'never' },
  ports: { part: 'operation', key: 'destination.port', subject: 'port', syntax: 'port', wildcard: 'never' },
  methods: { part: 'operation', subject: 'request', syntax: 'method', wildcard: 'at an end' },
  hosts: { part: 'operation', subject: 'request', syntax: 'host', wildcard: 'at an end' },
  paths: { part: 'operation', subject: 'request', syntax: 'path', wildcard: 'at an end, or a template' },
  destinationIp: { key: 'destination.ip', subject: 'address', syntax: 'address', wildcard: 'never' },
  sni: { key: 'connection.sni', subject: 'tls', syntax: 'text', wildcard: 'at an end' },
  audiences: {
    key: 'request.auth.audiences',
    subject: 'token',
    syntax: 'text',
    wildcard: 'at an end',
  },
  presenter: {
    key: 'request.auth.presenter',
    subject: 'token',
    syntax: 'text',
    wildcard: 'at an end',
  },
  headers: {
    key: 'request.headers',
    keyHasName: true,
    subject: 'request',
    syntax: 'text',
    wildcard: 'at an end',
  },
  claims: {
    key: 'request.auth.claims',
    keyHasName: true,
    subject: 'token',
    syntax: 'text',
    wildcard: 'at an end',
  },
  filterMetadata: {
    key: 'experimental.envoy.filters.',
    keyHasName: true,
    subject: 'metadata',
    syntax: 'text',
    wildcard: 'at an end',
  },
} as const satisfies Readonly<Record<string, PolicyFieldFacts>>;

/** The name of something a rule can look at, as the table has it. */
export type PolicyFieldName = keyof typeof POLICY_FIELDS;

/** What a condition, known by its entry in the table, looks at. */
export type SubjectOf<Name extends PolicyFieldName> = (typeof POLICY_FIELDS)[Name]['subject'];

/** The not-form of a field. */
export type NotForm<Name extends string> = `not${Capitalize<Name>}`;

/** The not-form of a field: `notPaths`. */
export function notForm<Name extends string>(name: Name): NotForm<Name> {
  return `not${name.charAt(0).toUpperCase()}${name.slice(1)}` as NotForm<Name>;
}

/** All entries of the table. */
export const POLICY_FIELD_NAMES = Object.keys(POLICY_FIELDS) as readonly PolicyFieldName[];

/** What is known of an entry, for those who treat all of them alike. */
export function policyFieldFacts(name: PolicyFieldName): PolicyFieldFacts {
  return POLICY_FIELDS[name];
}

/** The fields of a part of a rule by their names, not-forms included. */
function fieldsIn(part: 'source' | 'operation'): ReadonlyMap<string, PolicyFieldName> {
  const names = POLICY_FIELD_NAMES.filter((name) => policyFieldFacts(name).part === part);
  return new Map(names.flatMap((name) => [name, notForm(name)].map((written) => [written, name] as const)));
}

/** The fields of a source and of an operation, as a rule writes them. */
export const FIELDS_IN_PART: Readonly<Record<'source' | 'operation', ReadonlyMap<string, PolicyFieldName>>> = {
  source: fieldsIn('source'),
  operation: fieldsIn('operation'),
};

const PLAIN_KEYS: ReadonlyMap<string, PolicyFieldName> = new Map(
  POLICY_FIELD_NAMES.flatMap((name) => {
    const { key, keyHasName = false } = policyFieldFacts(name);
    return key === undefined || keyHasName ? [] : [[key, name] as const];
  }),
);

const KEYS_WITH_NAME: readonly PolicyFieldName[] = POLICY_FIELD_NAMES.filter(
  (name) => policyFieldFacts(name).keyHasName,
);

/** What the key of a condition stands for; undefined for a key that istiod does not know, whose rule it leaves out. */
export function conditionField(key: string): PolicyFieldName | undefined {
  return PLAIN_KEYS.get(key) ?? KEYS_WITH_NAME.find((name) => key.startsWith(policyFieldFacts(name).key ?? name));
}

/**
 * Whether a key has the name in brackets that it needs (istio/istio pilot/pkg/security/authz/model/util.go
 * `extractNameInBrackets`, generator.go `envoyFilterGenerator`). What stands between is not looked at.
 */
export function keyIsWhole(key: string): boolean {
  const name = conditionField(key);
  if (name === undefined) return false;
  const { key: begin = '', keyHasName, subject } = policyFieldFacts(name);
  if (!keyHasName) return true;
  const rest = key.slice(begin.length);
  const open = rest.indexOf('[');
  const isPlaced = subject === 'metadata' ? open >= 0 : open === 0;
  return isPlaced && rest.endsWith(']') && rest.length > open + 2;
}

const BY_WRITTEN: ReadonlyMap<string, PolicyFieldName> = new Map([
  ...FIELDS_IN_PART.source,
  ...FIELDS_IN_PART.operation,
]);

/** What a field or condition key as written in a rule, not-forms among them, looks at; undefined if Istio has no such name. */
export function policyField(written: string): PolicyFieldName | undefined {
  return BY_WRITTEN.get(written) ?? conditionField(written);
}

/** Whether Istio can express a subject on HTTP filter chains only. */
export function isHttpOnly(subject: PolicySubject): subject is 'request' | 'token' {
  return subject === 'request' || subject === 'token';
}

/** Whether a CUSTOM policy cannot look at a subject: it is decided before any identity is known. */
function isRefusedInCustom(subject: PolicySubject): boolean {
  return subject === 'identity' || subject === 'token';
}

/** Whether a field or condition key exists only for HTTP requests. */
export function isHttpField(written: string): boolean {
  const subject = subjectOf(written);
  return subject !== undefined && isHttpOnly(subject);
}

/** Whether a field or condition key looks at the identity of the peer. */
export function isIdentityField(written: string): boolean {
  return subjectOf(written) === 'identity';
}

/** Whether a field or condition key looks at the caller, by its certificate or its token. */
export function isCallerField(written: string): boolean {
  const subject = subjectOf(written);
  return subject !== undefined && isRefusedInCustom(subject);
}

function subjectOf(written: string): PolicySubject | undefined {
  const name = policyField(written);
  return name && policyFieldFacts(name).subject;
}
