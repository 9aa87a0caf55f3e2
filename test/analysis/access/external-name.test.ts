import { type Decision, decide, describeRequestProblem, MeshModel } from '../../../lib/access';
import { deployment, namespace, peerAuthentication, policy, service } from './objects';

const MESH = [
  namespace('shop'),
  deployment('web'),
  deployment('api', { ports: [{ containerPort: 8080 }] }),
  service('api', [{ name: 'http', port: 80, targetPort: 8080 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
];
const alias = (name: string, externalName: string) =>
  service(name, [{ name: 'http', port: 8888 }], {
    spec: { type: 'ExternalName', externalName, selector: { app: 'web' } },
  });
const ask = (to: string, ...objects: readonly object[]) => {
  return decide(MeshModel.from([...MESH, ...objects]), { from: 'shop/web', to });
};

test.each([
  ['api.shop.svc.cluster.local'],
  ['api.shop.svc.cluster.local.'],
  ['api.shop'],
  ['second.shop.svc.cluster.local'],
])('a Service that is a name for %s is the Service of that name, with its port and its policies', (host) => {
  const second = alias('second', 'api.shop.svc.cluster.local');
  const denied = policy({ action: 'DENY', selector: { matchLabels: { app: 'api' } }, rules: [{}] });

  const { verdict, request } = ask('shop/old', alias('old', host), second) as Decision;
  expect([verdict, request.destination.port, request.destination.workload.ref]).toEqual(['allowed', 80, 'shop/api']);
  expect(ask('old.shop.svc.cluster.local', alias('old', host), second, denied).verdict).toBe('denied');
});

test.each([
  ['a host outside the cluster', 'api.stripe.com'],
  ['a Service that is not there', 'db.shop.svc.cluster.local'],
  ['itself', 'old.shop.svc.cluster.local'],
])('a Service that is a name for %s is no callee, and the answer says what to ask about', (_, host) => {
  const answer = ask('shop/old', alias('old', host));

  if (answer.verdict !== 'unanswerable') throw new Error(answer.verdict);
  expect(answer).toEqual({ verdict: 'unanswerable', kind: 'names-another-host', to: 'shop/old', host });
  expect(describeRequestProblem(answer)).toContain(`is an alias for ${host}`);
});
