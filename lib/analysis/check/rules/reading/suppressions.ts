import type { CheckRule } from '../../rule';

const POLICY = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: allow-all
  namespace: shop
`;

/** What is wrong with suppressions themselves; found by the engine, which knows what each of them hid. */
export const SUPPRESSION_RULES: readonly CheckRule[] = [
  {
    id: 'suppression-unknown-rule',
    subject: 'Suppressions',
    since: '0.1.0',
    severity: 'warning',
    title: 'Suppression of an unknown rule',
    found: 'there is no rule "{rule}"',
    why: 'It does not hide anything.',
    fix: 'correct the id, or remove the suppression',
    source: 'docs/rules.md',
    wrong: `# teleport-istio-ignore allow-al-rule: public demo\n${POLICY}spec: {action: ALLOW, rules: [{}]}\n`,
    right: `${POLICY}spec:\n  # teleport-istio-ignore allow-all-rule: public demo\n  rules: [{}]\n`,
  },
  {
    id: 'suppression-unused',
    subject: 'Suppressions',
    since: '0.1.0',
    severity: 'warning',
    title: 'Unused suppression',
    found: 'nothing here breaks "{rule}"',
    why: 'It would hide the next mistake at this place.',
    fix: 'remove it',
    source: 'docs/rules.md',
    wrong: `${POLICY}spec:\n  # teleport-istio-ignore principal-has-scheme: was so once\n  rules: [{from: [{source: {namespaces: [shop]}}]}]\n`,
    right: `${POLICY}spec:\n  rules: [{from: [{source: {namespaces: [shop]}}]}]\n`,
  },
  {
    id: 'suppression-without-reason',
    subject: 'Suppressions',
    since: '0.1.0',
    severity: 'error',
    title: 'Suppression without a reason',
    found: 'no reason is given for ignoring "{rule}", so it is not ignored',
    why: 'Without a reason, nobody can decide later whether to remove it.',
    fix: 'write the reason: "# teleport-istio-ignore {rule}: <reason>"',
    source: 'docs/rules.md',
    wrong: `${POLICY}spec:\n  # teleport-istio-ignore allow-all-rule\n  rules: [{}]\n`,
    right: `${POLICY}spec:\n  # teleport-istio-ignore allow-all-rule: public demo\n  rules: [{}]\n`,
  },
];
