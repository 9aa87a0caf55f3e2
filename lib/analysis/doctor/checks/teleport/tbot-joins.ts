import { ATTESTATION_MESSAGES, JOIN_MESSAGES } from '../../../../upstream/messages/tbot-messages';
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
    cause: 'The clocks of the API server and Teleport differ, or the mounted token is not renewed.',
    fix: 'synchronize the clocks (NTP)',
  },
  {
    ...tokenAudience,
    says: 'Teleport refuses the audience of its ServiceAccount token',
    cause: 'The pod presents its default ServiceAccount token, or one for another Teleport cluster.',
    fix: MOUNT_TOKEN,
  },
  {
    ...tokenKind,
    says: 'Teleport refuses its ServiceAccount token, whose lifetime is too long or which is not bound to the pod',
    cause: 'The pod presents its default ServiceAccount token.',
    fix: MOUNT_TOKEN,
  },
  {
    ...accountNotAllowed,
    says: 'the join token does not allow its ServiceAccount',
    cause: 'The entry under allow has another name or a wildcard: names are compared literally.',
    fix: 'write the ServiceAccount as namespace:name into the token',
  },
  {
    ...keysUnreadable,
    says: 'the keys in the join token cannot be read',
    cause: 'static_jwks.jwks of the token is not JSON; shell quoting may have damaged it.',
    fix: NEW_KEYS,
  },
  {
    ...signature,
    says: 'Teleport refuses the signature of its ServiceAccount token',
    cause: 'The join token does not have this cluster’s signing keys: they were rotated, or belong to another cluster.',
    fix: NEW_KEYS,
  },
  {
    ...inCluster,
    says: 'Teleport asks its own Kubernetes cluster about the ServiceAccount token',
    cause: 'The join token has the type in_cluster, but tbot and Teleport run in different clusters.',
    fix: 'join by static_jwks or oidc: KubernetesJoin.staticJwks(…)',
  },
  {
    ...tokenUnknown,
    says: 'Teleport does not know the join token that it names',
    cause: 'tbot’s configuration and Teleport have different names for the token, or it was never created.',
    fix: 'compare onboarding.token with tctl get tokens, and apply dist/teleport/teleport.yaml',
  },
  {
    ...locked,
    says: 'Teleport has locked the bot',
    cause: 'An administrator locked it, or Teleport did because two tbots used one identity.',
    fix: 'tctl get locks shows why; tctl rm lock/<name> removes the lock',
  },
  {
    ...unreachable,
    says: 'it cannot reach Teleport',
    cause: 'The cluster’s address is wrong, or egress on its port is blocked.',
    fix: 'compare proxy_server with the cluster’s address, and try it from a pod: curl -sv https://<address>/webapi/ping',
  },
];

const ANY = anyOf(REASONS);

/** Whether Teleport accepts tbot's join. */
export const TBOT_JOINS_CHECK = defineCheck({
  id: 'tbot-joins',
  group: 'teleport',
  title: 'tbot joins Teleport',
  looksAt: 'the end of the log of each tbot that is not ready',
  needs: ['pods'],
  cause: 'Teleport refuses to let tbot join.',
  fix: 'read tbot’s log: kubectl -n teleport-system logs daemonset/tbot',
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
    reportTbotLog(
      mesh,
      sink,
      ANY,
      (pod, line) => {
        const reason = reasonIn(REASONS, line);
        return { found: `${pod}: ${reason?.says ?? 'Teleport refuses its join'}`, ...adviceOf(reason) };
      },
      // A kubelet that cannot be reached is not Teleport.
      (_, line) => ATTESTATION_MESSAGES.failed.pattern.test(line),
    );
  },
});
