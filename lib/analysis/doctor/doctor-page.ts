import { markdownText } from '../../base/markdown-text';
import { HEALTH_CHECKS } from './checks/all-checks';
import { diagnose } from './diagnose';
import { DOCTOR_GROUPS, type DoctorGroup } from './groups';
import type { HealthCheck } from './health-check';

/** What the groups are about. */
const ABOUT: Readonly<Record<DoctorGroup, string>> = {
  before: 'With `--pre`, and only then: can the mesh be installed here?',
  cluster: 'Nodes and images: what everything else stands on.',
  teleport: 'tbot: does it run, may it join, can it attest pods, and does Teleport give it identities?',
  nodes: 'The CSI driver and the volume with the socket.',
  istiod: 'The control plane and its proxies’ releases.',
  injection: 'Do pods get a proxy, and the proxy its socket?',
  certificates: 'What proxies really have, and whether the two ends of a call accept each other.',
  policies: 'Who is refused.',
  drift: 'With `--expect`: what runs otherwise than written.',
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
    `- Looks at ${markdownText(looksAt)}.`,
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

asks the cluster that kubectl talks to, and says what is wrong, and why. It only reads. A line each: ✓ is well, × is broken, ‼ will or
may break, – could not be looked at. The groups come in the order in which parts of the mesh depend on each other, so **the first ×
is the one to fix**; what comes after it may be its consequence.

\`\`\`text
✓ certificates: certificates are Teleport’s, and not istiod’s (16)
× certificates: sock-shop/front-end has spiffe://example.teleport.sh/k8s/sock-shop/front-end; Istio expects spiffe://example.teleport.sh/ns/sock-shop/sa/front-end
    pod sock-shop/front-end-855768cb4b-s64t8
    why  The template of the workload identity makes another path. Istio accepts nothing but /ns/<namespace>/sa/<account>, so every call ends in CERTIFICATE_VERIFY_FAILED.
    fix  spec.spiffe.id: /ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}; then restart the pods
    see  docs/doctor.md#certificate-path; istio/istio pkg/spiffe/spiffe.go
\`\`\`

The number behind a tick says how many things were looked at. What may not be read (a right that is missing, no exec, a call that takes
too long) is never a tick: it is a – with the reason, and the exit code is then 2 where nothing else is wrong.

| to …                                             | …                                                                                                             |
| ------------------------------------------------ | ------------------------------------------------------------------------------------------------------------- |
| compare with what was written                    | \`doctor --expect dist/\`                                                                                       |
| wait in a pipeline                               | \`doctor --expect dist/ --wait 5m --output junit\`                                                              |
| record the cluster for somebody else             | \`doctor --save snapshot/\`: files that can be read, without Secrets, private keys and tokens; \`--redact\` replaces names |
| diagnose what was recorded                       | \`doctor snapshot/\`                                                                                            |
| diagnose a fleet                                 | \`doctor --context eu-1 --save snapshots/eu-1\` for each cluster, then \`doctor snapshots/ --expect dist/\`: each snapshot is compared with the directory of its cluster. One cluster alone: \`doctor --expect dist/eu-1\` |
| paste it into an issue                           | \`doctor --output markdown\`                                                                                    |
| look before anything is installed                | \`doctor --pre\`                                                                                                |
| look at some namespaces, or every proxy          | \`--namespace shop\`, \`--pods shop/web-1\`, \`--all\`; without them a sample of 60 proxies: of every namespace, node and account, and those not ready |
| give somebody the rights                         | \`doctor --rbac \\| kubectl apply -f -\`, and a ClusterRoleBinding. \`pods/exec\` is a wide right: without it everything but the certificates is looked at |
| have Teleport’s side looked at too                | nothing, where \`tctl\` is there and knows the mesh’s Teleport cluster: the token, the bot, its roles and instances, and the identity are asked for. \`--tctl always\` makes the exit code 2 where it does not answer, \`--tctl never\` leaves it alone |
| compare only the keys of a join token            | \`token --check token.yaml --jwks jwks.json\`                                                                   |

Times of certificates are compared with the clock of the machine that runs doctor. A log line counts only where something is wrong now.
`.split('\n');
