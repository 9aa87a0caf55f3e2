import type { Target } from '../target';
import { type ClaimsTest, claimPattern, requestPrincipalPattern } from './claim-pattern';
import type { Facts } from './facts';
import {
  type IdentityTest,
  namespacePattern,
  principalPattern,
  serviceAccountPattern,
  trustDomainPattern,
} from './identity-pattern';
import { type IpAddress, ipRange } from './ip-range';
import { matchesEveryPath, pathPattern } from './path-pattern';
import { expandPrincipals, expandTrustDomains } from './principal-expansion';
import { headerPattern, hostPattern, type StringTest, stringPattern } from './string-pattern';
import { MAYBE, NO, type Truth, truth, YES } from './truth';

/** Whether one value of a field holds for a request. */
export type ValueTest = (facts: Facts) => Truth;

/** What the meaning of a value depends on besides the value. */
export interface CompileContext {
  /** The policy's own namespace. */
  readonly namespace: string;
  /** The mesh's trust domain, then its aliases. */
  readonly trustDomains: readonly string[];
  readonly target: Target;
}

/** One thing a rule can look at, under all the names AuthorizationPolicy has for it. */
export interface Field {
  /** Name in a source or operation, such as `principals`; or the `when` key itself. */
  readonly name: string;
  /** Whether only an HTTP filter chain knows it, so that Istio cannot express it for a TCP port. */
  readonly httpOnly: boolean;
  /** Values as Istio hands them to Envoy. */
  expand(values: readonly string[], context: CompileContext): readonly string[];
  /** The test for one value; undefined if the value does not convert, as a port that is no number. */
  compile(value: string, context: CompileContext): ValueTest | undefined;
}

/** Fields of a `source`; each has a not-form. */
export const SOURCE_FIELDS: Readonly<Record<string, Field>> = {
  principals: identityField('principals', (value, { target }) => principalPattern(value, target), expandPrincipals),
  namespaces: identityField('namespaces', (value, { target }) => namespacePattern(value, target)),
  serviceAccounts: identityField('serviceAccounts', (value, { namespace, target }) =>
    serviceAccountPattern(value, namespace, target),
  ),
  trustDomains: identityField('trustDomains', trustDomainPattern, expandTrustDomains),
  requestPrincipals: claimsField('requestPrincipals', requestPrincipalPattern),
  ipBlocks: ipField('ipBlocks', (facts) => facts.sourceIp),
  remoteIpBlocks: ipField('remoteIpBlocks', (facts) => facts.remoteIp),
};

/** Fields of an `operation`; each has a not-form. */
export const OPERATION_FIELDS: Readonly<Record<string, Field>> = {
  ports: portField('ports'),
  // Every HTTP request has a method, an authority and a path, so a value that any of them fits needs no request to be stated.
  methods: httpField(
    'methods',
    (facts) => facts.method,
    headerPattern,
    (value) => value === '*',
  ),
  hosts: httpField(
    'hosts',
    (facts) => facts.host,
    hostPattern,
    (value) => value === '*',
  ),
  paths: httpField('paths', (facts) => facts.path, pathPattern, matchesEveryPath),
};

const WHEN_FIELDS: Readonly<Record<string, Field>> = {
  'source.ip': ipField('source.ip', (facts) => facts.sourceIp),
  'remote.ip': ipField('remote.ip', (facts) => facts.remoteIp),
  'destination.ip': ipField('destination.ip', (facts) => facts.destinationIp),
  'destination.port': portField('destination.port'),
  'connection.sni': {
    name: 'connection.sni',
    httpOnly: false,
    expand: asWritten,
    compile: (value) => textTest((facts) => facts.sni, stringPattern(value)),
  },
  'request.auth.audiences': claimsField('request.auth.audiences', (value) => claimPattern(['aud'], value)),
  'request.auth.presenter': claimsField('request.auth.presenter', (value) => claimPattern(['azp'], value)),
};

/** `when` keys that are other names of source fields. */
const WHEN_ALIASES: Readonly<Record<string, string>> = {
  'source.namespace': 'namespaces',
  'source.principal': 'principals',
  'source.serviceAccount': 'serviceAccounts',
  'source.trustDomain': 'trustDomains',
  'request.auth.principal': 'requestPrincipals',
};

