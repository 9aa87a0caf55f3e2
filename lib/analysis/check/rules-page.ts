import type { CheckRule } from './rule';
import { RULE_SUBJECTS } from './rule-subject';
import { RULES } from './rules/all-rules';

/**
 * What cannot be checked from manifests, or is checked under another name: the documentation says why, as each of
 * these is a way to break the integration.
 */
const NOT_CHECKED: readonly (readonly [what: string, why: string])[] = [
  ['a WorkloadIdentity attribute that the running attestor never sends', 'only the running tbot knows'],
  ['the age of a JWKS, a token or an issuer override', 'they carry no date, and a check reads no clock'],
  [
    "whether the nodes' kubelets are old enough for `nodes/pods`, or new enough for native sidecars",
    'manifests do not name them; give `--target kubernetes=…`',
  ],
  [
    'the output of a chart or a kustomization',
    'render it, and check the result; files that a kustomization names as patches are ignored',
  ],
  [
    'which of two PeerAuthentications at one level wins',
    'the cluster decides by age; `pa-duplicates` reports that there are two',
  ],
  [
    'whether a socket file named `socket` is right',
    'either name works if both sides agree: see `socket-name-mismatch` and `socket-name-default`',
  ],
];

function subjects(): readonly { readonly title: string; readonly rules: readonly CheckRule[] }[] {
  return RULE_SUBJECTS.map((title) => ({ title, rules: RULES.filter(({ subject }) => subject === title) }));
}

/** docs/rules.md: every rule with its examples, made from the rules themselves. */
export function rulesPage(): string {
  const chapters = subjects().map(({ title, rules }) => `## ${title}\n\n${rules.map(toSection).join('\n')}`);
  const index = subjects().map(({ title, rules }) => {
    const rows = rules.map(
      ({ id, severity, title: what }) => `| [\`${id}\`](#${anchor(id)}) | ${severity} | ${cell(what)} |`,
    );
    return `**${title}**\n\n| rule | severity | what is wrong |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
  return `<!-- Written by \`npm run docs:rules\` from lib/analysis/check/rules. -->

# Rules

What \`teleport-istio check\` finds, when a mesh app is synthesized as well as in files. An *error* breaks something or
allows too much; a *warning* may be intended. Rules about two objects report nothing if one of them is not among the files, unless
\`--complete\` states that the files are complete.

To suppress a rule in one place, state the reason. A comment applies to its own line or, on a line by itself, to the line below:

\`\`\`yaml
rules: [{}] # teleport-istio-ignore allow-all-rule: the shop window is public
\`\`\`

An annotation applies to the whole object, also if it is on the pods of a workload:

\`\`\`yaml
metadata:
  annotations:
    teleport-istio.dev/ignore.hostpath-socket: no CSI driver may be installed here
\`\`\`

A suppression without a reason has no effect, and a suppression that hides nothing is reported.

## All rules

${index.join('\n')}
${chapters.join('\n')}
## What is not checked

| what | why |
| --- | --- |
${NOT_CHECKED.map(([what, why]) => `| ${what} | ${why} |`).join('\n')}
`;
}

function toSection(rule: CheckRule): string {
  const { id, aliases, since, severity, title, found, why, fix, source, wrong, right, needsComplete, sureWith } = rule;
  const notes = [
    `*${severity}*`,
    `since ${since}`,
    ...(aliases ? [`also known as ${aliases.map((alias) => `\`${alias}\``).join(', ')}`] : []),
    ...(needsComplete ? ['only with `--complete`'] : []),
    ...(sureWith === 'all objects' ? ['a warning without `--complete`'] : []),
    ...(sureWith === 'one cluster' ? ['a warning if some files are alternatives to others'] : []),
  ];
  return `### ${id}

${notes.join(' · ')}

**${title}.** ${why}

- Message: ${mark(found)}
- Fix: ${mark(fix)}
- Source: ${source}

Wrong:

\`\`\`yaml
${printable(wrong)}\`\`\`

Right:

\`\`\`yaml
${printable(right)}\`\`\`
`;
}

/** Values are set off from the text around them; braces that mean themselves stay. */
function mark(text: string): string {
  return text.replace(/\{(\w+)\}/g, '*$1*').replaceAll('<', '&lt;');
}

function printable(text: string): string {
  return text.replaceAll('\0', '\\0');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

/** GitHub's anchor of a heading that holds only an id. */
function anchor(id: string): string {
  return id.replaceAll('.', '');
}
