import {
  conditionField,
  FIELDS_IN_PART,
  isHttpOnly,
  type PolicyFieldName,
  policyFieldFacts,
} from '../../upstream/istio/policy-fields';
import type { ReleaseFact } from '../../upstream/releases/release-facts';
import type { Target } from '../../upstream/releases/target';
import { claimPattern, requestPrincipalPattern } from './claim-pattern';
import {
  always,
  asWritten,
  claimPathField,
  claimsField,
  type Field,
  type FieldMeaning,
  headerField,
  httpField,
  identityField,
  ipField,
  portField,
  textTest,
} from './field';
import { namespacePattern, principalPattern, serviceAccountPattern, trustDomainPattern } from './identity-pattern';
import { matchesEveryPath, pathPattern } from './path-pattern';
import { expandPrincipals, expandTrustDomains } from './principal-expansion';
import { headerPattern, hostPattern, stringPattern } from './string-pattern';
import { MAYBE } from './truth';

/** What the evaluator makes of an entry of the table of fields. */
type Meaning = FieldMeaning | ((key: string) => FieldMeaning);

/** Metadata that other filters set: nothing in the manifests tells what it will be. */
function metadataField(key: string): FieldMeaning {
  return { expand: asWritten, converts: () => key.includes('['), compile: () => () => MAYBE };
}

/** How the evaluator tests every entry of the table of fields; a key with a name in brackets makes a field of its own. */
const MEANINGS: Readonly<Record<PolicyFieldName, Meaning>> = {
  principals: identityField((value, { target }) => principalPattern(value, target), expandPrincipals),
  namespaces: identityField((value, { target }) => namespacePattern(value, target)),
  serviceAccounts: identityField((value, { namespace, target }) => serviceAccountPattern(value, namespace, target)),
  trustDomains: identityField(trustDomainPattern, expandTrustDomains),
  requestPrincipals: claimsField(requestPrincipalPattern),
  ipBlocks: ipField((facts) => facts.sourceIp),
  remoteIpBlocks: ipField((facts) => facts.remoteIp),
  ports: portField(),
  // Every HTTP request has a method, an authority and a path, so a value that any of them fits needs no request to be stated.
  methods: httpField(
    (facts) => facts.method,
    headerPattern,
    (value) => value === '*',
  ),
  hosts: httpField(
    (facts) => facts.host,
    hostPattern,
    (value) => value === '*',
  ),
  paths: httpField((facts) => facts.path, pathPattern, matchesEveryPath),
  destinationIp: ipField((facts) => facts.destinationIp),
  sni: {
    expand: asWritten,
    converts: always,
    compile: (value) => textTest((facts) => facts.sni, stringPattern(value)),
  },
  audiences: claimsField((value) => claimPattern(['aud'], value)),
  presenter: claimsField((value) => claimPattern(['azp'], value)),
  headers: headerField,
  claims: claimPathField,
  filterMetadata: metadataField,
};

/** The test of an entry of the table as a rule writes it, and whether only HTTP filter chains know it. */
function fieldOf(entry: PolicyFieldName, written: string): Field {
  const meaning = MEANINGS[entry];
  const own = typeof meaning === 'function' ? meaning(written) : meaning;
  return { ...own, name: written, httpOnly: isHttpOnly(policyFieldFacts(entry).subject) };
}

/** A field as it is named in a policy, including its "not" form. */
export interface NamedField {
  readonly name: string;
  readonly definition: Field;
  readonly negated: boolean;
  /** Its position in explanations, whatever its position in the policy. */
  readonly rank: number;
  /** The releases that have it; all if it is undefined. In others, the API server prunes it. */
  readonly since: ReleaseFact | undefined;
}

/** The fields of a source or an operation, by the names a policy gives them. */
export function fieldsIn(part: 'source' | 'operation'): ReadonlyMap<string, NamedField> {
  return new Map(
    [...FIELDS_IN_PART[part]].map(([name, entry], rank) => {
      const { since } = policyFieldFacts(entry);
      return [name, { name, definition: fieldOf(entry, entry), negated: name !== entry, rank, since }];
    }),
  );
}

/** The field of a `when` key; undefined for a key that Istio does not know, whose rule it drops. */
export function whenField(key: string, target: Target): Field | undefined {
  const entry = conditionField(key);
  if (entry === undefined) return undefined;
  const { since } = policyFieldFacts(entry);
  return since === undefined || target.has(since) ? fieldOf(entry, key) : undefined;
}
