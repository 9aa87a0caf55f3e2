import { JOIN_TOKEN_PATH_VARIABLE } from '../../../../upstream/teleport/join-methods';
import { examplePodsWith } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { reportTbotLog } from '../tbot-log';

/** Words of tbot that say why it may not join, with what they mean. */
const REASONS = [
  {
    pattern: /unsupported key type\/format|validating jwt signature|reviewing kubernetes token with static_jwks/i,
    says: 'Teleport refuses the signature of its ServiceAccount token',
    cause:
      'The join token has other keys than this cluster signs with: they were changed, belong to another cluster, or were spoilt by quoting.',
    fix: 'kubectl get --raw /openid/v1/jwks > jwks.json, synthesize, tctl create -f dist/teleport/teleport.yaml, kubectl -n teleport-system rollout restart daemonset/tbot',
  },
  {
    pattern: /token .{0,200}(?:is not found|not found)/i,
    says: 'Teleport does not know the join token that it names',
    cause: 'tbot’s configuration and Teleport know the token by different names, or it was never made.',
    fix: 'compare onboarding.token with tctl get tokens, and apply dist/teleport/teleport.yaml',
  },
  {
    pattern: /audience .{0,300}is not|invalid audience|lifetime .{0,60}more than/i,
    says: 'Teleport refuses the audience or the lifetime of its ServiceAccount token',
    cause: 'The pod shows its default ServiceAccount token.',
    fix: `mount a projected token with the Teleport cluster’s name as audience and 600 seconds, and set ${JOIN_TOKEN_PATH_VARIABLE}`,
  },
  {
    pattern: /service account .{0,300}(?:is not allowed|not allowed)/i,
    says: 'the join token does not allow its ServiceAccount',
    cause: 'The entry under allow has another name or a wildcard: names are compared whole.',
    fix: 'write the ServiceAccount as namespace:name into the token',
  },
  {
    pattern: /(?:connection refused|i\/o timeout|no such host)(?!.*:10250)/i,
    says: 'it does not reach Teleport',
    cause: 'The address of the cluster is wrong, or nothing may go out on its port.',
    fix: 'compare proxy_server with the address of the cluster, and ask it from a pod: curl -sv https://<address>/webapi/ping',
  },
] as const;

const ANY = new RegExp(REASONS.map(({ pattern }) => pattern.source).join('|'), 'i');

/** Whether tbot is let into Teleport. */
export const TBOT_JOINS_CHECK = defineCheck({
  id: 'tbot-joins',
  group: 'teleport',
  title: 'tbot joins Teleport',
  looksAt: 'the end of the log of each tbot that is not ready',
  needs: ['pods'],
  cause: 'Teleport refuses to let tbot join.',
  fix: 'look at the log of tbot: kubectl -n teleport-system logs daemonset/tbot',
  source: 'gravitational/teleport lib/kube/token/validator.go',
  fires: () =>
    exampleSnapshot({
      objects: { pods: examplePodsWith({ tbot: false }) },
      logs: [
        exampleLog(
          'tbot',
          'ERROR reviewing kubernetes token with static_jwks\n\tvalidating jwt signature\n\tgo-jose/go-jose: unsupported key type/format',
        ),
      ],
    }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    reportTbotLog(mesh, sink, ANY, (pod, line) => {
      const reason = REASONS.find(({ pattern }) => pattern.test(line)) ?? REASONS[0];
      return { found: `${pod}: ${reason.says}`, cause: reason.cause, fix: reason.fix };
    });
  },
});
