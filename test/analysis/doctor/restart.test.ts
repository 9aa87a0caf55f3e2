import { HEALTH_CHECKS } from '../../../lib/analysis/doctor/checks/all-checks';
import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_PODS, type ExamplePodChanges, examplePod } from '../../../lib/analysis/doctor/examples/example-pods';
import { exampleSnapshot } from '../../../lib/analysis/doctor/examples/example-snapshot';

const checks = HEALTH_CHECKS.filter(({ id }) => id === 'pods-have-socket');
const NO_SOCKET = { proxy: true, spec: { volumes: [] } } as const;

function fixes(name: string, changes: ExamplePodChanges): readonly string[] {
  const others = Object.values(EXAMPLE_PODS).filter((pod) => name !== 'api' || pod !== EXAMPLE_PODS.api);
  const pods = [...others, examplePod('shop', name, { ...NO_SOCKET, ...changes })];
  return (diagnose(exampleSnapshot({ objects: { pods } }), { checks }).outcomes[0]?.findings ?? []).map(
    ({ fix }) => fix,
  );
}

test('a pod that would have the socket now is restarted, and no other workload', () => {
  expect(fixes('api', {})).toEqual(['restart it: kubectl -n shop rollout restart deployment/api']);
});

test.each([
  ['ReplicaSet', 'kubectl -n shop rollout restart deployment/old'],
  ['StatefulSet', 'kubectl -n shop rollout restart statefulset/old'],
  ['DaemonSet', 'kubectl -n shop rollout restart daemonset/old'],
  ['Job', 'create shop/old-1 anew'],
])('what makes the pod says how it is made anew: %s', (owner, command) => {
  const [fix] = fixes('old', { owner });

  expect(fix).toContain(command);
  expect(fix).toContain('inject.istio.io/templates must include the overlay');
});
