import { POLICY_FIELDS } from '../../upstream/istio/policy-fields';
import { type IpAddress, ipRange } from '../../upstream/network/ip-address';
import { isPortText } from '../../upstream/network/port-number';
import type { Target } from '../../upstream/releases/target';
import { type ClaimsTest, claimPattern } from './claim-pattern';
import type { Facts } from './facts';
import type { IdentityTest } from './identity-pattern';
import { headerPattern, type StringTest } from './string-pattern';
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

/** What the values of a field mean, under whatever name a rule has it. */
export interface FieldMeaning {
  /** Values as Istio hands them to Envoy. */
  expand(values: readonly string[], context: CompileContext): readonly string[];
  /** Whether Istio can tell Envoy about the value; a port that is not a number it leaves out. */
  converts(value: string): boolean;
  /** The test for a value that converts. */
  compile(value: string, context: CompileContext): ValueTest;
}

/** One thing a rule looks at. */
export interface Field extends FieldMeaning {
  /** Name in a source or operation, such as `principals`; or the `when` key itself. */
  readonly name: string;
  /** Whether only an HTTP filter chain knows it, so that Istio cannot express it for a TCP port. */
  readonly httpOnly: boolean;
}

/**
 * Headers that are parts of the request themselves. Envoy keeps `Host` as `:authority`, and `:path` has the query
 * (envoyproxy/envoy source/common/http/header_map_impl.cc).
 */
const PSEUDO_HEADERS: ReadonlyMap<string, (facts: Facts) => string | undefined> = new Map([
  [':method', (facts: Facts) => facts.method],
  [':path', (facts: Facts) => (facts.path === undefined ? undefined : `${facts.path}${facts.query ?? ''}`)],
  [':authority', (facts: Facts) => facts.host],
  ['host', (facts: Facts) => facts.host],
  [':scheme', () => undefined],
]);

/** A field about one request header, by its `when` key; a key without a name converts nothing. */
export function headerField(key: string): FieldMeaning {
  const name = nameInBrackets(key.slice(POLICY_FIELDS.headers.key.length))?.toLowerCase() ?? '';
  const converts = nameInBrackets(key.slice(POLICY_FIELDS.headers.key.length)) !== undefined;
  const pseudo = PSEUDO_HEADERS.get(name);
  // Without regard to case only where a policy says "hosts": as a header the authority is compared as it is.
  if (pseudo) return { ...httpField(pseudo, headerPattern, (value) => value === '*'), converts: () => converts };
  const read = (facts: Facts) => (facts.headers === undefined ? undefined : (facts.headers.get(name) ?? null));
  return {
    expand: asWritten,
    converts: () => converts,
    compile: (value) => textTest(read, headerPattern(value)),
  };
}

/** A field about one claim, by its `when` key with the path to it in brackets. */
export function claimPathField(key: string): FieldMeaning {
  const path = namesInBrackets(key.slice(POLICY_FIELDS.claims.key.length));
  return {
    expand: asWritten,
    converts: () => path !== undefined,
    compile: (value) => claimsTest(claimPattern(path ?? [], value)),
  };
}

/**
 * The names of a key such as `[a][b]`. One with a bracket inside is a single name: `[a[b]` asks for the claim `a[b`
 * (istio/istio pilot/pkg/security/authz/model/util.go).
 */
function namesInBrackets(text: string): readonly string[] | undefined {
  if (/^(?:\[[^[\]]*\])*$/.test(text)) return text === '' ? [] : text.slice(1, -1).split('][');
  const name = nameInBrackets(text);
  return name === undefined ? undefined : [name];
}

function nameInBrackets(text: string): string | undefined {
  return /^\[(.*)\]$/s.exec(text)?.[1];
}

/** A field about the URI SAN of the caller's certificate: known on every filter chain, absent without mutual TLS. */
export function identityField(
  make: (value: string, context: CompileContext) => IdentityTest,
  expand: (values: readonly string[], trustDomains: readonly string[]) => readonly string[] = (values) => values,
): FieldMeaning {
  return {
    expand: (values, { trustDomains }) => expand(values, trustDomains),
    converts: always,
    compile: (value, context) => {
      const test = make(value, context);
      return ({ identity }) => (identity === undefined ? MAYBE : identity === null ? NO : test(identity));
    },
  };
}

/** A field about an address. */
export function ipField(read: (facts: Facts) => IpAddress | undefined): FieldMeaning {
  return {
    expand: asWritten,
    converts: (value) => ipRange(value) !== undefined,
    compile: (value) => {
      const test = ipRange(value) ?? never;
      return (facts) => {
        const address = read(facts);
        return address === undefined ? MAYBE : truth(test(address));
      };
    },
  };
}

/** A field about the port the pod listens on. */
export function portField(): FieldMeaning {
  return {
    expand: asWritten,
    converts: isPortText,
    compile: (value) => {
      const port = Number(value);
      return (facts) => truth(facts.port === port);
    },
  };
}

/**
 * A field about a part that every HTTP request has.
 *
 * @param matchesAll whether a value fits any request, so that the part need not be stated
 */
export function httpField(
  read: (facts: Facts) => string | undefined,
  make: (value: string) => StringTest,
  matchesAll: (value: string) => boolean,
): FieldMeaning {
  return {
    expand: asWritten,
    converts: always,
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

/** A field about the verified token as a whole. */
export function claimsField(make: (value: string) => ClaimsTest): FieldMeaning {
  return { expand: asWritten, converts: always, compile: (value) => claimsTest(make(value)) };
}

function claimsTest(test: ClaimsTest): ValueTest {
  return ({ claims }) => (claims === undefined ? MAYBE : truth(claims !== null && test(claims)));
}

/** A test of a text that may be absent (null) or not stated (undefined). */
export function textTest(read: (facts: Facts) => string | null | undefined, test: StringTest): ValueTest {
  return (facts) => {
    const text = read(facts);
    return text === undefined ? MAYBE : truth(text !== null && test(text));
  };
}

/** Values that reach Envoy as they are written. */
export function asWritten(values: readonly string[]): readonly string[] {
  return values;
}

/** Fields of which every value converts. */
export function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
