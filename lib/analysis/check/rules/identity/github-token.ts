import { field, isObject, listAt, objectAt, textAt } from '../../../../base/json';
import { defineRule } from '../../rule';

const token = (github: string) =>
  `kind: token\nversion: v2\nmetadata: {name: mesh-ci}\nspec:\n  roles: [Bot]\n  bot_name: mesh\n  join_method: github\n  github: ${github}\n`;

/** Fields of an entry that do not say whose workflows may join. */
const NARROWING: ReadonlySet<string> = new Set(['workflow', 'environment', 'actor', 'ref', 'ref_type']);

/** A token for GitHub Actions that Teleport refuses. */
export const GITHUB_TOKEN_RULE = defineRule({
  id: 'github-token-refused',
  subject: 'Joining Teleport',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid join token for GitHub Actions',
  found: '{problem}',
  why: 'Teleport refuses the token, so no workflow can join.',
  fix: 'give each entry of github.allow a repository, repository_owner or sub',
  source: 'gravitational/teleport api/types/provisioning.go',
  wrong: token('{allow: [{ref: refs/heads/main}]}'),
  right: token('{allow: [{repository: example/shop, ref: refs/heads/main}]}'),
  check({ teleport }, report) {
    for (const { manifest, spec } of teleport.tokens) {
      if (textAt(spec, 'join_method') !== 'github') continue;
      const github = objectAt(spec, 'github');
      const allow = field(github, 'allow');
      if (allow === undefined || allow === null || (Array.isArray(allow) && allow.length === 0)) {
        report(manifest, '/spec/github/allow', { problem: 'the token allows no repository' });
      }
      listAt(github, 'allow').forEach((entry, index) => {
        const names = isObject(entry) ? Object.keys(entry).filter((key) => textAt(entry, key) !== '') : undefined;
        if (names?.every((name) => NARROWING.has(name)) !== true) return;
        const problem = 'an entry has no repository, repository_owner or sub';
        report(manifest, `/spec/github/allow/${index}`, { problem });
      });
      const host = textAt(github, 'enterprise_server_host') ?? '';
      if (host.includes('/')) {
        const problem = `enterprise_server_host is "${host}", but must be a host without scheme and path`;
        report(manifest, '/spec/github/enterprise_server_host', { problem });
      }
      if (host !== '' && (textAt(github, 'enterprise_slug') ?? '') !== '') {
        const problem = 'enterprise_server_host and enterprise_slug are both set';
        report(manifest, '/spec/github/enterprise_slug', { problem });
      }
    }
  },
});
