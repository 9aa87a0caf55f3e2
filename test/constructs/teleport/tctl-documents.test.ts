import { loadAll } from 'js-yaml';
import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { JoinToken } from '../../../lib/constructs/teleport/join-token';
import { Jwks } from '../../../lib/constructs/teleport/jwks';
import { KubernetesJoin } from '../../../lib/constructs/teleport/kubernetes-join';
import { printTctlDocuments, toTctlDocuments } from '../../../lib/constructs/teleport/tctl-documents';
import { TeleportBot } from '../../../lib/constructs/teleport/teleport-bot';
import { TeleportCluster } from '../../../lib/constructs/teleport/teleport-cluster';
import { TeleportRole } from '../../../lib/constructs/teleport/teleport-role';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';

const jwks = Jwks.parse(`{"keys":[{"kty":"RSA","n":"${'A'.repeat(342)}","e":"AQAB"}]}`);

function chain(join = KubernetesJoin.staticJwks(jwks)) {
  const identity = WorkloadIdentity.forIstio({
    name: 'mesh',
    labels: { env: 'no' },
    namespaces: ['shop', 'on', '1e3', '0x1f', '12'],
  });
  const role = new TeleportRole({ name: 'issuer', issues: [identity] });
  const bot = new TeleportBot({ name: 'tbot', roles: [role] });
  const token = new JoinToken({
    name: 'istio-tbot',
    cluster: TeleportCluster.cloud('example.teleport.sh'),
    bot,
    join,
    serviceAccounts: [{ namespace: 'teleport', name: 'tbot' }],
  });
  return { identity, role, bot, token };
}

const addresses = (documents: readonly { kind: string; metadata: { name: string } }[]) =>
  documents.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe('toTctlDocuments', () => {
  test('writes what is referred to first, and each resource once', () => {
    const { identity, role, bot, token } = chain();
    const expected = ['workload_identity/mesh', 'role/issuer', 'bot/tbot', 'token/istio-tbot'];
    expect(addresses(toTctlDocuments([token]))).toEqual(expected);
    expect(addresses(toTctlDocuments([token, bot, token, role, identity]))).toEqual(expected);
  });

  test('closes the chain of names and labels', () => {
    const [identity, role, bot, token] = toTctlDocuments([chain().token]);
    expect(role?.spec).toMatchObject({
      allow: {
        workload_identity_labels: Object.fromEntries(
          Object.entries(identity?.metadata.labels ?? {}).map(([key, label]) => [key, [label]]),
        ),
      },
    });
    expect(bot?.spec).toMatchObject({ roles: [role?.metadata.name] });
    expect(token?.spec).toMatchObject({ bot_name: bot?.metadata.name });
  });

  test('writes everything but the token while the keys of the cluster are not known', () => {
    const { bot, token } = chain(KubernetesJoin.staticJwks());
    expect(addresses(toTctlDocuments([bot]))).toEqual(['workload_identity/mesh', 'role/issuer', 'bot/tbot']);
    expect(() => toTctlDocuments([token])).toThrow('[JoinToken istio-tbot]');
  });

  test('refuses two resources of one kind and name, which Teleport would overwrite', () => {
    expect(() => toTctlDocuments([chain().bot, chain().bot])).toThrow(InvalidInputError);
    expect(() => toTctlDocuments([chain().role, chain().token])).toThrow(
      /same kind and name.*(role\/issuer|workload_identity\/mesh)/,
    );
  });

  test('sorts resources of one kind by name', () => {
    const make = (name: string) => WorkloadIdentity.forIstio({ name, namespaces: ['shop'] });
    const names = ['b', 'a-2', 'a.1', 'a'];
    expect(toTctlDocuments(names.map(make)).map(({ metadata }) => metadata.name)).toEqual(['a', 'a-2', 'a.1', 'b']);
  });
});

describe('printTctlDocuments', () => {
  test('is YAML that reads back as the same documents', () => {
    const { token } = chain();
    expect(loadAll(printTctlDocuments([token]))).toEqual(toTctlDocuments([token]));
  });

  test('separates documents by a line of its own, and ends with a line break', () => {
    const text = printTctlDocuments([chain().token]);
    expect(text.match(/^---$/gm)).toHaveLength(3);
    expect(text).toMatch(/^kind: workload_identity\n/);
    expect(text).toMatch(/[^\n]\n$/);
  });

  test('quotes what a YAML 1.1 parser such as Teleport’s would not take for text', () => {
    const text = printTctlDocuments([chain().token]);
    for (const word of ["'no'", "'on'", "'1e3'", "'0x1f'", "'12'", "'true'"]) expect(text).toContain(word);
  });

  test('keeps every text on one line, a JWKS and a long expression too', () => {
    const expression = Array.from({ length: 20 }, (_, n) => `user.bot_name == "bot-${n}"`).join(' || ');
    const identity = new WorkloadIdentity({ name: 'server', id: '/svc/server', allow: [{ expression }] });
    expect(printTctlDocuments([identity])).toContain(`expression: ${expression}\n`);
    expect(printTctlDocuments([chain().token])).toContain(`jwks: '${jwks}'\n`);
  });

  test('uses no anchors, even where the same list is written twice', () => {
    expect(printTctlDocuments([chain().token])).not.toMatch(/[&*]ref/);
  });
});
