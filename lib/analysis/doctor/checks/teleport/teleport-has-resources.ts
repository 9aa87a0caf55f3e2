import { textAt } from '../../../../base/json';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { EXAMPLE_TELEPORT } from '../../examples/example-teleport';
import { defineCheck } from '../../health-check';
import { teleportQuestions } from '../../teleport-questions';

/** Whether Teleport has what tbot's configuration names. */
export const TELEPORT_HAS_RESOURCES_CHECK = defineCheck({
  id: 'teleport-has-resources',
  group: 'teleport',
  isOptional: true,
  title: 'Teleport has the token, the bot and the identity that tbot names',
  looksAt:
    'the join token and the workload identity that tbot’s configuration names, and the token’s bot, as tctl shows them',
  needs: ['teleport', 'configmaps'],
  cause:
    'The resource was never created, was removed, or has another name: tbot cannot join, or gets no identities for pods.',
  fix: 'tctl create -f dist/teleport/teleport.yaml',
  source: 'gravitational/teleport lib/auth/machineid/machineidv1',
  fires: () => exampleSnapshot({ teleport: EXAMPLE_TELEPORT.filter(({ kind }) => kind !== 'workload_identity') }),
  quiet: () => exampleSnapshot({ teleport: EXAMPLE_TELEPORT }),
  check(mesh, sink) {
    const { teleport = [], gaps } = mesh.snapshot;
    const find = (kind: string, name: string) =>
      teleport.find((one) => textAt(one, 'kind') === kind && textAt(one, 'metadata', 'name') === name);
    for (const { subject, because } of gaps) {
      if (subject.startsWith('teleport/')) sink.unseen(subject.slice('teleport/'.length), because);
    }
    const look = (kind: string, name: string, named: string) => {
      if (gaps.some(({ subject }) => subject === `teleport/${kind}/${name}`)) return;
      sink.looked();
      if (find(kind, name) === undefined)
        sink.found({ found: `Teleport has no ${kind} ${name}, which ${named} names` });
    };
    const { tokens, identities } = teleportQuestions(mesh.cluster);
    for (const name of tokens) {
      look('token', name, 'tbot');
      const token = find('token', name);
      const bot = textAt(token, 'spec', 'bot_name');
      if (bot !== undefined) look('bot', bot, `token ${name}`);
      if (textAt(token, 'spec', 'join_method') === 'token') {
        sink.found({
          found: `token ${name} has a join method by token name, but tbot joins by ServiceAccount`,
          cause: 'The token and tbot’s configuration have different join methods: Teleport refuses to let tbot join.',
        });
      }
    }
    for (const name of identities) look('workload_identity', name, 'tbot');
  },
});
