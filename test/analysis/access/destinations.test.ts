import { MeshModel } from '../../../lib/access';
import { deployment, namespace, service } from './objects';

test('pods behind a Service are called at the port of the Service, and others at their own', () => {
  const model = MeshModel.from([
    namespace('shop'),
    deployment('pods', { ports: [{ containerPort: 8080 }, { containerPort: 9000 }] }),
    service('web', [{ name: 'http', port: 80, targetPort: 8080 }], { spec: { selector: { app: 'pods' } } }),
  ]);
  const pods = model.workloads.find(({ name }) => name === 'pods');
  if (pods === undefined) throw new Error('there is no workload');
  const ports = model.portsOf(pods).flatMap(({ destinations }) => destinations);

  expect(ports.map(({ port, podPort }) => [port, podPort])).toEqual([
    [80, 8080],
    [9000, 9000],
  ]);
});
