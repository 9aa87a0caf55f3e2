import { textAt } from '../../../../base/json';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';
import { ISTIO_PATH, workloadIdentity } from '../teleport-examples';

const IDENTITY = workloadIdentity(ISTIO_PATH);

/** An identity of a scope, in a mesh. */
export const SCOPED_IDENTITY_RULE = defineRule({
  id: 'scoped-identity',
  subject: 'SPIFFE IDs',
  since: '0.1.0',
  severity: 'error',
  title: 'Istio cannot use a scoped workload identity',
  found: 'the identity has the scope {scope}',
  why: 'Teleport prefixes every SPIFFE ID of a scope with the scope and /_/, so it can never be /ns/<namespace>/sa/<service account>, which is what Istio expects.',
  fix: 'remove "scope" from the identities that proxies get',
  source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/workload-identity',
  wrong: stream(withTemplate(OVERLAY), `scope: /prod\n${IDENTITY}`),
  right: stream(withTemplate(OVERLAY), IDENTITY),
  check(context, report) {
    if (!context.usesWorkloadApi) return;
    for (const { manifest } of context.teleport.identities) {
      const scope = textAt(manifest.body, 'scope') ?? '';
      if (scope !== '' && scope !== '/') report(manifest, '/scope', { scope });
    }
  },
});
