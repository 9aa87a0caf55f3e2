import { Cluster } from '../../../lib/model/cluster/cluster';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const machine = (spec: string, kind = 'WorkloadEntry') =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: vm, namespace: shop}\nspec: ${spec}\n`;
const entry = (spec: string, namespace = 'shop') =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: vm, namespace: ${namespace}}\nspec: {hosts: [vm.example], resolution: STATIC, ${spec}}\n`;
const VM = machine('{address: 10.0.0.1, labels: {app: vm, v: "1"}}');
const FOR_VM = 'workloadSelector: {labels: {app: vm}}';

const ports = (...documents: readonly string[]) => {
  const { manifests } = readManifests([{ file: 'a.yaml', text: documents.join('---\n') }]);
  return Cluster.of(manifests).machines.flatMap((one) => one.ports.map(({ name, port }) => `${name} ${port}`));
};

// istio/istio pilot/pkg/serviceregistry/serviceentry/conversion.go
test.each<[string, readonly string[], readonly string[]]>([
  ['those it says itself', [machine('{address: 10.0.0.1, ports: {http: 8080}}')], ['http 8080']],
  ['those of its group', [machine('{template: {ports: {http: 8080}}}', 'WorkloadGroup')], ['http 8080']],
  [
    'those of a ServiceEntry that selects it',
    [VM, entry(`${FOR_VM}, ports: [{number: 80, name: http, protocol: HTTP}]`)],
    ['http 80'],
  ],
  [
    'their target ports',
    [VM, entry(`${FOR_VM}, ports: [{number: 80, targetPort: 8080, name: http, protocol: HTTP}]`)],
    ['http 8080'],
  ],
  [
    'its own for the names of theirs',
    [
      machine('{address: 10.0.0.1, labels: {app: vm}, ports: {http: 9090}}'),
      entry(`${FOR_VM}, ports: [{number: 80, name: http, protocol: HTTP}]`),
    ],
    ['http 9090'],
  ],
  [
    'none of one for others',
    [VM, entry('workloadSelector: {labels: {app: db}}, ports: [{number: 80, name: http}]')],
    [],
  ],
  ['none of one of another namespace', [VM, entry(`${FOR_VM}, ports: [{number: 80, name: http}]`, 'front')], []],
  [
    'none of one with endpoints',
    [VM, entry('endpoints: [{address: 10.0.0.1}], ports: [{number: 80, name: http}]')],
    [],
  ],
])('a machine has the ports: %s', (_, documents, expected) => {
  expect(ports(...documents)).toEqual(expected);
});
