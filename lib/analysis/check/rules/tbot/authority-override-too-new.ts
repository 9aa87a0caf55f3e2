import { textAt } from '../../../../base/json';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';

const override = (subKind: string) =>
  `kind: cert_authority_override\nsub_kind: ${subKind}\nversion: v1\nmetadata: {name: example.teleport.sh}\nspec: {certificate_overrides: []}\n`;

/** An override of the SPIFFE authority that Teleport does not know yet. */
export const AUTHORITY_OVERRIDE_TOO_NEW_RULE = defineRule({
  id: 'authority-override-too-new',
  subject: 'The Workload API of tbot',
  since: '0.1.0',
  severity: 'error',
  title: 'SPIFFE authority override that Teleport does not support yet',
  found: `sub_kind spiffe-tls needs Teleport ${RELEASE_FACTS.hasAuthorityOverrides}, this is {teleport}`,
  why: 'tctl refuses the resource, and certificates keep their current issuer.',
  fix: 'use workload_identity_x509_issuer_override, or upgrade every Auth Service',
  source:
    'gravitational/teleport docs/pages/reference/infrastructure-as-code/teleport-resources/cert-authority-override',
  exampleTarget: { teleport: EXAMPLE_RELEASES.teleport18 },
  wrong: override('spiffe-tls'),
  right: override('user'),
  check({ manifests, target }, report) {
    if (target.has('hasAuthorityOverrides')) return;
    for (const manifest of manifests.ofKind('cert_authority_override')) {
      if (textAt(manifest.body, 'sub_kind') === 'spiffe-tls') {
        report(manifest, '/sub_kind', { teleport: `${target.teleport}` });
      }
    }
  },
});
