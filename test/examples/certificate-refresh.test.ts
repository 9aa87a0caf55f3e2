import { committedOutput, findManifest, freshOutput } from './example-output';

const output = committedOutput('certificate-refresh');
const find = findManifest(output);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('certificate-refresh'));
});

test('every workload that is restarted may be, and none other', () => {
  const { spec } = find('CronJob', 'certificate-refresh');
  const [{ command }] = spec.jobTemplate.spec.template.spec.containers;
  const [rule, ...others] = find('Role', 'certificate-refresh').rules;
  const restarted = command.filter((word: string) => word.startsWith('deployment/'));
  // Sock Shop has 14 Deployments (microservices-demo/microservices-demo deploy/kubernetes/complete-demo.yaml).
  expect(restarted).toHaveLength(14);
  expect(rule.resourceNames.map((name: string) => `deployment/${name}`)).toEqual(restarted);
  expect(others).toEqual([]);
});

test('says on the CronJob which bug it works around', () => {
  const { annotations } = find('CronJob', 'certificate-refresh').metadata;
  expect(annotations['teleport-istio/certificate-refresh-reason']).toMatch(/tbot 18\.5\.0 .*#62813.*18\.6\.4/);
});