/** The field a `when` key stands for; undefined for a key that Istio does not know, whose rule it leaves out. */
export function whenField(key: string, target: Target): Field | undefined {
  const alias = Object.hasOwn(WHEN_ALIASES, key) ? WHEN_ALIASES[key] : undefined;
  if (alias !== undefined) {
    const known = alias !== 'trustDomains' || target.hasTrustDomainSources;
    const field = known ? SOURCE_FIELDS[alias] : undefined;
    return field && { ...field, name: key };
  }
  if (Object.hasOwn(WHEN_FIELDS, key)) return WHEN_FIELDS[key];
  if (key.startsWith('request.headers')) return headerField(key);
  if (key.startsWith('request.auth.claims')) return claimPathField(key);
  // Metadata that other filters set: nothing in the manifests tells what it will be.
  if (key.startsWith('experimental.envoy.filters.')) {
    return { name: key, httpOnly: false, expand: asWritten, compile: () => () => MAYBE };
  }
  return undefined;
}

function headerField(key: string): Field {
  const name = /^request\.headers\[(.+)\]$/.exec(key)?.[1]?.toLowerCase();
  const read = (facts: Facts) => (facts.headers === undefined ? undefined : (facts.headers.get(name ?? '') ?? null));
  return {
    name: key,
    httpOnly: true,
    expand: asWritten,
    compile: (value) => (name === undefined ? undefined : textTest(read, headerPattern(value))),
  };
}

function claimPathField(key: string): Field {
  const brackets = /^request\.auth\.claims((?:\[[^[\]]+\])+)$/.exec(key)?.[1];
  const path = brackets?.slice(1, -1).split('][');
  return {
    name: key,
    httpOnly: true,
    expand: asWritten,
    compile: (value) => (path === undefined ? undefined : claimsTest(claimPattern(path, value))),
  };
}

function identityField(
  name: string,
  make: (value: string, context: CompileContext) => IdentityTest,
  expand: (values: readonly string[], trustDomains: readonly string[]) => readonly string[] = (values) => values,
): Field {
  return {
    name,
    httpOnly: false,
    expand: (values, { trustDomains }) => expand(values, trustDomains),
    compile: (value, context) => {
      const test = make(value, context);
      return ({ identity }) => (identity === undefined ? MAYBE : identity === null ? NO : test(identity));
    },
  };
}

function ipField(name: string, read: (facts: Facts) => IpAddress | undefined): Field {
  return {
    name,
    httpOnly: false,
    expand: asWritten,
    compile: (value) => {
      const test = ipRange(value);
      if (test === undefined) return undefined;
      return (facts) => {
        const address = read(facts);
        return address === undefined ? MAYBE : truth(test(address));
      };
    },
  };
}

function portField(name: string): Field {
  return {
    name,
    httpOnly: false,
    expand: asWritten,
    compile: (value) => {
      const port = Number(value);
      return /^\d{1,9}$/.test(value) && port <= 65535 ? (facts) => truth(facts.port === port) : undefined;
    },
  };
}

function httpField(
  name: string,
  read: (facts: Facts) => string | undefined,
  make: (value: string) => StringTest,
  matchesAll: (value: string) => boolean,
): Field {
  return {
    name,
    httpOnly: true,
    expand: asWritten,
    compile: (value) => {
      const test = make(value);
      const unstated = matchesAll(value) ? YES : MAYBE;
      return (facts) => {
        const text = read(facts);
        return text === undefined ? unstated : truth(test(text));
      };
    },
  };
}

function claimsField(name: string, make: (value: string) => ClaimsTest): Field {
  return { name, httpOnly: true, expand: asWritten, compile: (value) => claimsTest(make(value)) };
}

function claimsTest(test: ClaimsTest): ValueTest {
  return ({ claims }) => (claims === undefined ? MAYBE : truth(claims !== null && test(claims)));
}

function textTest(read: (facts: Facts) => string | null | undefined, test: StringTest): ValueTest {
  return (facts) => {
    const text = read(facts);
    return text === undefined ? MAYBE : truth(text !== null && test(text));
  };
}

function asWritten(values: readonly string[]): readonly string[] {
  return values;
}
