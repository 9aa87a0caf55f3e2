import { listAt, textAt } from '../../../../base/json';
import { TrustDomain } from '../../../../upstream/spiffe/trust-domain';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';
import { tbotConfig } from '../teleport-examples';
import { istiodEnvironment } from './istiod-environment';

/** istio/istio pkg/spiffe/spiffe.go. */
const DEFAULT_TRUST_DOMAIN = 'cluster.local';

const skipping = (setting: string) =>
  `meshConfig:\n  trustDomain: example.teleport.sh\npilot:\n  env:\n    PILOT_SKIP_VALIDATE_TRUST_DOMAIN: "${setting}"\n`;

/** The Teleport cluster's name as far as the manifests tell: from join tokens' audience, or a Cloud tenant's address. */
function clusterNames({ tbotConfigs, tbotWorkloads }: CheckContext): readonly string[] {
  const audiences = tbotWorkloads
    .flatMap(({ workload }) => workload.volumes)
    .flatMap(({ body }) => listAt(body, 'projected', 'sources'))
    .flatMap((source) => textAt(source, 'serviceAccountToken', 'audience') ?? []);
  const tenants = tbotConfigs.flatMap(
    ({ body }) => /^([a-z0-9.-]+\.teleport\.sh):\d+$/.exec(textAt(body, 'proxy_server') ?? '')?.[1] ?? [],
  );
  return [...new Set(audiences.length > 0 ? audiences : tenants)];
}

function isTrustDomain(text: string): boolean {
  try {
    TrustDomain.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The trust domain of Istio and that of Teleport. */
export const TRUST_DOMAIN_RULES = [
  defineRule({
    id: 'trust-domain',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'error',
    title: 'A trust domain that cannot be one',
    found: 'trustDomain is "{text}"',
    why: 'No certificate carries such a name, so every handshake fails.',
    fix: 'write the Teleport cluster name: no scheme, no port, no capitals',
    source: 'spiffe/spiffe standards/SPIFFE-ID.md, 2.1',
    wrong: 'meshConfig:\n  trustDomain: spiffe://example.teleport.sh\n',
    right: 'meshConfig:\n  trustDomain: example.teleport.sh\n',
    check({ meshConfigs }, report) {
      for (const { manifest, pointer, trustDomain } of meshConfigs) {
        if (trustDomain !== undefined && !isTrustDomain(trustDomain)) {
          report(manifest, `${pointer}/trustDomain`, { text: trustDomain });
        }
      }
    },
  }),
  defineRule({
    id: 'trust-domain-mismatch',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'error',
    title: 'Istio and Teleport name different trust domains',
    found: "the mesh's trust domain is {mesh}, Teleport's {teleport}",
    why: 'Clients refuse every server and servers every client: the names in the certificates are not those expected.',
    fix: 'set meshConfig.trustDomain to {teleport}',
    source: 'istio/istio pkg/spiffe/spiffe.go, pilot/pkg/networking/plugin/authn/util.go',
    wrong: stream(withTemplate(OVERLAY, 'trustDomain: cluster.local'), tbotConfig()),
    right: stream(withTemplate(OVERLAY), tbotConfig()),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      const names = clusterNames(context);
      if (names.length === 0) return;
      for (const { manifest, pointer, trustDomain = DEFAULT_TRUST_DOMAIN, trustDomainAliases } of context.meshConfigs) {
        if ([trustDomain, ...trustDomainAliases].some((domain) => names.includes(domain))) continue;
        report(manifest, `${pointer}/trustDomain`, { mesh: trustDomain, teleport: names.join(', ') });
      }
    },
  }),
  defineRule({
    id: 'skip-validate-trust-domain',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'warning',
    title: 'Servers that do not look at the trust domain',
    found: 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN is {setting}',
    why: 'Servers accept any trust domain their root signs; clients go on comparing names, so it does not cure a wrong SPIFFE ID.',
    fix: 'remove it; for a second trust domain use meshConfig.trustDomainAliases',
    source: 'istio/istio pilot/pkg/networking/plugin/authn/util.go',
    wrong: skipping('true'),
    right: skipping('false'),
    check(context, report) {
      for (const { manifest, name, setting, pointer } of istiodEnvironment(context)) {
        if (name === 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN' && setting === 'true') report(manifest, pointer, { setting });
      }
    },
  }),
];
