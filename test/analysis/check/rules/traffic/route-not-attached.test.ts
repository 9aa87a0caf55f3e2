import { checkFiles } from '../../../../../lib/check';

const API = 'gateway.networking.k8s.io/v1';

const gateway = (listener: object, spec: object = {}) => ({
  apiVersion: API,
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'infra' },
  spec: { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', ...listener }], ...spec },
});

const route = (parent: object = {}, spec: object = {}, kind = 'HTTPRoute') => ({
  apiVersion: API,
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    parentRefs: [{ name: 'edge', namespace: 'infra', ...parent }],
    rules: [{ backendRefs: [{ name: 'web', port: 80 }] }],
    ...spec,
  },
});

const ALL = { allowedRoutes: { namespaces: { from: 'All' } } };
const selecting = (matchLabels: object) => ({
  allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels } } },
});
const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'shop' } } };

function reasons(objects: readonly object[]): readonly string[] {
  const text = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: ['route-not-attached'] }).map(({ found }) => found);
}

test.each<[string, readonly object[], string]>([
  ['a listener that is not there', [gateway(ALL), route({ sectionName: 'https' })], 'it has http (80), not "https"'],
  ['a port that is not there', [gateway(ALL), route({ port: 443 })], 'it has http (80), not port 443'],
  ['name and port of two', [gateway(ALL), route({ sectionName: 'http', port: 443 })], 'not "http" at port 443'],
  [
    'another host',
    [gateway({ ...ALL, hostname: 'a.example' }), route({}, { hostnames: ['b.example'] })],
    'no hostname is one of a.example',
  ],
  ['no allowedRoutes', [gateway({}), route()], 'allowedRoutes.namespaces leaves out namespace shop'],
  ['labels of other namespaces', [shop, gateway(selecting({ team: 'ops' })), route()], 'leaves out namespace shop'],
  [
    'the name of another namespace',
    [gateway(selecting({ 'kubernetes.io/metadata.name': 'ops' })), route()],
    'leaves out namespace shop',
  ],
  ['another protocol', [gateway({ ...ALL, protocol: 'TCP' }), route()], 'TCPRoute may be attached, not HTTPRoute'],
  [
    'a kind that is left out',
    [gateway({ allowedRoutes: { ...ALL.allowedRoutes, kinds: [{ kind: 'GRPCRoute' }] } }), route()],
    'GRPCRoute may be attached, not HTTPRoute',
  ],
])('finds %s', (_, objects, reason) => {
  expect(reasons(objects)).toEqual([expect.stringContaining(reason)]);
});

test.each<[string, readonly object[]]>([
  ['its listener', [gateway(ALL), route({ sectionName: 'http', port: 80 })]],
  ['a wildcard host', [gateway({ ...ALL, hostname: '*.example' }), route({}, { hostnames: ['a.example', 'b.other'] })]],
  ['labels of the namespace', [shop, gateway(selecting({ team: 'shop' })), route()]],
  ['labels that are not known', [gateway(selecting({ team: 'ops' })), route()]],
  ['a Gateway that is not there', [route({ sectionName: 'https' })]],
  ['a Gateway of another controller', [gateway({}, { gatewayClassName: 'cilium' }), route()]],
  ['a parent that is a Service', [gateway({}), route({ kind: 'Service', group: '' })]],
  ['a name that is filled in later', [gateway(ALL), route({ sectionName: '{{ .Values.listener }}' })]],
])('says nothing about %s', (_, objects) => {
  expect(reasons(objects)).toEqual([]);
});
