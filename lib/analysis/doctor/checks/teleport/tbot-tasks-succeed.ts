import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';
import { answersOfTbots } from '../tbot-answers';

/** A number of Prometheus' text format, by what tells it from others of its name. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Metrics of tbot's tasks (gravitational/teleport lib/tbot/internal/loop.go). */
const TASK = { all: 'tbot_task_iterations_total', failed: 'tbot_task_iterations_failed' } as const;

/** Streams of secrets that have ended, by how (gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go). */
const STREAMS = 'grpc_server_handled_total';

/** Ends that are no refusal: the proxy went away, or tbot. */
const ENDED = /^(?:OK|Canceled)$/i;

/** What tbots count of their own work. */
export const TBOT_TASKS_SUCCEED_CHECK = defineCheck({
  id: 'tbot-tasks-succeed',
  group: 'teleport',
  isSymptom: true,
  title: 'tbot’s tasks and its streams to proxies succeed',
  looksAt:
    'the metrics of each tbot: renewals and heartbeats that failed, and streams of secrets that ended with an error',
  needs: ['pods'],
  cause: 'tbot cannot reach Teleport, or Teleport refuses its requests.',
  fix: 'kubectl -n teleport-system logs daemonset/tbot',
  source: 'gravitational/teleport lib/tbot/internal/loop.go',
  fires: () => exampleSnapshot({ tbots: [tbot({ [`${TASK.failed}${RENEWAL}`]: 5, [`${TASK.all}${RENEWAL}`]: 6 })] }),
  quiet: () => exampleSnapshot({ tbots: [tbot({ [`${TASK.failed}${RENEWAL}`]: 1, [`${TASK.all}${RENEWAL}`]: 60 })] }),
  check(mesh, sink) {
    const troubled = new Set(
      mesh.alivePods.filter((pod) => mesh.usesWorkloadApi(pod) && !pod.isReady).map(({ node }) => node),
    );
    for (const { namespace, pod, metrics } of answersOfTbots(mesh, sink)) {
      const samples = Object.entries(metrics).map(toSample);
      const ref = `${namespace}/${pod}`;
      const gap = mesh.gap(`tbots/${ref}/metrics`);
      if (gap !== undefined) sink.unseen(`the metrics of ${ref}`, gap.because);
      if (samples.length === 0) continue;
      sink.looked();
      for (const { labels, value: failed } of samples.filter(({ name, value }) => name === TASK.failed && value > 0)) {
        const all =
          samples.find(
            (one) => one.name === TASK.all && one.labels.name === labels.name && one.labels.service === labels.service,
          )?.value ?? failed;
        // Counters never go down: one that failed once, long ago, is well.
        if (2 * failed < all) continue;
        sink.found({
          severity: failed >= all ? 'error' : 'warning',
          found: `${ref}: task ${labels.name ?? '?'} has failed ${failed} of ${all} times`,
        });
      }
      const refused = samples.filter(
        ({ name, labels, value }) => name === STREAMS && value > 0 && !ENDED.test(labels.grpc_code ?? ''),
      );
      if (refused.length === 0 || !troubled.has(mesh.pod(ref)?.node ?? '')) continue;
      sink.found({
        severity: 'warning',
        found: `${ref} has ended streams to proxies with errors, and a proxy on its node is not ready`,
        evidence: refused.map(({ labels, value }) => `${value} with ${labels.grpc_code}`),
        cause: 'tbot could not get an identity for the pod; the proxy’s log has Teleport’s message.',
        fix: 'kubectl -n <namespace> logs <pod> -c istio-proxy | grep StreamSecrets',
        source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
      });
    }
  },
});

function toSample([text, value]: [string, number]): Sample {
  const [, name = '', inner = ''] = /^([^{]*)(?:\{(.*)\})?$/.exec(text) ?? [];
  const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', label = '']) => [key, label]);
  return { name, labels: Object.fromEntries(labels), value };
}

const RENEWAL = '{name="bot-identity-renewal",service="identity"}';

function tbot(metrics: Readonly<Record<string, number>>) {
  return { namespace: 'teleport-system', pod: 'tbot-1', readyz: 'ok', metrics };
}
