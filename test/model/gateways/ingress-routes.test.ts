import { type AccessRequest, type ManifestSource, MeshModel } from '../../../lib/access';
import { ask, meshConfig } from '../../analysis/access/objects';
import { gateway, HOST, MESH, plain, route } from '../../analysis/access/routed-mesh';

/** What istiod makes of Ingresses: istio/istio pilot/pkg/config/kube/ingress. */

const path = (value: string, name: string, pathType = 'Prefix', port: object = { number: 80 }) => ({
  path: value,
  pathType,
  backend: { service: { name, port } },
});
const ingress = (paths: readonly object[], metadata: object = {}, spec: object = {}) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web', namespace: 'shop', annotations: { 'kubernetes.io/ingress.class': 'istio' }, ...metadata },
  spec: { rules: [{ host: HOST, http: { paths } }], ...spec },
});
const ingressClass = (controller: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'edge' },
  spec: { controller },
});
const TO_WEB = [path('/', 'web')];
const LABELLED = MESH.map((one) =>
  JSON.parse(JSON.stringify(one).replaceAll('"istio":"istio-ingressgateway"', '"istio":"ingressgateway"')),
);

function ways(objects: readonly object[], request: Partial<AccessRequest> = {}, mesh: object = {}) {
  const [, ...others] = LABELLED;
  const source: ManifestSource = [meshConfig({ trustDomain: 'cluster.local', ...mesh }), ...others, ...objects];
  return ask(MeshModel.from(source), { from: 'outside', to: 'shop/web', ...request }).request.waysIn;
}

test('an Ingress of its class is a way in by its gateway', () => {
  expect(ways([ingress(TO_WEB)])).toEqual([
    expect.objectContaining({
      gateway: 'istio-system/web-istio-ingressgateway-shop',
      hosts: [HOST],
      verdict: 'allowed',
    }),
  ]);
});

test.each<[string, object, object | undefined, object, number]>([
  ['of another class', ingress(TO_WEB, { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }), undefined, {}, 0],
  [
    'of the class that the mesh names',
    ingress(TO_WEB, { annotations: { 'kubernetes.io/ingress.class': 'nginx' } }),
    undefined,
    { ingressClass: 'nginx' },
    1,
  ],
  [
    'with an IngressClass of Istio’s',
    ingress(TO_WEB, { annotations: {} }, { ingressClassName: 'edge' }),
    ingressClass('istio.io/ingress-controller'),
    {},
    1,
  ],
  [
    'with another IngressClass',
    ingress(TO_WEB, { annotations: {} }, { ingressClassName: 'edge' }),
    ingressClass('k8s.io/ingress-nginx'),
    {},
    0,
  ],
  [
    'with a class that is not among the files',
    ingress(TO_WEB, { annotations: {} }, { ingressClassName: 'istio' }),
    undefined,
    {},
    1,
  ],
  ['without a class', ingress(TO_WEB, { annotations: {} }), undefined, {}, 0],
  [
    'without a class where istiod takes those',
    ingress(TO_WEB, { annotations: {} }),
    undefined,
    { ingressControllerMode: 'DEFAULT' },
    1,
  ],
  ['where istiod takes none', ingress(TO_WEB), undefined, { ingressControllerMode: 'OFF' }, 0],
])('%s', (_, one, known, mesh, count) => {
  const { rules, ...spec } = (one as { spec: { rules: object } }).spec;
  const made = { ...one, spec: { ...spec, rules } };
  expect(ways([made, ...(known ? [known] : [])], {}, mesh)).toHaveLength(count);
});

test.each<[string, readonly object[], string, string]>([
  ['the longest path', [path('/', 'web'), path('/a', 'other')], '/a/b', 'not-routed'],
  ['whatever the order', [path('/a', 'other'), path('/a/b', 'web')], '/a/b', 'allowed'],
  [
    'an exact one before a beginning of that length',
    [path('/a', 'web'), path('/a', 'other', 'Exact')],
    '/a',
    'not-routed',
  ],
  ['beginnings of texts, not of segments', [path('/a', 'web')], '/ab', 'allowed'],
  ['a path of no type, exactly', [path('/a', 'web', 'ImplementationSpecific')], '/a/b', 'not-routed'],
  ['unless it ends in a wildcard', [path('/a/*', 'web', 'ImplementationSpecific')], '/a/b', 'allowed'],
  ['or is one', [path('/*', 'web', 'ImplementationSpecific')], '/a/b', 'allowed'],
])('takes requests by %s', (_, paths, asked, verdict) => {
  expect(ways([ingress(paths)], { method: 'GET', path: asked })[0]?.verdict).toBe(verdict);
});

test('a port may be named', () => {
  expect(ways([ingress([path('/', 'web', 'Prefix', { name: 'http' })])])).toHaveLength(1);
  expect(ways([ingress([path('/', 'web', 'Prefix', { name: 'grpc' })])])).toEqual([]);
});

test('its certificate opens port 443 for its hosts', () => {
  const ports = (tls: readonly object[]) =>
    ways([ingress(TO_WEB, {}, { tls })])[0]?.atGateway.map((one) => one.request.destination.port);
  expect(ports([])).toEqual([80]);
  expect(ports([{ secretName: 'c', hosts: [HOST] }])).toEqual([80, 443]);
  expect(ports([{ hosts: [HOST] }])).toEqual([80]);
  expect(ports([{ secretName: 'c', hosts: ['other.example.com'] }])).toEqual([80]);
});

test('it has its host from a VirtualService for a wildcard', () => {
  const wide = route({ hosts: ['*.example.com'] });
  const edge = gateway('ingressgateway', [{ ...plain, hosts: ['*'] }]);
  const asked = (host: string) =>
    ways([edge, wide, ingress([path('/', 'other')])], { host }).map(({ verdict }) => verdict);
  expect(asked(HOST)).toEqual(['not-routed']);
  expect(asked('b.example.com')).toEqual(['allowed']);
});

test('several of one host are one list', () => {
  const other = ingress([path('/a', 'other')], { name: 'other' });
  const asked = (value: string) => ways([ingress(TO_WEB), other], { method: 'GET', path: value })[0]?.verdict;
  expect(asked('/a/b')).toBe('not-routed');
  expect(asked('/b')).toBe('allowed');
});

test('the mesh says which gateway they are for', () => {
  expect(ways([ingress(TO_WEB)], {}, { ingressService: 'other' })[0]).toMatchObject({
    verdict: 'depends',
    atGateway: [],
  });
  expect(ways([ingress(TO_WEB)], {}, { ingressService: 'other', ingressSelector: 'ingressgateway' })[0]?.verdict).toBe(
    'allowed',
  );
});
