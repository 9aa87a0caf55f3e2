import { JOIN_MESSAGES } from '../../../../upstream/messages/tbot-messages';
import { JOIN_TOKEN_PATH_VARIABLE } from '../../../../upstream/teleport/join-methods';
import { examplePodsWith } from '../../examples/example-pods';
import { exampleLog, exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { adviceOf, anyOf, type LogReason, reasonIn } from '../log-reason';
import { reportTbotLog } from '../tbot-log';

const { tokenTimes, tokenAudience, tokenKind, accountNotAllowed, keysUnreadable, signature } = JOIN_MESSAGES;
const { inCluster, tokenUnknown, locked, unreachable } = JOIN_MESSAGES;

const MOUNT_TOKEN = `mount a projected token with the Teleport cluster’s name as audience and 600 seconds, and set ${JOIN_TOKEN_PATH_VARIABLE}`;
const NEW_KEYS =
  'kubectl get --raw /openid/v1/jwks > jwks.json, synthesize, tctl create -f dist/teleport/teleport.yaml, kubectl -n teleport-system rollout restart daemonset/tbot';

/** What the words of tbot mean; what says more comes first. */
const REASONS: readonly LogReason[] = [
  {
    ...tokenTimes,
    says: 'Teleport says that its ServiceAccount token is not valid now',
    cause: 'The clocks of the API server and of Teleport do not agree, or the mounted token is not renewed.',
    fix: 'synchronize the clocks (NTP)',
  },
  {
    ...tokenAudience,
    says: 'Teleport refuses the audience of its ServiceAccount token',
    cause: 'The pod shows its default ServiceAccount token, or one for another Teleport cluster.',
    fix: MOUNT_TOKEN,
  },
  {
    ...tokenKind,
    says: 'Teleport refuses its ServiceAccount token, which lives too long or is not bound to the pod',
    cause: 'The pod shows its default ServiceAccount token.',
    fix: MOUNT_TOKEN,
  },
  {
    ...accountNotAllowed,
    says: 'the join token does not allow its ServiceAccount',
    cause: 'The entry under allow has another name or a wildcard: names are compared whole.',
    fix: 'write the ServiceAccount as namespace:name into the token',
  },
  {
    ...keysUnreadable,
    says: 'the keys in the join token cannot be read',
    cause: 'static_jwks.jwks of the token is not JSON, as when shell quoting has spoilt it.',
    fix: NEW_KEYS,
  },
  {
    ...signature,
    says: 'Teleport refuses the signature of its ServiceAccount token',
    cause:
      'The join token has other keys than this cluster signs with: they were changed, or belong to another cluster.',
    fix: NEW_KEYS,
  },
  {
    ...inCluster,
    says: 'Teleport asks its own Kubernetes cluster about the ServiceAccount token',
    cause: 'The join token is of the type in_cluster, and tbot runs in another cluster than Teleport.',
    fix: 'join by static_jwks or oidc: KubernetesJoin.staticJwks(…)',
  },
  {
    ...tokenUnknown,
    says: 'Teleport does not know the join token that it names',
    cause: 'tbot’s configuration and Teleport know the token by different names, or it was never made.',
    fix: 'compare onboarding.token with tctl get tokens, and apply dist/teleport/teleport.yaml',
  },
  {
    ...locked,
    says: 'Teleport has locked the bot',
    cause: 'Somebody locked it, or Teleport did, as two tbots used one identity.',
    fix: 'tctl get locks says why; tctl rm lock/<name> takes it away',
  },
  {
    ...unreachable,
    says: 'it does not reach Teleport',
    cause: 'The address of the cluster is wrong, or nothing may go out on its port.',
    fix: 'compare proxy_server with the address of the cluster, and ask it from a pod: curl -sv https://<address>/webapi/ping',
  },
];

const ANY = anyOf(REASONS);

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
      const reason = reasonIn(REASONS, line);
      return { found: `${pod}: ${reason?.says ?? 'Teleport does not let it join'}`, ...adviceOf(reason) };
    });
  },
});
