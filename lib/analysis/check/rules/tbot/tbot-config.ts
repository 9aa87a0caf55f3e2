import { type JsonObject, listAt, objectAt, textAt } from '../../../../base/json';
import { RELEASE_FACTS, type ReleaseFact } from '../../../../upstream/releases/release-facts';
import { JOIN_METHODS } from '../../../../upstream/teleport/join-methods';
import {
  isServiceName,
  RENAMED_SERVICE_TYPES,
  RESERVED_SERVICE_NAMES,
} from '../../../../upstream/teleport/tbot-services';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { TBOT_HEAD, tbotConfig } from '../teleport-examples';

/** Join methods that not every tbot of today has. */
const NEWER_METHODS: ReadonlyMap<string, ReleaseFact> = new Map([
  ['env0', 'joinsByEnv0'],
  ['generic_oidc', 'joinsByGenericOidc'],
]);

function addressProblem(config: JsonObject): { readonly at: string; readonly problem: string } | undefined {
  if (textAt(config, 'join_uri') !== undefined) return undefined;
  const proxy = textAt(config, 'proxy_server');
  const auth = textAt(config, 'auth_server');
  if (proxy !== undefined && auth !== undefined) {
    return { at: '/auth_server', problem: 'proxy_server and auth_server are both set' };
  }
  const address = proxy ?? auth;
  if (address === undefined) return { at: '', problem: 'neither proxy_server nor auth_server is given' };
  const at = proxy === undefined ? '/auth_server' : '/proxy_server';
  if (address.includes('://')) return { at, problem: `"${address}" has a scheme` };
  return /^(?:[^\s:[\]]+|\[[\da-fA-F:.]+(?:%\w+)?\]):\d{1,5}$/.test(address)
    ? undefined
    : { at, problem: `"${address}" has no port` };
}

function selectorProblem(service: JsonObject): string | undefined {
  const hasName = (textAt(service, 'selector', 'name') ?? '') !== '';
  const labels = Object.entries(objectAt(service, 'selector', 'labels'));
  if (hasName && labels.length > 0) return 'both name and labels';
  if (!hasName && labels.length === 0) return 'neither name nor labels';
  const empty = labels.find(([, values]) => Array.isArray(values) && values.length === 0);
  return empty && `no values for the label ${empty[0]}`;
}

/** What is wrong with a service's name, given those of the services before it. */
function nameProblem(name: string, earlier: ReadonlySet<string>): string | undefined {
  if (RESERVED_SERVICE_NAMES.includes(name)) return "is tbot's own";
  if (earlier.has(name)) return 'is used twice';
  return isServiceName(name) ? undefined : 'has characters that are not allowed';
}

