import { field, listAt, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RENAMED_SERVICE_TYPES } from '../../../../upstream/teleport/tbot-services';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { TBOT_HEAD, tbotConfig } from '../teleport-examples';

/** What Teleport 19 does not take any more. */
export const TELEPORT_19_REMOVED_RULE = defineRule({
  id: 'teleport-19-removed',
  subject: 'tbot configuration',
  since: '0.1.0',
  severity: 'error',
  title: 'Setting that Teleport 19 rejects',
  found: '{what}, which Teleport {release} refuses',
  why: 'tbot does not start with such a configuration, and tctl refuses such a resource.',
  fix: '{instead}',
  source: 'gravitational/teleport#69181, gravitational/teleport#56278, docs/pages/upcoming-releases.mdx',
  exampleTarget: { teleport: EXAMPLE_RELEASES.teleport19 },
  wrong: tbotConfig({ head: 'version: v2\nauth_server: teleport.example.com:443\n' }),
  right: tbotConfig({ head: TBOT_HEAD }),
  check(context, report) {
    for (const { manifest, pointer, what, instead } of [
      ...removedFromConfig(context),
      ...removedFromResources(context),
    ]) {
      report(manifest, pointer, { what, instead, release: `${context.target.teleport}` });
    }
  },
});

interface Removed {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly what: string;
  readonly instead: string;
}

/** Ports and names that only a Proxy Service has: 443 and 3080 by default, and Teleport Cloud. */
const PROXY = /(?::443|:3080|\.teleport\.sh(?::\d+)?)$/;

function removedFromConfig({ tbotConfigs, target }: CheckContext): readonly Removed[] {
  return tbotConfigs.flatMap(({ manifest, body, services }) => {
    const found: Removed[] = [];
    const auth = textAt(body, 'auth_server') ?? '';
    if (target.has('refusesProxyAsAuthServer') && PROXY.test(auth)) {
      const what = `auth_server is the address of a proxy, ${auth}`;
      found.push({ manifest, pointer: '/auth_server', what, instead: 'write it as proxy_server' });
    }
    for (const { type, body: service, pointer } of services) {
      const replacement = RENAMED_SERVICE_TYPES.get(type);
      if (target.has('lacksOldSpiffeServices') && replacement !== undefined) {
        const what = `the service ${type} is used`;
        found.push({ manifest, pointer: `${pointer}/type`, what, instead: `use ${replacement}` });
      }
      if (target.has('refusesServiceRoles') && listAt(service, 'roles').length > 0) {
        const what = 'a service has "roles"';
        found.push({ manifest, pointer: `${pointer}/roles`, what, instead: 'use a bot that has just these roles' });
      }
    }
    return found;
  });
}

function removedFromResources({ teleport, target }: CheckContext): readonly Removed[] {
  const roles = target.has('lacksOldSpiffeServices')
    ? teleport.roles.filter(({ spec }) => field(spec, 'allow', 'spiffe') !== undefined)
    : [];
  const overrides = target.has('hasAuthorityOverrides')
    ? teleport.issuerOverrides.filter(({ manifest }) => manifest.kind === 'workload_identity_x509_issuer_override')
    : [];
  return [
    ...roles.map(({ manifest }) => ({
      manifest,
      pointer: '/spec/allow/spiffe',
      what: 'a role has allow.spiffe',
      instead: 'use workload_identity_labels',
    })),
    ...overrides.map(({ manifest }) => ({
      manifest,
      pointer: '/kind',
      what: 'workload_identity_x509_issuer_override is created or updated',
      instead: 'use cert_authority_override with sub_kind spiffe-tls; an override that is in Teleport stays in effect',
    })),
  ];
}
