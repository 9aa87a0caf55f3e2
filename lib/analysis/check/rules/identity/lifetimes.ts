import { type JsonObject, textAt } from '../../../../base/json';
import type { TbotConfig, TbotService } from '../../../../model/teleport/tbot-config';
import { commandLine } from '../../../../upstream/kubernetes/command-line';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { goDurationSeconds, protobufDurationSeconds } from '../../../../upstream/teleport/durations';
import {
  DEFAULT_CREDENTIAL_TTL,
  DEFAULT_MAXIMUM_TTL,
  DEFAULT_RENEWAL_INTERVAL,
  LONGEST_MAXIMUM_TTL,
} from '../../../../upstream/teleport/lifetimes';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { tbotConfig, tbotDaemonSet } from '../teleport-examples';

/** Why a CronJob restarts pods although their certificates are renewed; CertificateRefresh of lib/mesh writes it. */
const REFRESH_REASON = 'teleport-istio/certificate-refresh-reason';

const identity = (ttl: string) => `kind: workload_identity
version: v1
metadata: {name: mesh}
spec:
  spiffe:
    id: /svc/a
    x509: {maximum_ttl: ${ttl}}
`;

const LONG_LIVED = tbotConfig({ service: 'credential_ttl: 4h\nrenewal_interval: 20m' });

const RESTARTS = `apiVersion: batch/v1
kind: CronJob
metadata: {name: certificate-refresh, namespace: shop}
spec:
  schedule: "*/30 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers: [{name: kubectl, image: "registry.k8s.io/kubectl:v1.33.0", command: [kubectl, rollout, restart, deployment/front-end]}]
`;

/** Whether a command, or one of a shell's, restarts pods; options may stand between the words. */
function restartsPods(command: string): boolean {
  return command.split(/[;&|]/).some((one) => {
    const kubectl = one.search(/\bkubectl\b/);
    return kubectl !== -1 && /\brollout\s+restart\b/.test(one.slice(kubectl));
  });
}

/** The X.509 ceiling of the identity a service selects by name; undefined if it is not among the manifests. */
function ceilingOf({ teleport }: CheckContext, { body }: TbotService): number | undefined {
  const identity = teleport.identities.find(({ name }) => name === textAt(body, 'selector', 'name'));
  if (!identity) return undefined;
  const maximum = textAt(identity.spec, 'spiffe', 'x509', 'maximum_ttl');
  return maximum === undefined ? DEFAULT_MAXIMUM_TTL : protobufDurationSeconds(maximum);
}

function secondsAt(body: JsonObject, key: string): number | undefined {
  const text = textAt(body, key);
  return text === undefined ? undefined : goDurationSeconds(text);
}

function maximumProblem(type: keyof typeof LONGEST_MAXIMUM_TTL, text: string): string | undefined {
  const seconds = protobufDurationSeconds(text);
  if (seconds === undefined) return `"${text}" is not a duration in seconds`;
  return seconds > LONGEST_MAXIMUM_TTL[type]
    ? `${text} is above the maximum of ${LONGEST_MAXIMUM_TTL[type]}s`
    : undefined;
}

/** What is wrong with the lifetime of one service, and at which of its fields. */
function serviceProblem(
  context: CheckContext,
  config: TbotConfig,
  service: TbotService,
): { readonly at: string; readonly problem: string } | undefined {
  const { credential_ttl, renewal_interval } = service.body;
  if ((credential_ttl === undefined) !== (renewal_interval === undefined)) {
    const given = credential_ttl === undefined ? 'renewal_interval' : 'credential_ttl';
    return { at: given, problem: `${given} is given without its partner` };
  }
  const at = 'renewal_interval';
  const ttl = secondsAt(service.body, 'credential_ttl');
  const renewal = secondsAt(service.body, 'renewal_interval');
  if (ttl !== undefined && renewal !== undefined && renewal > ttl) {
    return { at, problem: `it is renewed every ${renewal}s but lasts ${ttl}s` };
  }
  const ceiling = ceilingOf(context, service);
  const effective = renewal ?? secondsAt(config.body, 'renewal_interval') ?? DEFAULT_RENEWAL_INTERVAL;
  return ceiling !== undefined && effective > ceiling
    ? { at, problem: `it is renewed every ${effective}s, the identity lasts at most ${ceiling}s` }
    : undefined;
}

