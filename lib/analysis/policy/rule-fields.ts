import type { Target } from '../../upstream/releases/target';
import { claimPattern, requestPrincipalPattern } from './claim-pattern';
import {
  always,
  asWritten,
  claimPathField,
  claimsField,
  type Field,
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
    converts: always,
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
    return { name: key, httpOnly: false, expand: asWritten, converts: always, compile: () => () => MAYBE };
  }
  return undefined;
}
