import { joinMethodOf, SECRET_JOIN_METHOD } from '../../../../upstream/teleport/join-secrets';
import { defineRule } from '../../rule';

const token = (method: string, spec: string) =>
  `kind: token\nversion: v2\nmetadata:\n  name: tbot\nspec:\n  roles: [Bot]\n  bot_name: tbot\n  join_method: ${method}\n${spec}`;

/** A token of the method `token` in a file: its name is the secret. */
export const TOKEN_NAME_IS_SECRET_RULE = defineRule({
  id: 'token-name-is-secret',
  subject: 'Joining Teleport',
  since: '0.1.0',
  severity: 'warning',
  title: 'Join token whose name is a secret',
  found: 'the join method "token" makes the name of this token the secret',
  why: 'Anyone who can read this file or its repository can join Teleport with it until it expires.',
  fix: 'use a join method without a secret, such as kubernetes or bound_keypair, or create the token with "tctl tokens add"',
  source: 'gravitational/teleport api/types/provisioning.go, docs/pages/reference/deployment/join-methods.mdx',
  wrong: token('token', ''),
  right: token('kubernetes', '  kubernetes:\n    type: in_cluster\n    allow: [{service_account: "teleport:tbot"}]\n'),
  check({ teleport }, report) {
    for (const { manifest, spec } of teleport.tokens) {
      if (joinMethodOf(spec) === SECRET_JOIN_METHOD) report(manifest, '/metadata/name');
    }
  },
});