/** How long SVIDs last and when they are renewed. */
export const LIFETIME_RULES = [
  defineRule({
    id: 'ttl',
    subject: 'Lifetimes',
    since: '0.1.0',
    severity: 'error',
    title: 'Certificate lifetime and renewal interval do not fit',
    found: '{problem}',
    why: 'Teleport or tbot refuses it, or workloads go without a valid certificate between renewals.',
    fix: 'renew well within the lifetime, give both values or neither, and write resources\' durations in seconds: "3600s"',
    source: 'gravitational/teleport lib/tbot/bot/credential_lifetime.go, lib/services/workload_identity.go',
    wrong: tbotConfig({ service: 'credential_ttl: 1h\nrenewal_interval: 2h' }),
    right: tbotConfig({ service: 'credential_ttl: 1h\nrenewal_interval: 20m' }),
    check(context, report) {
      for (const { manifest, spec } of context.teleport.identities) {
        for (const type of ['x509', 'jwt'] as const) {
          const maximum = textAt(spec, 'spiffe', type, 'maximum_ttl');
          const problem = maximum === undefined ? undefined : maximumProblem(type, maximum);
          if (problem) report(manifest, `/spec/spiffe/${type}/maximum_ttl`, { problem });
        }
      }
      for (const config of context.tbotConfigs) {
        const { manifest, body, services } = config;
        for (const service of services) {
          const found = serviceProblem(context, config, service);
          if (found) report(manifest, `${service.pointer}/${found.at}`, { problem: found.problem });
        }
        const ttl = secondsAt(body, 'credential_ttl') ?? DEFAULT_CREDENTIAL_TTL;
        const renewal = secondsAt(body, 'renewal_interval') ?? DEFAULT_RENEWAL_INTERVAL;
        if (renewal <= ttl) continue;
        const problem = `renewal every ${renewal}s is above the lifetime of ${ttl}s`;
        report(manifest, '/renewal_interval', { problem });
      }
    },
  }),
  defineRule({
    id: 'ttl-above-maximum',
    subject: 'Lifetimes',
    since: '0.1.0',
    severity: 'warning',
    title: 'Lifetime above the maximum is shortened without a warning',
    found: 'tbot requests {asked}s, but the identity allows at most {maximum}s',
    why: 'Teleport silently shortens it, so certificates expire sooner than the configuration says.',
    fix: 'raise spec.spiffe.x509.maximum_ttl, or ask for less',
    source: 'gravitational/teleport lib/auth/machineid/workloadidentityv1/issuer_service.go',
    wrong: stream(identity('3600s'), LONG_LIVED),
    right: stream(identity('14400s'), LONG_LIVED),
    check(context, report) {
      for (const { manifest, workloadApis } of context.tbotConfigs) {
        for (const service of workloadApis) {
          const ceiling = ceilingOf(context, service);
          const asked =
            secondsAt(service.body, 'credential_ttl') ??
            secondsAt(manifest.body, 'credential_ttl') ??
            DEFAULT_CREDENTIAL_TTL;
          if (ceiling === undefined || asked <= ceiling) continue;
          report(manifest, `${service.pointer}/credential_ttl`, { asked, maximum: ceiling });
        }
      }
    },
  }),
  defineRule({
    id: 'certificate-refresh-needless',
    subject: 'Lifetimes',
    since: '0.1.0',
    severity: 'warning',
    title: 'Restarts for certificates that are renewed without them',
    found: 'a CronJob restarts pods, and tbot is {version}',
    why: `tbot ${RELEASE_FACTS.sdsRenewsSvids} sends renewed certificates to connected proxies: restarting pods for certificates only breaks connections.`,
    fix: `delete the CronJob; if the restarts have another purpose, write it into the annotation ${REFRESH_REASON}`,
    source: 'gravitational/teleport#62813, #62829, #62830',
    wrong: stream(tbotDaemonSet(), RESTARTS),
    right: tbotDaemonSet(),
    check({ workloads, tbotWorkloads }, report) {
      const releases = tbotWorkloads.map(({ release }) => release);
      const [version] = releases;
      const areRenewing = releases.every((release) => release && RELEASE_FACTS.sdsRenewsSvids.holds(release));
      if (version === undefined || !areRenewing) return;
      for (const { kind, manifest, containers } of workloads) {
        if (kind !== 'CronJob') continue;
        if ((textAt(manifest.body, 'metadata', 'annotations', REFRESH_REASON) ?? '').trim() !== '') continue;
        const restart = containers.find(({ body }) => restartsPods(commandLine(body).join(' ')));
        if (restart) report(manifest, `${restart.pointer}/command`, { version: `${version}` });
      }
    },
  }),
];
