import { load } from 'js-yaml';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('envoy-sidecar');
const find = findManifest(output);

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('envoy-sidecar'));
});

describe.each(['server', 'client'])('the %s', (name) => {
  const pod = find('Deployment', name).spec.template.spec;
  const identity = find('workload_identity', `envoy-sidecar-${name}`);
  const tbotConfig = load(find('ConfigMap', `${name}-tbot`).data['tbot.yaml']) as Manifest;
  const bootstrap: string = find('ConfigMap', `${name}-envoy`).data['envoy.yaml'];

  test('gets its identity only as the ServiceAccount it joined with', () => {
    const { namespace } = find('Deployment', name).metadata;
    expect(identity.spec.rules.allow).toEqual([
      {
        conditions: [
          {
            attribute: 'join.kubernetes.subject',
            eq: { value: `system:serviceaccount:${namespace}:${pod.serviceAccountName}` },
          },
        ],
      },
    ]);
  });

  test('asks for one identity by name, so that there is no other to confuse it with', () => {
    expect(tbotConfig.services).toHaveLength(1);
    expect(tbotConfig.services[0].selector).toEqual({ name: identity.metadata.name });
    expect(bootstrap).toContain(`- name: spiffe://example.teleport.sh${identity.spec.spiffe.id}\n`);
  });

  test('has a socket that only its tbot and its Envoy see, and nothing of the node', () => {
    const { pathname } = new URL(tbotConfig.services[0].listen);
    expect(bootstrap).toContain(`path: ${pathname}\n`);
    const directory = pathname.slice(0, pathname.lastIndexOf('/'));
    const users = [...pod.containers, ...pod.initContainers].filter((container: Manifest) =>
      container.volumeMounts?.some(({ mountPath }: Manifest) => mountPath === directory),
    );
    expect(users.map((container: Manifest) => container.name).sort()).toEqual(['envoy', 'tbot']);
    expect(pod.volumes).toContainEqual({ name: 'workload-api', emptyDir: {} });
    expect(pod).not.toHaveProperty('hostPID');
    expect(JSON.stringify(pod)).not.toMatch(/hostPath|privileged/);
  });

  test('may join by the token', () => {
    const token = find('token', tbotConfig.onboarding.token);
    const { namespace } = find('Deployment', name).metadata;
    expect(token.spec.kubernetes.allow).toContainEqual({ service_account: `${namespace}:${pod.serviceAccountName}` });
  });
});

test('server and client expect each other, by exact ID', () => {
  const peerOf = (name: string) => {
    const bootstrap: string = find('ConfigMap', `${name}-envoy`).data['envoy.yaml'];
    return [...bootstrap.matchAll(/exact: (\S+)/g)].map(([, id]) => id);
  };
  expect(peerOf('server')).toEqual(['spiffe://example.teleport.sh/svc/client']);
  expect(peerOf('client')).toEqual(['spiffe://example.teleport.sh/svc/server']);
});
