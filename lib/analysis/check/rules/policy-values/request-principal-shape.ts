import { listAt, textAt } from '../../../../base/json';
import { ISTIO_SECURITY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const from = (principal: string) => policy(`  rules:\n    - from: [{source: {requestPrincipals: ["${principal}"]}}]`);

/** An issuer that is a URL of nothing but a host. */
const BARE_URL = /^https?:\/\/[^/]+$/i;

/** A principal of a token that is only half of one. */
export const REQUEST_PRINCIPAL_SHAPE_RULE = defineRule({
  id: 'request-principal-shape',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Request principal is not an issuer and a subject',
  found: 'request principal "{principal}" {problem}',
  why: "A token's principal is its issuer, a slash and its subject, and is compared as a whole: an issuer alone never matches.",
  fix: 'write <issuer>/* for every subject of an issuer; workloads are named by principals',
  source: 'istio/istio pilot/pkg/security/authz/model/generator.go (requestPrincipalGenerator)',
  wrong: from('https://id.example'),
  right: from('https://id.example/*'),
  check({ manifests, policyFields }, report) {
    const fields = policyFields.about('requestPrincipals');
    if (fields.length === 0) return;
    const issuers = new Set(
      manifests
        .ofKind('RequestAuthentication', ISTIO_SECURITY)
        .flatMap(({ body }) => listAt(body, 'spec', 'jwtRules').map((rule) => textAt(rule, 'issuer'))),
    );
    for (const one of fields) {
      one.values.forEach((principal, index) => {
        if (principal === '' || principal.includes('*')) return;
        const isIssuer = issuers.has(principal) || BARE_URL.test(principal) || !principal.includes('/');
        const isWorkload = /^[^/:]+\/ns\/[^/]+\/sa\/[^/]+$/.test(principal);
        const problem = isIssuer ? 'has no subject' : isWorkload ? 'is the identity of a workload' : undefined;
        if (problem !== undefined) report(one.manifest, `${one.pointer}/${index}`, { principal, problem });
      });
    }
  },
});
