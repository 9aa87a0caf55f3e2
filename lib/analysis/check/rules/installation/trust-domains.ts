import { isVariable } from '../../../../base/is-variable';
import { textAt } from '../../../../base/json';
import type { Installation, ManifestPointer } from '../../../../model/installation/installation';
import { ANY_TRUST_DOMAIN_VARIABLE } from '../../../../upstream/istio/istiod-environment';
import { DEFAULT_TRUST_DOMAIN } from '../../../../upstream/istio/mesh-config';
import { TrustDomain } from '../../../../upstream/spiffe/trust-domain';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';
import { tbotConfig } from '../teleport-examples';

const skipping = (setting: string) =>
  `meshConfig:\n  trustDomain: example.teleport.sh\npilot:\n  env:\n    PILOT_SKIP_VALIDATE_TRUST_DOMAIN: "${setting}"\n`;

/** What a mesh takes for its trust domain, and where that is said or is missing. */
interface StatedTrustDomain extends ManifestPointer {
  readonly name: string;
}

/** The trust domains of an installation: each that a layer sets, or Istio's default where surely nothing sets any. */
function statedTrustDomains(installation: Installation): readonly StatedTrustDomain[] {
  const stated = installation
    .settings('trustDomain')
    .flatMap(({ manifest, pointer, value }) => (typeof value === 'string' ? [{ manifest, pointer, name: value }] : []));
  if (stated.length > 0) return stated.filter(({ name }) => !isVariable(name));
  if (installation.incomplete !== undefined) return [];
  return [{ ...installation.pointerTo('trustDomain'), name: DEFAULT_TRUST_DOMAIN }];
}

/** What Teleport's trust domain is called in a sentence; undefined if no Teleport is among the manifests. */
function teleportTrustDomain({ teleportNames, tbotConfigs, tbotWorkloads }: CheckContext): string | undefined {
  if (teleportNames.length > 0) return teleportNames.join(', ');
  const [config] = tbotConfigs;
  if (config === undefined && tbotWorkloads.length === 0) return undefined;
  const address = textAt(config?.body, 'proxy_server') ?? textAt(config?.body, 'auth_server');
  return `the name of the Teleport cluster${address === undefined ? '' : ` at ${address}`}`;
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
    title: 'Invalid trust domain',
    found: 'trustDomain is "{text}"',
    why: 'No certificate can have such a name, so every handshake fails.',
    fix: 'write the Teleport cluster name: no scheme, no port, no upper-case letters',
    source: 'spiffe/spiffe standards/SPIFFE-ID.md, 2.1',
    wrong: 'meshConfig:\n  trustDomain: spiffe://example.teleport.sh\n',
    right: 'meshConfig:\n  trustDomain: example.teleport.sh\n',
    check({ installations }, report) {
      for (const { manifest, pointer, name } of installations.flatMap(statedTrustDomains)) {
        if (!isTrustDomain(name)) report(manifest, pointer, { text: name });
      }
    },
  }),
  defineRule({
    id: 'trust-domain-mismatch',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Different trust domains for Istio and Teleport',
    found: "the mesh's trust domain is {mesh}, Teleport's {teleport}",
    why: 'Clients refuse every server, and servers every client: the certificates do not have the expected names.',
    fix: 'set meshConfig.trustDomain to {teleport}',
    source: 'istio/istio pkg/spiffe/spiffe.go, pilot/pkg/networking/plugin/authn/util.go',
    wrong: stream(withTemplate(OVERLAY, 'trustDomain: cluster.local'), tbotConfig()),
    right: stream(withTemplate(OVERLAY), tbotConfig()),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      const teleport = teleportTrustDomain(context);
      if (teleport === undefined) return;
      const { teleportNames } = context;
      for (const installation of context.installations) {
        const aliases = installation.trustDomainAliases;
        if (aliases.some((alias) => teleportNames.includes(alias) || isVariable(alias))) continue;
        for (const { manifest, pointer, name } of statedTrustDomains(installation)) {
          // Where nobody says what the cluster is called, only the default is surely another name.
          const isOther = teleportNames.length > 0 ? !teleportNames.includes(name) : name === DEFAULT_TRUST_DOMAIN;
          if (isOther) report(manifest, pointer, { mesh: name, teleport });
        }
      }
    },
  }),
  defineRule({
    id: 'skip-validate-trust-domain',
    subject: 'Trust domains',
    since: '0.1.0',
    severity: 'warning',
    title: 'Trust domain of callers is not verified',
    found: 'PILOT_SKIP_VALIDATE_TRUST_DOMAIN is {setting}',
    why: 'Servers accept any trust domain that their root signs; clients still compare names, so it does not help with a wrong SPIFFE ID.',
    fix: 'remove it; for a second trust domain use meshConfig.trustDomainAliases',
    source: 'istio/istio pilot/pkg/networking/plugin/authn/util.go',
    wrong: skipping('true'),
    right: skipping('false'),
    check({ installations }, report) {
      for (const installation of installations) {
        const variable = installation.variable(ANY_TRUST_DOMAIN_VARIABLE);
        if (variable?.setting === 'true') report(variable.manifest, variable.pointer, { setting: variable.setting });
      }
    },
  }),
];
