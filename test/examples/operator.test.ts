import { KubernetesJoin, MeshApp, TeleportCluster, TeleportMesh } from '../../lib';
import { committedOutput, findManifest, freshOutput } from './example-output';

const output = committedOutput('operator');
const find = findManifest(output);

const identity = find('TeleportWorkloadIdentityV1', 'istio-workloads');
const role = find('TeleportRoleV7', 'istio-workload-identity-issuer');
const bot = find('TeleportBotV1', 'istio-tbot');
const token = find('TeleportProvisionToken', 'istio-tbot-k8s-join');

test('what is committed is what the example writes', () => {
  expect(output).toEqual(freshOutput('operator'));
});

test('there is nothing left for tctl, and everything lies where the operator looks', () => {
  expect(Object.keys(output).filter((path) => path.startsWith('teleport/'))).toEqual([]);
  for (const { metadata } of [identity, role, bot, token]) expect(metadata.namespace).toBe('teleport-cluster');
});

test('each object has the version in which its CRD is served', () => {
  // gravitational/teleport integrations/operator/config/crd/bases
  expect([identity, role, bot].map(({ apiVersion }) => apiVersion)).toEqual(Array(3).fill('resources.teleport.dev/v1'));
  expect(token.apiVersion).toBe('resources.teleport.dev/v2');
});

test('the chain from token to identity is one, by the names and labels of the objects', () => {
  expect(token.spec.bot_name).toBe(bot.metadata.name);
  expect(bot.spec.roles).toEqual([role.metadata.name]);
  for (const [label, values] of Object.entries(role.spec.allow.workload_identity_labels)) {
    expect(values).toEqual([identity.metadata.labels[label]]);
  }
  expect(Object.keys(role.spec.allow.workload_identity_labels)).not.toHaveLength(0);
});

test('specs stand without the envelope that tctl documents have', () => {
  for (const { spec } of [identity, role, bot, token]) {
    expect(Object.keys(spec)).not.toContain('metadata');
    expect(Object.keys(spec)).not.toContain('version');
  }
});

test('what the custom resource for tokens of an older operator cannot say is refused, and not dropped', () => {
  const mesh = () =>
    new TeleportMesh(new MeshApp(), 'mesh', {
      teleport: TeleportCluster.cloud('example.teleport.sh'),
      join: KubernetesJoin.oidc('https://oidc.eks.eu-west-1.amazonaws.com/id/0123'),
      teleportResources: { kind: 'operator', namespace: 'teleport-cluster' },
      tbot: { version: '17.7.29' },
    });
  expect(mesh).toThrow(/TeleportProvisionToken cannot express the join type: "oidc".*tctl create -f/);
});
