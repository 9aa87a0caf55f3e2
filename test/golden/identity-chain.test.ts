import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { Jwks, KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh } from '../../lib';
import { type Document, documentsOf, filesBelow } from './written-files';

/**
 * Walks from file to file as the systems do at run time: each step compares what two of them must agree on, as it was
 * written, and knows nothing of the values they came from.
 */
const mesh = documentsOf('mesh.k8s.yaml');
const teleport = documentsOf('teleport/teleport.yaml');
const [operator] = documentsOf('istio/istio-operator.yaml');
const [istiodValues] = documentsOf('istio/values-istiod.yaml');
const [gatewayValues] = documentsOf('istio/values-gateway.yaml');

function find(documents: readonly Document[], kind: string, name?: string): Document {
  const found = documents.filter((d) => d.kind === kind && (name === undefined || d.metadata.name === name));
  expect(found).toHaveLength(1);
  return found[0];
}

const tbot = find(mesh, 'DaemonSet', 'tbot');
const tbotPod = tbot.spec.template.spec;
const tbotConfig: Document = load(find(mesh, 'ConfigMap', 'tbot').data['tbot.yaml']);
const [service] = tbotConfig.services;
const driverPod = find(mesh, 'DaemonSet', 'spiffe-csi-driver').spec.template.spec;
const identity = find(teleport, 'workload_identity');
const role = find(teleport, 'role');
const bot = find(teleport, 'bot');

const volume = (pod: Document, name: string) => pod.volumes.find((v: Document) => v.name === name);
const mount = (container: Document, name: string) => container.volumeMounts.find((m: Document) => m.name === name);

test('trust domain, cluster, audience of the join token and the proxy address are one name', () => {
  const { trustDomain } = operator.spec.meshConfig;
  const audience = volume(tbotPod, 'join-token').projected.sources[0].serviceAccountToken.audience;

  expect(trustDomain).toBe('ellinj.teleport.sh');
  expect(istiodValues.meshConfig.trustDomain).toBe(trustDomain);
  expect(audience).toBe(trustDomain);
  expect(tbotConfig.proxy_server).toBe(`${trustDomain}:443`);
});

test('tbot reads the join token where the volume puts it, within the lifetime Teleport accepts', () => {
  const [container] = tbotPod.containers;
  const { path, expirationSeconds } = volume(tbotPod, 'join-token').projected.sources[0].serviceAccountToken;
  const tokenPath = container.env.find((e: Document) => e.name === 'KUBERNETES_TOKEN_PATH').value;

  expect(tokenPath).toBe(`${mount(container, 'join-token').mountPath}/${path}`);
  expect(expirationSeconds).toBeGreaterThanOrEqual(600);
  expect(expirationSeconds).toBeLessThanOrEqual(1800);
});

test('tbot listens in the directory of the node that the CSI driver hands to pods', () => {
  const hostPath = volume(tbotPod, 'workload-api').hostPath.path;
  const listenPath = service.listen.replace('unix://', '');
  const directory = listenPath.slice(0, listenPath.lastIndexOf('/'));
  const [driver] = driverPod.containers;
  const served = driver.args[driver.args.indexOf('-workload-api-socket-dir') + 1];

  expect(directory).toBe(hostPath);
  expect(mount(tbotPod.containers[0], 'workload-api').mountPath).toBe(hostPath);
  expect(volume(driverPod, 'workload-api').hostPath.path).toBe(hostPath);
  expect(mount(driver, 'workload-api').mountPath).toBe(served);
});

test('proxies look for the file that tbot makes, and get it from the driver that is registered', () => {
  const fileName = service.listen.slice(service.listen.lastIndexOf('/') + 1);
  const driverName = find(mesh, 'CSIDriver').metadata.name;
  const [driver] = driverPod.containers;

  for (const { meshConfig, sidecarInjectorWebhook } of [
    { meshConfig: operator.spec.meshConfig, sidecarInjectorWebhook: operator.spec.values.sidecarInjectorWebhook },
    istiodValues,
  ]) {
    const overlay: Document = load(sidecarInjectorWebhook.templates.spire);
    expect(meshConfig.defaultConfig.proxyMetadata.WORKLOAD_IDENTITY_SOCKET_FILE).toBe(fileName);
    expect(sidecarInjectorWebhook.defaultTemplates).toEqual(['sidecar', 'spire']);
    expect(volume(overlay.spec, 'workload-socket').csi).toEqual({ driver: driverName, readOnly: true });
  }
  expect(driver.args[driver.args.indexOf('-plugin-name') + 1]).toBe(driverName);
});