/** tbot's configuration file. */
export const TBOT_CONFIG_RULES = [
  defineRule({
    id: 'config-version',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'error',
    title: 'Outdated tbot configuration version',
    found: 'version is {version}',
    why: 'Without "version: v2" tbot reads the file as version 1 and migrates it, which drops settings that version 1 did not have.',
    fix: 'write "version: v2"',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: tbotConfig({ head: 'proxy_server: example.teleport.sh:443\n' }),
    right: tbotConfig(),
    check({ tbotConfigs }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const version = textAt(body, 'version');
        if (version !== 'v2') report(manifest, '/version', { version: version ?? 'not given' });
      }
    },
  }),
  defineRule({
    id: 'deprecated-key',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'warning',
    title: 'Deprecated tbot configuration key',
    found: '{old} is deprecated',
    why: 'Newer major versions of tbot refuse or ignore it.',
    fix: 'use {replacement} instead',
    source:
      'gravitational/teleport docs/pages/reference/machine-workload-identity/configuration.mdx, v19-upgrade-guide.mdx',
    wrong: tbotConfig({ head: `${TBOT_HEAD}certificate_ttl: 1h\n` }),
    right: tbotConfig({ head: `${TBOT_HEAD}credential_ttl: 1h\n` }),
    check({ tbotConfigs, target }, report) {
      for (const { manifest, body, services } of tbotConfigs) {
        if (body.certificate_ttl !== undefined) {
          report(manifest, '/certificate_ttl', { old: 'certificate_ttl', replacement: 'credential_ttl' });
        }
        if (body.outputs !== undefined) report(manifest, '/outputs', { old: 'outputs', replacement: 'services' });
        for (const { type, body: service, pointer } of services) {
          const replacement = RENAMED_SERVICE_TYPES.get(type);
          if (replacement !== undefined && !target.has('lacksOldSpiffeServices'))
            report(manifest, `${pointer}/type`, { old: type, replacement });
          // The workload-identity services never had it; there it is an unknown field.
          const isRefused = target.has('refusesServiceRoles');
          if (isRefused || type.startsWith('workload-identity-') || listAt(service, 'roles').length === 0) continue;
          report(manifest, `${pointer}/roles`, {
            old: 'the list "roles" of a service',
            replacement: 'a bot that has just these',
          });
        }
      }
    },
  }),
  defineRule({
    id: 'address-exclusive',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'error',
    title: 'tbot needs exactly one Teleport address',
    found: '{problem}',
    why: 'tbot refuses the configuration.',
    fix: 'write only proxy_server, as host:port',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: tbotConfig({ head: 'version: v2\nproxy_server: example.teleport.sh\n' }),
    right: tbotConfig(),
    check({ tbotConfigs }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const found = addressProblem(body);
        if (found) report(manifest, found.at, { problem: found.problem });
      }
    },
  }),
  defineRule({
    id: 'join-method-known',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'error',
    title: 'Unknown join method',
    found: 'join_method is "{method}"{hint}',
    why: 'tbot refuses the configuration.',
    fix: 'in Kubernetes write kubernetes',
    source: 'gravitational/teleport lib/tbot/bot/onboarding/config.go',
    wrong: `${TBOT_HEAD}onboarding: {join_method: ec2, token: mesh-join}\n`,
    right: `${TBOT_HEAD}onboarding: {join_method: kubernetes, token: mesh-join}\n`,
    check({ tbotConfigs, target }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const method = textAt(body, 'onboarding', 'join_method');
        if (method === undefined) continue;
        const fact = NEWER_METHODS.get(method);
        const isTooNew = fact !== undefined && !target.has(fact);
        if (JOIN_METHODS.includes(method) && !isTooNew) continue;
        const hint = isTooNew
          ? `, which needs Teleport ${RELEASE_FACTS[fact]}, and this is ${target.teleport}`
          : didYouMean(method, JOIN_METHODS);
        report(manifest, '/onboarding/join_method', { method, hint });
      }
    },
  }),
  defineRule({
    id: 'selector-exclusive',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'error',
    title: 'Workload identity selector needs exactly one of name and labels',
    found: 'the selector has {what}',
    why: 'tbot refuses the service.',
    fix: 'give the name of one identity',
    source: 'gravitational/teleport lib/tbot/bot/workload_identity.go',
    wrong: tbotConfig({ selector: '{name: mesh, labels: {mesh: [shop]}}' }),
    right: tbotConfig(),
    check({ tbotConfigs }, report) {
      for (const { manifest, services } of tbotConfigs) {
        for (const { type, body, pointer } of services) {
          if (!type.startsWith('workload-identity-')) continue;
          const what = selectorProblem(body);
          if (what !== undefined) report(manifest, `${pointer}/selector`, { what });
        }
      }
    },
  }),
  defineRule({
    id: 'service-name',
    subject: 'tbot configuration',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid tbot service name',
    found: 'the name "{name}" {problem}',
    why: 'tbot refuses the configuration.',
    fix: 'use another name of lower-case letters, digits, "-", "_" and "+"',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: tbotConfig({ service: 'name: heartbeat' }),
    right: tbotConfig({ service: 'name: mesh-socket' }),
    check({ tbotConfigs }, report) {
      for (const { manifest, services } of tbotConfigs) {
        const seen = new Set<string>();
        for (const { body, pointer } of services) {
          const name = textAt(body, 'name');
          if (name === undefined) continue;
          const problem = nameProblem(name, seen);
          seen.add(name);
          if (problem !== undefined) report(manifest, `${pointer}/name`, { name, problem });
        }
      }
    },
  }),
];
