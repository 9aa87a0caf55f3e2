import { ConnectionMemory } from '../../../lib/analysis/access/connection-memory';
import type { Caller } from '../../../lib/analysis/access/connector';
import { MeshModel } from '../../../lib/analysis/access/mesh-model';
import { deployment, service } from './objects';

const model = MeshModel.from([deployment('api'), deployment('web'), service('api', [{ name: 'http', port: 80 }])]);
const [api, web] = ['shop/api', 'shop/web'].map((ref) => model.findCaller(ref) as Caller);
const ports = model.callees.flatMap((callee) => model.portsOf(callee)).flatMap(({ destinations }) => destinations);
const [to] = ports;

function connections(callers: readonly (Caller | undefined)[]): number {
  const memory = new ConnectionMemory();
  let made = 0;
  for (const caller of callers) {
    if (!caller || !to) throw new Error('nobody calls nothing');
    memory.connection(caller, to, () => {
      made += 1;
      return model.connect(caller, to);
    });
  }
  return made;
}

test('a connection is made out once for a caller and a destination, however the caller is named', () => {
  const again = model.findCaller('shop/web') as Caller;
  expect(connections([web, again, api, api, web])).toBe(2);
});

test.each<[string, readonly Caller[], number]>([
  ['identities', ['a', 'b', 'a'].map((identity) => ({ kind: 'identity', identity })), 2],
  ['the outside and a gateway', [{ kind: 'outside' }, { kind: 'outside', through: 'a/b' }, { kind: 'outside' }], 2],
  [
    'identities that stand for others, which are not remembered',
    [1, 2].map(() => ({ kind: 'identity', identity: 'a', standsFor: { kind: 'everybody' } }) as unknown as Caller),
    2,
  ],
])('%s are different callers', (_, callers, made) => {
  expect(connections(callers)).toBe(made);
});

test('more than it keeps are forgotten, and made out anew', () => {
  const many: Caller[] = Array.from({ length: 20_001 }, (_, index) => ({ kind: 'identity', identity: `id-${index}` }));
  expect(connections([...many, ...many.slice(-1), ...many.slice(0, 1)])).toBe(20_002);
});
