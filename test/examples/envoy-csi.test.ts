import { load } from 'js-yaml';
import { committedOutput, findManifest, freshOutput, type Manifest } from './example-output';

const output = committedOutput('envoy-csi');
const find = findManifest(output);
const tbotConfig = load(find('ConfigMap', 'tbot').data['tbot.yaml']) as Manifest;

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('envoy-csi'));
});

test('one directory leads from tbot through the CSI driver into both pods', () => {
  const [service] = tbotConfig.services;
  const { pathname } = new URL(service.listen);
  const directory = pathname.slice(0, pathname.lastIndexOf('/'));
  const hostPaths = (daemonSet: Manifest) =>
    daemonSet.spec.template.spec.volumes.map((volume: Manifest) => volume.hostPath?.path);

  expect(hostPaths(find('DaemonSet', 'tbot'))).toContain(directory);
  expect(hostPaths(find('DaemonSet', 'spiffe-csi-driver'))).toContain(directory);
  for (const name of ['server', 'client']) {
    const pod = find('Deployment', name).spec.template.spec;
    const envoy = pod.containers.find((container: Manifest) => container.name === 'envoy');
    const mount = envoy.volumeMounts.find(({ mountPath }: Manifest) => mountPath === directory);
    const volume = pod.volumes.find((candidate: Manifest) => candidate.name === mount.name);
    expect(volume.csi.driver).toBe(find('CSIDriver', 'csi.spiffe.io').metadata.name);
    expect(find('ConfigMap', `${name}-envoy`).data['envoy.yaml']).toContain(`path: ${pathname}\n`);
  }
});

describe.each(['server', 'client'])('the %s', (name) => {
  const pod = find('Deployment', name).spec.template.spec;
  const bootstrap = find('ConfigMap', `${name}-envoy`).data['envoy.yaml'];

  test("asks for the ID that Teleport makes of its pod's ServiceAccount", () => {
    const template: string = find('workload_identity', 'envoy-csi').spec.spiffe.id;
    const path = template.replace('{{ workload.kubernetes.service_account }}', pod.serviceAccountName);
    const trustDomain = tbotConfig.proxy_server.replace(/:\d+$/, '');
    expect(bootstrap).toContain(`- name: spiffe://${trustDomain}${path}\n`);
  });

  test('is admitted by the one rule, which nobody meets whom tbot has not attested', () => {
    const { allow } = find('workload_identity', 'envoy-csi').spec.rules;
    expect(allow).toHaveLength(1);
    const conditions = Object.fromEntries(allow[0].conditions.map((each: Manifest) => [each.attribute, each]));
    expect(conditions['workload.kubernetes.attested'].eq.value).toBe('true');
    expect(conditions['workload.kubernetes.namespace'].eq.value).toBe(find('Deployment', name).metadata.namespace);
    expect(conditions['workload.kubernetes.service_account'].in.values).toContain(pod.serviceAccountName);
  });

  test('gives the socket to Envoy only', () => {
    const mounts = pod.containers.flatMap((container: Manifest) =>
      (container.volumeMounts ?? []).map((mount: Manifest) => [container.name, mount.name]),
    );
    expect(mounts.filter(([, volume]: [string, string]) => volume === 'workload-api')).toEqual([
      ['envoy', 'workload-api'],
    ]);
  });
});

test("the client's Envoy calls the Service, which leads to the server's Envoy and not to the application", () => {
  const service = find('Service', 'server');
  const host = `${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`;
  const client = load(find('ConfigMap', 'client-envoy').data['envoy.yaml']) as Manifest;
  const [upstream] = client.static_resources.clusters;
  expect(upstream.load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address).toEqual({
    address: host,
    port_value: service.spec.ports[0].port,
  });

  const { containers } = find('Deployment', 'server').spec.template.spec;
  const target = containers
    .flatMap((container: Manifest) =>
      (container.ports ?? []).map((port: Manifest) => ({ container: container.name, ...port })),
    )
    .find((port: Manifest) => port.name === service.spec.ports[0].targetPort);
  expect(target).toMatchObject({ container: 'envoy', containerPort: 8443 });
  expect(find('Deployment', 'server').spec.template.metadata.labels).toMatchObject(service.spec.selector);
});

test('tbot joins as the ServiceAccount that the token admits', () => {
  const { serviceAccountName } = find('DaemonSet', 'tbot').spec.template.spec;
  const { namespace } = find('DaemonSet', 'tbot').metadata;
  const token = find('token', tbotConfig.onboarding.token);
  expect(token.spec.kubernetes.allow).toEqual([{ service_account: `${namespace}:${serviceAccountName}` }]);
  expect(token.spec.bot_name).toBe(find('bot', 'envoy-csi').metadata.name);
  expect(find('bot', 'envoy-csi').spec.roles).toEqual([find('role', 'envoy-csi-issuer').metadata.name]);
});
