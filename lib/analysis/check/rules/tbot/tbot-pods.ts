import { isList, isObject, objectAt, textAt } from '../../../../base/json';
import { configMapNames, type TbotWorkload } from '../../../../model/teleport/tbot-workload';
import { commandLine } from '../../../../upstream/kubernetes/command-line';
import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { tbotPods } from '../teleport-examples';

const PROBES =
  'readinessProbe: {httpGet: {path: /readyz, port: 3001}}\nlivenessProbe: {httpGet: {path: /livez, port: 3001}}';

/** Probes a tbot should have and has not. */
function missingProbes({ workload, container }: TbotWorkload): readonly string[] {
  const absent = ['livenessProbe', 'readinessProbe'].filter((probe) => !isObject(container.body[probe]));
  // Beside an application, tbot's readiness would be the application's too.
  return workload.manifest.kind === 'DaemonSet' || absent.length === 2 ? absent : [];
}

/** Why the kubelet gets no answer from a tbot with this `diag_addr`. */
function diagnosticsProblem(address: string | undefined, { workload, container }: TbotWorkload): string | undefined {
  if (address === undefined) {
    const flags = commandLine(container.body);
    const isFlag = flags.some((flag) => flag.startsWith('--diag-addr'));
    return isFlag ? undefined : 'diag_addr is not set, so nothing answers the probes';
  }
  const isLoopback = /^(?:localhost|127\.|\[::1\])/.test(address);
  const isReached = !isLoopback || workload.podSpec.hostNetwork;
  return isReached ? undefined : `diag_addr ${address} cannot be reached by the kubelet`;
}

