import { isVariable } from '../../../../base/is-variable';
import { textAt } from '../../../../base/json';
import { DEFAULT_TRUST_DOMAIN } from '../../../../upstream/istio/mesh-config';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const from = (principal: string) => policy(`  rules:\n    - from: [{source: {principals: ["${principal}"]}}]`);

/** The user name of a ServiceAccount in Kubernetes, which RBAC takes and certificates do not have. */
const KUBERNETES_USER = /^system:serviceaccount:/;

/** The identity that Istio's proxies have, behind the trust domain (istio/istio pkg/spiffe/spiffe.go). */
const IDENTITY = /^[^/]+\/ns\/[^/]+\/sa\/[^/]+$/;

/** A principal that is not an identity. */
export const PRINCIPAL_SHAPE_RULE = defineRule({
  id: 'principal-shape',
  subject: 'Principals',
  since: '0.1.0',
  severity: 'warning',
  title: 'Principal is not an identity of the mesh',
  found: 'principal "{principal}" {problem}',
  why: "It is compared with the caller's whole identity, <trust domain>/ns/<namespace>/sa/<service account>, so it never matches.",
  fix: 'write the whole identity, or use serviceAccounts, which accepts <namespace>/<service account>',
  source: 'istio/istio pkg/spiffe/spiffe.go, pilot/pkg/security/authz/model/generator.go (srcPrincipalGenerator)',
  wrong: from('front-end'),
  right: from('example.teleport.sh/ns/shop/sa/front-end'),
  check({ policyFields, teleport, trustDomains }, report) {
    const fields = policyFields.about('principals');
    if (fields.length === 0) return;
    // With identities of another shape a path of another shape may be right.
    const isIstioShape = teleport.identities.every(({ spec }) => textAt(spec, 'spiffe', 'id')?.startsWith('/ns/'));
    const [own = DEFAULT_TRUST_DOMAIN] = trustDomains;
    for (const one of fields) {
      one.values.forEach((principal, index) => {
        if (principal.includes('*') || isVariable(principal) || principal.trim() === '') return;
        const problem = KUBERNETES_USER.test(principal)
          ? 'is the name of a user in Kubernetes'
          : !principal.includes('/')
            ? 'has no path'
            : isIstioShape && principal.startsWith(`${own}/`) && !IDENTITY.test(principal)
              ? 'has another path than identities of the mesh'
              : undefined;
        // Of cluster.local with other parts "principal-not-expanded" says that it is not even replaced.
        if (problem !== undefined) report(one.manifest, `${one.pointer}/${index}`, { principal, problem });
      });
    }
  },
});
