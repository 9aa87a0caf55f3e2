import { checkFiles } from '../../../../lib/check';
import { CERTIFICATE_REFRESH_REASON } from '../../../../lib/constructs/certificate-refresh/certificate-refresh';

const tbot = (tag: string, name = 'tbot') => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ${name}, namespace: teleport-system}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers: [{name: tbot, image: "public.ecr.aws/gravitational/tbot-distroless:${tag}"}]
`;
const job = (container: string, annotations = '') => `apiVersion: batch/v1
kind: CronJob
metadata: {name: refresh, namespace: shop, annotations: {${annotations}}}
spec:
  schedule: "*/30 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "a:1.0.0", ${container}}]}}}}
`;
const RESTART = 'command: [kubectl, rollout, restart, deployment/carts]';

const fires = (...documents: readonly string[]) =>
  checkFiles([{ file: 'a.yaml', text: documents.join('---\n') }], { rules: ['certificate-refresh-needless'] }).length >
  0;

test.each([
  ['18.6.4', true],
  ['17.7.14', true],
  ['18.6.3', false],
  ['17.7.13', false],
  ['latest', false],
])('restarts beside tbot %s are needless: %s', (tag, needless) => {
  expect(fires(tbot(tag), job(RESTART))).toBe(needless);
});

test.each([
  ['command: [sh, -c, "set -e; kubectl -n shop rollout restart deployment"]', true],
  ['command: [kubectl], args: [--namespace=shop, rollout, restart, deployment/carts]', true],
  ['command: [kubectl, rollout, status, deployment/carts]', false],
  ['command: [sh, -c, "kubectl get pods; echo rollout restart"]', false],
])('the container {%s} restarts pods: %s', (container, restarts) => {
  expect(fires(tbot('18.9.0'), job(container))).toBe(restarts);
});

test('nothing is said while any tbot is too old, while none is known, or with a reason', () => {
  expect(fires(tbot('18.9.0'), tbot('18.5.0', 'old'), job(RESTART))).toBe(false);
  expect(fires(job(RESTART))).toBe(false);
  expect(fires(tbot('18.9.0'), job(RESTART, `${CERTIFICATE_REFRESH_REASON}: the application leaks memory`))).toBe(
    false,
  );
  expect(fires(tbot('18.9.0'), job(RESTART, `${CERTIFICATE_REFRESH_REASON}: " "`))).toBe(true);
});
