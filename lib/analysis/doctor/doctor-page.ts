import { markdownText } from '../../base/markdown-text';
import { HEALTH_CHECKS } from './checks/all-checks';
import { diagnose } from './diagnose';
import { DOCTOR_GROUPS, type DoctorGroup } from './groups';
import type { HealthCheck } from './health-check';

/** What the groups are about. */
const ABOUT: Readonly<Record<DoctorGroup, string>> = {
  before: 'With `--pre`, and only then: can the mesh be installed here?',
  cluster: 'Nodes and images, on which everything else depends.',
  teleport: 'tbot: does it run and join, can it attest pods, and does Teleport issue identities to it?',
  nodes: 'The CSI driver and the volume that contains the socket.',
  istiod: 'The control plane and its proxies’ releases.',
  injection: 'Do pods get a proxy, and do proxies get the socket?',
  certificates: 'The certificates that proxies hold, and whether the two ends of a call accept each other.',
  policies: 'Requests that policies refuse.',
  drift: 'With `--expect`: objects that differ from the written manifests.',
};

/** docs/doctor.md: how to use doctor, and every check. */
export function doctorPage(): string {
  const groups = DOCTOR_GROUPS.flatMap((group) => {
    const checks = HEALTH_CHECKS.filter((check) => check.group === group);
    const ordered = [...checks.filter(({ isSymptom }) => !isSymptom), ...checks.filter(({ isSymptom }) => isSymptom)];
    return checks.length === 0 ? [] : [`## ${group}`, '', ABOUT[group], '', ...ordered.flatMap(checkSection)];
  });
  return [...INTRODUCTION, ...groups].join('\n');
}

function checkSection(check: HealthCheck): readonly string[] {
  const { id, title, looksAt, cause, fix, source, needs } = check;
  const [finding] =
    check.group === 'drift'
      ? []
      : diagnose(check.fires(), { checks: [check] }).outcomes.flatMap(({ findings }) => findings);
  const example =
    finding === undefined
      ? []
      : ['```text', `× ${check.group}: ${finding.found}`, ...finding.evidence.map((text) => `    ${text}`), '```', ''];
  return [
    `### ${id}`,
    '',
    `✓ ${markdownText(title)}`,
    '',
    ...example,
    `- Checks ${markdownText(looksAt)}.`,
    ...(needs.length > 0 ? [`- Needs ${needs.map((part) => `\`${part}\``).join(', ')}.`] : []),
    `- Why: ${markdownText(cause)}`,
    `- Fix: ${markdownText(fix)}`,
    `- Source: ${source
      .split(', ')
      .map((part) => `\`${part}\``)
      .join(', ')}`,
    '',
  ];
}

const INTRODUCTION = `# doctor

<!-- Written by \`npm run docs:rules\` from lib/analysis/doctor/checks. -->

\`\`\`sh
npx teleport-istio doctor
\`\`\`

reads the cluster that kubectl uses, and reports what is wrong and why. It changes nothing. Each check is one line: ✓ passed, × failed, ‼ will or
may fail, – could not be checked. The groups are in the order in which parts of the mesh depend on each other, so **fix the first ×
first**; later ones may be consequences of it.

\`\`\`text
✓ certificates: certificates are from Teleport, not from istiod (16)
× certificates: sock-shop/front-end has spiffe://example.teleport.sh/k8s/sock-shop/front-end; Istio expects spiffe://example.teleport.sh/ns/sock-shop/sa/front-end
    pod sock-shop/front-end-855768cb4b-s64t8
    why  The template of the workload identity produces a different path. Istio accepts only /ns/<namespace>/sa/<account>, so every call fails with CERTIFICATE_VERIFY_FAILED.
    fix  spec.spiffe.id: /ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}; then restart the pods
    see  docs/doctor.md#certificate-path; istio/istio pkg/spiffe/spiffe.go
\`\`\`

The number after a tick says how many objects were checked. If something could not be read (a missing permission, no exec, a
timeout), the line has a – with the reason and never a tick. The exit code is 2 then, unless a check fails.

| to …                                             | …                                                                                                             |
| ------------------------------------------------ | ------------------------------------------------------------------------------------------------------------- |
| compare with what was written                    | \`doctor --expect dist/\`                                                                                       |
| wait in a pipeline                               | \`doctor --expect dist/ --wait 5m --output junit\`                                                              |
| record the cluster for another person            | \`doctor --save snapshot/\`: readable files without Secrets, private keys and tokens; \`--redact\` replaces names |
| diagnose a recorded snapshot                     | \`doctor snapshot/\`                                                                                            |
| diagnose a fleet                                 | \`doctor --context eu-1 --save snapshots/eu-1\` for each cluster, then \`doctor snapshots/ --expect dist/\`: each snapshot is compared with the directory of its cluster. One cluster alone: \`doctor --expect dist/eu-1\` |
| paste the result into an issue                   | \`doctor --output markdown\`                                                                                    |
| check the cluster before an installation         | \`doctor --pre\`                                                                                                |
| look at some namespaces, or every proxy          | \`--namespace shop\`, \`--pods shop/web-1\`, \`--all\`; by default a sample of 60 proxies: some of every namespace, node and account, and those that are not ready |
| grant the permissions                            | \`doctor --rbac \\| kubectl apply -f -\`, and a ClusterRoleBinding. \`pods/exec\` is a broad permission: without it, everything except the certificates is checked |
| check Teleport’s side too                        | automatic if \`tctl\` is installed and logged in to the mesh’s Teleport cluster: it reads the token, the bot, its roles and instances, and the identity. With \`--tctl always\` the exit code is 2 if it does not answer; \`--tctl never\` skips it |
| compare only the keys of a join token            | \`token --check token.yaml --jwks jwks.json\`                                                                   |

The validity of certificates is compared with the clock of the machine that runs doctor. A log line counts only if something is wrong now.
`.split('\n');
