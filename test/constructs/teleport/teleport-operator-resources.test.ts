import { Chart, Testing } from 'cdk8s';
import { TeleportOperatorResources } from '../../../lib';
import { JoinToken } from '../../../lib/constructs/teleport/join-token';
import { Jwks } from '../../../lib/constructs/teleport/jwks';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { toTctlDocuments } from '../../../lib/constructs/teleport/tctl-documents';
import { TeleportBot } from '../../../lib/constructs/teleport/teleport-bot';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import type { TeleportResource } from '../../../lib/constructs/teleport/teleport-resource';
import { TeleportRole } from '../../../lib/constructs/teleport/teleport-role';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { Target } from '../../../lib/upstream/releases/target';

const cluster = TeleportCluster.cloud('example.teleport.sh');
const jwks = Jwks.parse('{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"}]}');

function chain(join: KubernetesJoin) {
  const identity = WorkloadIdentity.forIstio({ name: 'mesh', labels: { env: 'dev' }, namespaces: ['shop'] });
  const role = new TeleportRole({ name: 'issuer', issues: [identity] });
  const bot = new TeleportBot({ name: 'tbot', roles: [role] });
  const serviceAccounts = [{ namespace: 'teleport', name: 'tbot' }];
  return { identity, bot, token: new JoinToken({ name: 'istio-tbot', cluster, bot, join, serviceAccounts }) };
}

function add(...resources: TeleportResource[]): Chart {
  const chart = new Chart(Testing.app(), 'teleport');
  new TeleportOperatorResources(chart, 'resources', { namespace: 'teleport-operator', resources });
  return chart;
}

function addFor(target: Target, resource: TeleportResource): void {
  const chart = new Chart(Testing.app(), 'teleport');
  new TeleportOperatorResources(chart, 'resources', { namespace: 'teleport-operator', resources: [resource], target });
}

describe('TeleportOperatorResources', () => {
  const { token } = chain(KubernetesJoin.staticJwks(jwks));

  test('uses the kinds and versions of the operator', () => {
    expect(
      Testing.synth(add(token)).map(({ apiVersion, kind, metadata }) => [apiVersion, kind, metadata.name]),
    ).toEqual([
      ['resources.teleport.dev/v1', 'TeleportWorkloadIdentityV1', 'mesh'],
      ['resources.teleport.dev/v1', 'TeleportRoleV7', 'issuer'],
      ['resources.teleport.dev/v1', 'TeleportBotV1', 'tbot'],
      ['resources.teleport.dev/v2', 'TeleportProvisionToken', 'istio-tbot'],
    ]);
  });

  test('says the same as the documents for tctl', () => {
    const specs = Testing.synth(add(token)).map(({ spec }) => spec);
    expect(specs).toEqual(JSON.parse(JSON.stringify(toTctlDocuments([token]).map(({ spec }) => spec))));
  });

  test('puts labels on the object, where the operator takes them from, and all objects into its namespace', () => {
    const [identity, ...others] = Testing.synth(add(token));
    const ours = { 'app.kubernetes.io/managed-by': 'cdk8s-teleport-istio' };
    expect(identity.metadata.labels).toEqual({ ...ours, env: 'dev', 'workload-identity': 'mesh' });
    for (const { metadata } of others)
      expect(metadata).toEqual({ name: expect.any(String), namespace: 'teleport-operator', labels: ours });
  });

  test('writes namespaces that were allowed after it was made', () => {
    const { identity, bot } = chain(KubernetesJoin.staticJwks(jwks));
    const chart = add(bot);
    identity.allowNamespaces('bank');
    expect(JSON.stringify(Testing.synth(chart))).toContain('["bank","shop"]');
  });

  test('refuses a token with oidc before 18.1, whose custom resource would lose it, and says what to do', () => {
    const { token: oidc, bot } = chain(KubernetesJoin.oidc('https://issuer.example.com'));
    const old = Target.of({ teleport: '18.0.9' });
    expect(() => addFor(old, oidc)).toThrow(
      /^\[teleport\/resources\/token-istio-tbot\] .*cannot express.*tctl create -f/,
    );
    expect(() => addFor(old, bot)).not.toThrow();
    expect(() => addFor(Target.of({ teleport: '18.1.0' }), oidc)).not.toThrow();
    expect(() => add(oidc)).not.toThrow();
  });

  test('refuses a token without keys when it is added, not at synthesis', () => {
    expect(() => add(chain(KubernetesJoin.staticJwks()).token)).toThrow(
      'public keys of the Kubernetes cluster are not known',
    );
  });
});
