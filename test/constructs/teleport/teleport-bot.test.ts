import { TeleportBot } from '../../../lib/constructs/teleport/teleport-bot';
import { TeleportRole } from '../../../lib/constructs/teleport/teleport-role';
import { WorkloadIdentity } from '../../../lib/constructs/teleport/workload-identity';

const identity = WorkloadIdentity.forIstio({ name: 'mesh', namespaces: ['shop'] });
const role = new TeleportRole({ name: 'issuer', issues: [identity] });

describe('TeleportBot', () => {
  test('has the roles it is given, by name and in one order', () => {
    const bot = new TeleportBot({ name: 'tbot', roles: [role, { kind: 'role', name: 'auditor' }, role] });
    expect(bot.toTctlDocument()).toEqual({
      kind: 'bot',
      version: 'v1',
      metadata: { name: 'tbot' },
      spec: { roles: ['auditor', 'issuer'] },
    });
  });

  test('refuses to be without a role: applying it would take away those it has', () => {
    expect(() => new TeleportBot({ name: 'tbot', roles: [] })).toThrow('[TeleportBot tbot] the bot has no roles');
  });

  test('does not take an identity for a role', () => {
    // @ts-expect-error an identity is not a role
    expect(() => new TeleportBot({ name: 'tbot', roles: [identity] })).not.toThrow();
  });

  test('refuses a name no custom resource can have', () => {
    expect(() => new TeleportBot({ name: 'a b', roles: [role] })).toThrow('not a valid name for a Teleport resource');
  });
});