/** The pods tbot runs in. */
export const TBOT_POD_RULES = [
  defineRule({
    id: 'tbot-version-sds-renewal',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'error',
    title: 'tbot version that does not renew certificates',
    found: 'tbot is {version}',
    why: 'It sends the same certificate to Envoy again until it expires: every mesh call fails an hour after the pod started.',
    fix: `use ${RELEASE_FACTS.sdsRenewsSvids}`,
    source: 'gravitational/teleport#62813, #62829, #62830',
    wrong: tbotPods({ version: EXAMPLE_RELEASES.tbotWithoutRenewal }),
    right: tbotPods(),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, release } of tbotWorkloads) {
        if (!release || RELEASE_FACTS.sdsRenewsSvids.holds(release)) continue;
        report(workload.manifest, `${container.pointer}/image`, { version: `${release}` });
      }
    },
  }),
  defineRule({
    id: 'tbot-version-pinned',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'tbot image is not pinned',
    found: 'the image is {image}',
    why: 'The tbot that runs can change without a change in the manifests, and may be one that never renews certificates.',
    fix: `write the full version, such as ${DEFAULT_RELEASES.teleport}`,
    source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/configuration.mdx',
    wrong: tbotPods({ version: '18' }),
    right: tbotPods(),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, release } of tbotWorkloads) {
        if (release || container.image.includes('@sha256:')) continue;
        report(workload.manifest, `${container.pointer}/image`, { image: container.image });
      }
    },
  }),
  defineRule({
    id: 'host-network-needless',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'tbot uses the host network without need',
    found: 'hostNetwork is true{more}',
    why: "It only hides a missing TELEPORT_NODE_NAME, and exposes the node's network to tbot and tbot's ports to the network.",
    fix: 'remove hostNetwork; if it must stay, set dnsPolicy: ClusterFirstWithHostNet',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
    wrong: tbotPods({ pod: 'hostPID: true\nhostNetwork: true' }),
    right: tbotPods(),
    check({ tbotWorkloads }, report) {
      for (const { workload } of tbotWorkloads) {
        if (workload.podSpec.hostNetwork !== true) continue;
        const findsServices = workload.podSpec.dnsPolicy === 'ClusterFirstWithHostNet';
        const more = findsServices ? '' : ' and dnsPolicy is not ClusterFirstWithHostNet';
        report(workload.manifest, `${workload.podPointer}/spec/hostNetwork`, { more });
      }
    },
  }),
  defineRule({
    id: 'host-process-privileged',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'tbot runs privileged',
    found: 'the container is privileged',
    why: 'Reading other processes needs only SYS_PTRACE and DAC_READ_SEARCH; privileged means the whole node.',
    fix: 'drop ALL capabilities and add SYS_PTRACE and DAC_READ_SEARCH',
    source: 'gravitational/teleport examples/chart/tbot-spiffe-daemon-set/templates/daemonset.yaml, capabilities(7)',
    wrong: tbotPods({ container: 'securityContext: {privileged: true}' }),
    right: tbotPods({
      container: 'securityContext: {capabilities: {drop: [ALL], add: [SYS_PTRACE, DAC_READ_SEARCH]}}',
    }),
    check({ tbotWorkloads }, report) {
      for (const { workload, container } of tbotWorkloads) {
        if (objectAt(container.body, 'securityContext').privileged !== true) continue;
        report(workload.manifest, `${container.pointer}/securityContext/privileged`);
      }
    },
  }),
  defineRule({
    id: 'probes',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'tbot without probes',
    found: '{problem}',
    why: 'A rollout continues although agents cannot serve, and an agent that hangs is not restarted.',
    fix: 'set diag_addr to 0.0.0.0:3001 and probe /livez and /readyz there',
    source: 'gravitational/teleport docs/pages/includes/machine-id/diagnostics-service.mdx',
    wrong: tbotPods(),
    right: tbotPods({ container: PROBES }),
    check({ tbotWorkloads }, report) {
      for (const tbot of tbotWorkloads) {
        const missing = missingProbes(tbot);
        if (missing.length > 0) {
          const problem = `tbot has no ${missing.join(' and no ')}`;
          report(tbot.workload.manifest, tbot.container.pointer, { problem });
          continue;
        }
        for (const { manifest, body } of tbot.configs) {
          const problem = diagnosticsProblem(textAt(body, 'diag_addr'), tbot);
          if (problem !== undefined) report(manifest, '/diag_addr', { problem });
        }
      }
    },
  }),
  defineRule({
    id: 'config-rollout',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'Configuration change does not restart tbot',
    found: 'no annotation of the pods depends on the configuration',
    why: 'tbot reads its file once; after a change to the ConfigMap it keeps using the old one until it is restarted.',
    fix: 'add a pod annotation with a checksum of the configuration',
    source: 'gravitational/teleport examples/chart/tbot/templates/deployment.yaml',
    wrong: tbotPods(),
    right: tbotPods({ metadata: 'annotations: {checksum/config: 7f83b1657ff1fc53}' }),
    check({ tbotWorkloads }, report) {
      for (const { workload, configs } of tbotWorkloads) {
        if (configs.length === 0) continue;
        const isTied = Object.keys(workload.annotations).some((key) => /checksum|hash|reloader/i.test(key));
        const names = workload.volumes.flatMap(configMapNames);
        // A ConfigMap named by its content, as kustomize makes them, changes the pods by itself.
        const isHashed = names.some((name) => /-[bcdfghkmt2456789]{10}$/.test(name));
        if (!isTied && !isHashed) report(workload.manifest, `${workload.podPointer}/metadata/annotations`);
      }
    },
  }),
  defineRule({
    id: 'coverage',
    subject: 'tbot pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'Nodes without tbot',
    found: 'the DaemonSet tolerates no taint',
    why: 'Pods that tolerate a taint start on nodes where tbot does not run, and wait there for an identity.',
    fix: 'tolerate every taint: tolerations: [{operator: Exists}]',
    source: 'kubernetes/website content/en/docs/concepts/scheduling-eviction/taint-and-toleration.md',
    wrong: tbotPods(),
    right: tbotPods({ pod: 'hostPID: true\ntolerations: [{operator: Exists}]' }),
    check({ tbotWorkloads }, report) {
      for (const { workload } of tbotWorkloads) {
        const { tolerations } = workload.podSpec;
        if (workload.manifest.kind !== 'DaemonSet' || (isList(tolerations) && tolerations.length > 0)) continue;
        report(workload.manifest, `${workload.podPointer}/spec/tolerations`);
      }
    },
  }),
];