test('the ingress gateway gets the same socket, by either way to install it, and an identity of one name', () => {
  const [component] = operator.spec.components.ingressGateways;
  const [patch] = component.k8s.overlays[0].patches;

  expect(patch.path).toBe('spec.template.spec.volumes.[name:workload-socket]');
  expect(patch.value.csi).toEqual({ driver: find(mesh, 'CSIDriver').metadata.name, readOnly: true });
  expect(gatewayValues.podAnnotations['inject.istio.io/templates']).toBe('gateway,spire');
  // The profile's chart appends this to the name of the gateway.
  expect(gatewayValues.serviceAccount.name).toBe(`${component.name}-service-account`);
  expect(allowedNamespaces()).toContain(component.namespace);
});

test('tbot asks for the identity that the role lets its bot issue', () => {
  expect(service.selector).toEqual({ name: identity.metadata.name });
  expect(bot.spec.roles).toEqual([role.metadata.name]);
  for (const [key, values] of Object.entries<string[]>(role.spec.allow.workload_identity_labels)) {
    expect(values).toContain(identity.metadata.labels[key]);
  }
  expect(role.spec.allow.rules).toEqual([{ resources: ['workload_identity'], verbs: ['read', 'list'] }]);
});

test('every injected namespace may get identities, and they have the form that Istio expects', () => {
  const injected = documentsOf('00-namespaces.k8s.yaml')
    .filter((d) => d.metadata.labels['istio-injection'] === 'enabled')
    .map((d) => d.metadata.name);

  expect(injected).not.toHaveLength(0);
  expect(allowedNamespaces()).toEqual(expect.arrayContaining(injected));
  expect(identity.spec.spiffe.id).toBe(
    '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}',
  );
});

test('only attested pods match the allow rule', () => {
  for (const rule of identity.spec.rules.allow) {
    expect(rule.conditions).toContainEqual({ attribute: 'workload.kubernetes.attested', eq: { value: 'true' } });
  }
  expect(service.attestors.kubernetes.enabled).toBe(true);
  expect(tbotPod.hostPID).toBe(true);
  expect(tbotPod.containers[0].env).toContainEqual({
    name: 'TELEPORT_NODE_NAME',
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } },
  });
});

test('with the keys of the cluster, tbot joins by a token that is there, as the account it admits and the bot it makes', () => {
  const outdir = mkdtempSync(join(tmpdir(), 'keys-'));
  const keys = { keys: [{ kty: 'RSA', kid: 'k', alg: 'RS256', use: 'sig', n: 'AQAB', e: 'AQAB' }] };
  try {
    const app = new MeshApp({ outdir });
    const keysJoin = KubernetesJoin.staticJwks(Jwks.parse(JSON.stringify(keys)));
    const istio = { version: '1.31.4', ingressGateway: true } as const;
    const teleport = TeleportCluster.cloud('ellinj.teleport.sh');
    new TeleportMesh(app, 'mesh', { teleport, join: keysJoin, istio }).identity.allowNamespaces('sock-shop');
    app.synth();
    const files = filesBelow(outdir);
    const token = find(loadAll(files.get('teleport/teleport.yaml') ?? '') as Document[], 'token');

    expect(tbotConfig.onboarding).toEqual({ token: token.metadata.name, join_method: token.spec.join_method });
    expect(token.spec).toMatchObject({ roles: ['Bot'], bot_name: bot.metadata.name });
    expect(token.spec.kubernetes.allow).toEqual([
      { service_account: `${tbot.metadata.namespace}:${tbotPod.serviceAccountName}` },
    ]);
    expect(JSON.parse(token.spec.kubernetes.static_jwks.jwks)).toEqual(keys);
    // The keys change the token and nothing else, so this is the tbot that uses it.
    expect(loadAll(files.get('mesh.k8s.yaml') ?? '')).toEqual(mesh);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

test('tbot runs as an account that is there, with the rights of its name', () => {
  const account = { name: tbotPod.serviceAccountName, namespace: tbot.metadata.namespace };
  const binding = find(mesh, 'ClusterRoleBinding');

  expect(find(mesh, 'ServiceAccount', account.name).metadata.namespace).toBe(account.namespace);
  expect(binding.subjects).toEqual([{ kind: 'ServiceAccount', ...account }]);
  expect(binding.roleRef.name).toBe(find(mesh, 'ClusterRole').metadata.name);
});

test('no secret is written, and without the keys of the cluster no token either', () => {
  expect(teleport.map((d) => d.kind)).toEqual(['workload_identity', 'role', 'bot']);
  expect(mesh.filter((d) => d.kind === 'Secret')).toEqual([]);
});

function allowedNamespaces(): string[] {
  const [rule] = identity.spec.rules.allow;
  return rule.conditions.find((c: Document) => c.attribute === 'workload.kubernetes.namespace').in.values;
}
