import { MeshModel } from '../../../lib/access';
import { ask, deployment, namespace, peerAuthentication } from '../../analysis/access/objects';
import { gateway, istio, MESH, plain, route } from '../../analysis/access/routed-mesh';

/** What in the mesh a host of a route stands for: istio/istio pilot/pkg/networking/core/route/route.go `GetDestinationCluster`. */

const entry = (spec: object = {}) =>
  istio('ServiceEntry', 'web', {
    hosts: ['web.internal'],
    location: 'MESH_INTERNAL',
    resolution: 'STATIC',
    ports: [{ number: 80, name: 'http', protocol: 'HTTP', targetPort: 8080 }],
    workloadSelector: { labels: { app: 'web' } },
    ...spec,
  });
const leadingTo = (host: string, port = 80) =>
  route({ http: [{ route: [{ destination: { host, port: { number: port } } }] }] });
const alias = (externalName: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'alias', namespace: 'shop' },
  spec: { type: 'ExternalName', externalName },
});
const POD = deployment('web', { ports: [{ name: 'http', containerPort: 8080 }] });
const OTHERS = MESH.filter(
  (one) => !('kind' in one && one.kind === 'Deployment' && JSON.stringify(one).includes('"app":"web"')),
);

function ways(...objects: readonly object[]) {
  const model = MeshModel.from([...OTHERS, POD, gateway('istio-ingressgateway', [plain]), ...objects]);
  return ask(model, { from: 'outside', to: 'shop/web' }).request.waysIn.map(({ verdict }) => verdict);
}

test.each<[string, readonly object[], readonly string[]]>([
  ['a Service', [leadingTo('web')], ['allowed']],
  ['a name for a Service', [alias('web.shop.svc.cluster.local'), leadingTo('alias')], ['allowed']],
  ['a name for itself', [alias('alias.shop.svc.cluster.local'), leadingTo('alias')], []],
  ['a name for a host outside', [alias('www.example.org'), leadingTo('alias')], []],
  ['pods that a ServiceEntry selects', [entry(), leadingTo('web.internal')], ['depends']],
  ['other pods', [entry({ workloadSelector: { labels: { app: 'api' } } }), leadingTo('web.internal')], []],
  ['another port of them', [entry({ ports: [{ number: 80, targetPort: 9090 }] }), leadingTo('web.internal')], []],
  ['a port that the ServiceEntry has not', [entry(), leadingTo('web.internal', 81)], []],
])('%s', (_, objects, expected) => {
  expect(ways(...objects)).toEqual(expected);
});

test('a machine is reached at the port that it has by that name', () => {
  const machine = (ports: object) =>
    istio('WorkloadEntry', 'vm', { address: '10.0.0.9', labels: { app: 'vm' }, serviceAccount: 'vm', ports });
  const model = (ports: object) =>
    MeshModel.from([
      ...MESH,
      machine(ports),
      entry({ workloadSelector: { labels: { app: 'vm' } } }),
      gateway('istio-ingressgateway', [plain]),
      leadingTo('web.internal'),
    ]);
  const asked = (ports: object, port: number) =>
    ask(model(ports), { from: 'outside', to: 'shop/vm', port }).request.waysIn;
  expect(asked({}, 8080)).toHaveLength(1);
  expect(asked({ http: 9090 }, 9090)).toHaveLength(1);
});

test('a workload that only a ServiceEntry leads to is not taken to get plain text', () => {
  const mesh = [namespace('shop'), deployment('api'), POD, peerAuthentication({ mtls: { mode: 'STRICT' } })];
  const asked = (from: string, ...objects: readonly object[]) =>
    ask(MeshModel.from([...mesh, ...objects]), { from, to: 'shop/web', port: 8080 }).verdict;
  expect(asked('shop/api')).toBe('denied');
  expect(asked('shop/api', entry())).toBe('depends');
  expect(asked('shop/api', entry({ workloadSelector: { labels: { app: 'other' } } }))).toBe('denied');
  expect(asked('outside', entry())).toBe('denied');
});
