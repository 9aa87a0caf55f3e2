import { LabelIndex } from '../../../lib/model/cluster/label-index';
import { readServices, servicesByWorkload, targetPort } from '../../../lib/model/cluster/service';
import { readWorkloads } from '../../../lib/model/cluster/workload';
import { readManifests } from '../../../lib/model/documents/read-manifests';

const read = (...objects: readonly object[]) =>
  readManifests([{ file: 'a.yaml', text: objects.map((one) => JSON.stringify(one)).join('\n---\n') }]).manifests;

const pod = (ports: readonly object[] = []) => ({
  metadata: { labels: { app: 'a' } },
  spec: { containers: [{ name: 'app', image: 'a:1.0.0', ports }] },
});
const object = (kind: string, name: string, rest: object, metadata: object = {}) => ({
  apiVersion: kind === 'Service' || kind === 'Pod' ? 'v1' : 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...rest,
});
const deployment = (ports: readonly object[] = []) => object('Deployment', 'a', { spec: { template: pod(ports) } });
const madeBy = (kind: string, name: string) => ({ labels: { app: 'a' }, ownerReferences: [{ kind, name }] });
const refs = (...objects: readonly object[]) =>
  readWorkloads(read(...objects)).map(({ kind, name }) => `${kind} ${name}`);

describe('what counts as a workload', () => {
  test('any kind with containers in a pod template does, with the pointer to it', () => {
    const rollout = { ...object('Rollout', 'a', { spec: { template: pod() } }), apiVersion: 'argoproj.io/v1alpha1' };
    expect(readWorkloads(read(rollout))[0]).toMatchObject({ podPointer: '/spec/template', ref: 'shop/a' });
  });

  test('a template without containers does not, unless the kind is known to run pods', () => {
    const template = { spec: { volumes: [{ name: 'data' }] } };
    expect(refs(object('Wizard', 'a', { spec: { template } }))).toEqual([]);
    expect(refs(object('Deployment', 'a', { spec: { template } }))).toEqual(['Deployment a']);
  });

  test('a pod that a ReplicaSet among the manifests has made does not, nor that ReplicaSet', () => {
    const set = object('ReplicaSet', 'a-1f', { spec: { template: pod() } }, madeBy('Deployment', 'a'));
    const made = object('Pod', 'a-1f-x', { spec: pod().spec }, madeBy('ReplicaSet', 'a-1f'));
    expect(refs(deployment(), set, made)).toEqual(['Deployment a']);
    expect(refs(deployment(), made)).toEqual(['Deployment a']);
  });

  test('a pod whose maker is not among the manifests does', () => {
    expect(refs(object('Pod', 'a-1f-x', { spec: pod().spec }, madeBy('ReplicaSet', 'a-1f')))).toEqual(['Pod a-1f-x']);
  });
});

describe('a named target port', () => {
  const dns = [
    { name: 'dns', containerPort: 5353, protocol: 'UDP' },
    { name: 'dns', containerPort: 53 },
  ];
  const lookUp = (protocol: string) => {
    const service = object('Service', 'a', {
      spec: { selector: { app: 'a' }, ports: [{ name: 'dns', port: 53, targetPort: 'dns', protocol }] },
    });
    const manifests = read(deployment(dns), service);
    const workloads = readWorkloads(manifests);
    const [found] = readServices(manifests, new LabelIndex(workloads));
    const [workload] = workloads;
    if (found?.ports[0] === undefined || workload === undefined) throw new Error('nothing read');
    expect(servicesByWorkload([found]).get(workload)).toEqual([found]);
    return { number: targetPort(found.ports[0], workload), protocol: found.ports[0].protocol };
  };

  test('is the one of the same transport protocol', () => {
    expect(lookUp('TCP')).toEqual({ number: 53, protocol: 'tcp' });
    expect(lookUp('UDP')).toEqual({ number: 5353, protocol: 'udp' });
  });
});
