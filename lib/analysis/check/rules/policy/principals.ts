import type { Manifest } from '../../../../model/documents/manifest';
import { PRINCIPAL_OF_MESH } from '../../../../upstream/istio/mesh-config';
import { identityUri } from '../../../../upstream/spiffe/identity-uri';
import { expandPrincipals } from '../../../policy/principal-expansion';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { policy, stream } from '../examples';
import { mayAskClients } from './identity-at-gateway';

const MESH = 'meshConfig:\n  trustDomain: example.teleport.sh\n';
const from = (principal: string) => policy(`  rules:\n    - from: [{source: {principals: ["${principal}"]}}]`);
const FRONT_END = 'example.teleport.sh/ns/shop/sa/front-end';

/** The scheme, which Istio puts in front itself. */
const HAS_SCHEME = /^spiffe:/i;

/** Looks at every value that is compared with the peer's identity. */
function forEachPrincipal(
  { policyFields }: CheckContext,
  look: (principal: string, manifest: Manifest, pointer: () => string) => void,
): void {
  for (const field of policyFields.about('principals')) {
    field.values.forEach((principal, index) => {
      look(principal, field.manifest, () => `${field.pointer}/${index}`);
    });
  }
}

/** Principals that no certificate has. */
export const PRINCIPAL_RULES = [
  defineRule({
    id: 'principal-has-scheme',
    subject: 'Principals',
    since: '0.1.0',
    aliases: ['principal-prefix'],
    severity: 'error',
    title: 'Principal starts with spiffe://',
    found: 'principal "{principal}" begins with spiffe://',
    why: 'Istio adds the scheme itself, so it never matches: an ALLOW allows no caller, and a DENY denies none.',
    fix: 'remove "spiffe://"',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: from(identityUri(FRONT_END)),
    right: from(FRONT_END),
    check(context, report) {
      forEachPrincipal(context, (principal, manifest, pointer) => {
        if (HAS_SCHEME.test(principal)) report(manifest, pointer(), { principal });
      });
    },
  }),
  defineRule({
    id: 'principal-foreign-trust-domain',
    subject: 'Principals',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Principal from another trust domain',
    found: '"{principal}" is not of the mesh\'s trust domain {trustDomain}',
    why: 'No certificate of the mesh has it, so it never matches.',
    fix: 'write {trustDomain}/ns/<namespace>/sa/<service account>; admit callers of another trust domain at a gateway that requests client certificates (exposeThrough with the clients of a TrustBundle)',
    source: 'istio/istio pilot/pkg/security/trustdomain/bundle.go',
    wrong: stream(MESH, from('example.teleport.com/ns/shop/sa/front-end')),
    right: stream(MESH, from(FRONT_END)),
    check(context, report) {
      const { acceptedTrustDomains, trustDomains } = context;
      const [trustDomain] = trustDomains;
      if (trustDomain === undefined || acceptedTrustDomains === undefined) return;
      forEachPrincipal(context, (principal, manifest, pointer) => {
        const [domain = ''] = principal.split('/', 1);
        // An alias may have an asterisk, and then stands for what it covers.
        const isExpanded = () =>
          expandPrincipals([principal], [...acceptedTrustDomains]).some((one) => one !== principal);
        const isOwn =
          domain === PRINCIPAL_OF_MESH || domain.includes('*') || acceptedTrustDomains.has(domain) || isExpanded();
        if (isOwn || HAS_SCHEME.test(principal) || mayAskClients(context, manifest)) return;
        report(manifest, pointer(), { principal, trustDomain });
      });
    },
  }),
  defineRule({
    id: 'principal-not-expanded',
    subject: 'Principals',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'cluster.local in a principal is not replaced by the trust domain',
    found: '"{principal}" does not have the five parts cluster.local/ns/<namespace>/sa/<service account>',
    why: "Istio substitutes the mesh's trust domain only if there are exactly five parts; this one never matches.",
    fix: 'write cluster.local/ns/<namespace>/sa/*, or the real trust domain',
    source: 'istio/istio pilot/pkg/security/trustdomain/bundle.go',
    wrong: stream(MESH, from('cluster.local/ns/shop/*')),
    right: stream(MESH, from('cluster.local/ns/shop/sa/*')),
    check(context, report) {
      if (context.trustDomains.length === 0 || context.trustDomains.includes(PRINCIPAL_OF_MESH)) return;
      forEachPrincipal(context, (principal, manifest, pointer) => {
        const parts = principal.split('/');
        if (parts[0] === PRINCIPAL_OF_MESH && parts.length !== 5) report(manifest, pointer(), { principal });
      });
    },
  }),
];
