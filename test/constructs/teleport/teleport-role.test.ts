import { TeleportRole } from '../../../lib/constructs/teleport/teleport-role';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';
import { attributes } from '../../../lib/upstream/teleport/attributes';

const allow = [{ conditions: [attributes.workload.unix.uid.eq(1000)] }];
const make = (name: string, labels: Record<string, string> = {}) =>
  new WorkloadIdentity({ name, id: `/svc/${name}`, labels, allow });

/** How Teleport matches: every key of the role, and one value of each. */
function issues(role: TeleportRole, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(role.workloadIdentityLabels).every(([key, values]) =>
    values.some((wanted) => wanted === '*' || (key === '*' ? false : labels[key] === wanted)),
  );
}

describe('TeleportRole', () => {
  test('may issue its identity, read it and list it, and nothing else', () => {
    const role = new TeleportRole({ name: 'issuer', issues: [make('server', { env: 'dev' })] });
    expect(role.toTctlDocument()).toEqual({
      kind: 'role',
      version: 'v7',
      metadata: { name: 'issuer' },
      spec: {
        allow: {
          workload_identity_labels: { env: ['dev'], 'workload-identity': ['server'] },
          rules: [{ resources: ['workload_identity'], verbs: ['read', 'list'] }],
        },
      },
    });
  });

  test('matches each of several identities, whatever labels they have', () => {
    const identities = [
      make('a', { env: 'dev', team: 'x' }),
      make('b', { env: 'prod' }),
      make('c', { team: 'y', env: 'dev' }),
    ];
    const role = new TeleportRole({ name: 'issuer', issues: identities });
    for (const identity of identities) expect(issues(role, identity.labels)).toBe(true);
    expect(role.workloadIdentityLabels).toEqual({ env: ['dev', 'prod'], 'workload-identity': ['a', 'b', 'c'] });
  });

  test('matches no other identity, even with the same labels', () => {
    const labels = { env: 'dev' };
    const role = new TeleportRole({ name: 'issuer', issues: [make('a', labels), make('b')] });
    expect(issues(role, make('stranger', labels).labels)).toBe(false);
    expect(issues(role, labels)).toBe(false);
    expect(issues(role, {})).toBe(false);
  });

  test('is the same in whatever order the identities are given', () => {
    const [a, b] = [make('a', { env: 'dev' }), make('b', { env: 'prod' })];
    const forwards = new TeleportRole({ name: 'issuer', issues: [a, b] });
    const backwards = new TeleportRole({ name: 'issuer', issues: [b, a, b] });
    expect(JSON.stringify(backwards.toTctlDocument())).toBe(JSON.stringify(forwards.toTctlDocument()));
  });

  test('refuses to issue nothing', () => {
    expect(() => new TeleportRole({ name: 'issuer', issues: [] })).toThrow(
      '[TeleportRole issuer] the role issues no identity',
    );
  });

  test('refuses a name no custom resource can have', () => {
    expect(() => new TeleportRole({ name: 'Issuer', issues: [make('a')] })).toThrow(
      'not a valid name for a Teleport resource',
    );
  });
});
