import { accessConditions, decide, describeCondition, describeRequestProblem, MeshModel } from '../../../lib/access';
import { GraphNodes } from '../../../lib/analysis/graph/graph-nodes';
import { ask, deployment, namespace, onTcp, PAIR, policy, service, TARGET_QUOTING } from './objects';

test('where pods of one Service differ, the conditions name those that are reached if it is allowed, not the others', () => {
  const pods = [
    namespace('shop'),
    deployment('client'),
    deployment('old', { labels: { app: 'both', version: 'old' } }),
    deployment('new', { labels: { app: 'both', version: 'new' } }),
    service('both', [{ name: 'http', port: 80 }]),
    policy({ selector: { matchLabels: { version: 'old' } } }),
  ];
  const decision = ask(MeshModel.from(pods, TARGET_QUOTING), { to: 'both', port: 80, method: 'GET', path: '/' });

  expect(decision.verdict).toBe('depends');
  expect(accessConditions(decision).map(describeCondition)).toEqual(['it reaches shop/new as HTTP']);
});

test('who comes without TLS has no server name, so a rule that asks for one surely does not match', () => {
  const policies = [policy({ rules: [{ when: [{ key: 'connection.sni', values: ['a.example'] }] }] })];

  expect(onTcp(policies, { from: 'outside' })).toBe('denied');
  // A sidecar's server name is not said by the question.
  expect(onTcp(policies)).toBe('depends');
});

test('ports of a rule are those of the container, and the port of the Service is another one', () => {
  const pods = [
    namespace('shop'),
    deployment('client'),
    deployment('server', { ports: [{ containerPort: 8080 }] }),
    service('server', [{ name: 'http', port: 80, targetPort: 8080 }]),
  ];
  const verdict = (port: string) =>
    ask(MeshModel.from([...pods, policy({ rules: [{ to: [{ operation: { ports: [port] } }] }] })], TARGET_QUOTING), {
      port: 80,
      method: 'GET',
      path: '/',
    }).verdict;

  expect([verdict('8080'), verdict('80')]).toEqual(['allowed', 'denied']);
});

test('a workload that two Services lead to is drawn as the one of its own name', () => {
  const pods = (services: readonly string[]) => [
    namespace('shop'),
    deployment('server'),
    ...services.map((name) => service(name, [{ name: 'http', port: 80 }], { spec: { selector: { app: 'server' } } })),
  ];
  for (const services of [
    ['a', 'server', 'z'],
    ['a', 'server'],
    ['server', 'z'],
  ]) {
    const model = MeshModel.from(pods(services), TARGET_QUOTING);
    const workload = model.workloads.find(({ name }) => name === 'server');
    if (workload === undefined) throw new Error('no workload');

    expect(new GraphNodes(model).of(workload)).toBe('shop/server');
  }
});

test.each([
  ['clint', 'No workload is called "clint". Did you mean shop/client?'],
  ['something-else', 'No workload is called "something-else".'],
])('a caller "%s" that is not there is answered with near names, if there are any', (from, text) => {
  const answer = decide(MeshModel.from(PAIR, TARGET_QUOTING), { from, to: 'server', port: 80 });
  if (answer.verdict !== 'unanswerable') throw new Error('answered');

  expect(describeRequestProblem(answer)).toBe(text);
});
