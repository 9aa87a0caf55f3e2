import { listAt, scalarTextsAt, textAt } from '../../../../base/json';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { tbotConfig } from '../teleport-examples';

const mesh = (trustDomain: string) =>
  `meshConfig:\n  trustDomain: example.teleport.sh\n  caCertificates:\n    - spiffeBundleUrl: https://bundle.partner.example\n      trustDomains: [${trustDomain}]\n`;

/** Whether a tbot serves the Workload API to proxies. */
function servesProxies({ tbotConfigs }: CheckContext): boolean {
  return tbotConfigs.some(({ body }) =>
    listAt(body, 'services').some((service) => textAt(service, 'type') === 'workload-identity-api'),
  );
}

/** Roots of another trust domain that no proxy behind Teleport's socket gets. */
export const FOREIGN_ROOTS_NOT_DELIVERED_RULE = defineRule({
  id: 'foreign-roots-not-delivered',
  subject: 'Trust domains',
  since: '0.1.0',
  severity: 'warning',
  title: 'caCertificates do not reach proxies behind a Workload API socket',
  found: 'caCertificates contain the roots of {trustDomain}, but proxies get theirs from Teleport',
  why: 'Envoy requests the roots of its own trust domain from the Workload API, and tbot returns no others. Servers accept the trust domain but not the certificate, so every connection from there fails.',
  fix: 'admit these callers at a gateway whose server has tls.mode MUTUAL and their roots in caCertCredentialName',
  source: 'istio/istio#50783; gravitational/teleport lib/tbot/internal/sds/handler.go',
  wrong: stream(mesh('partner.example'), tbotConfig()),
  right: stream(mesh('example.teleport.sh'), tbotConfig()),
  check(context, report) {
    const { installations, trustDomains } = context;
    if (trustDomains.length === 0 || !servesProxies(context)) return;
    for (const installation of installations) {
      for (const { manifest, pointer, value } of installation.settings('caCertificates')) {
        if (!Array.isArray(value)) continue;
        value.forEach((authority, index) => {
          for (const trustDomain of scalarTextsAt(authority, 'trustDomains'))
            if (!trustDomains.includes(trustDomain)) report(manifest, `${pointer}/${index}`, { trustDomain });
        });
      }
    }
  },
});
