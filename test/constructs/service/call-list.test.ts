import fc from 'fast-check';
import { Principal, SpiffeId } from '../../../lib';
import type { CallOperation } from '../../../lib/constructs/app/declared-calls';
import { AccessList } from '../../../lib/constructs/service/call-list';

const caller = (name: string) => Principal.of(SpiffeId.parse(`spiffe://acme.teleport.sh/ns/shop/sa/${name}`));
const from = (...names: string[]) => [{ source: { principals: names.map((name) => caller(name).pattern) } }];
const READ: CallOperation = { methods: ['GET'], ports: [80] };
const WRITE: CallOperation = { methods: ['POST'], ports: [80] };

test('writes one rule for each operation, with all its callers', () => {
  const list = new AccessList();
  list.add('here', caller('b'), READ);
  list.add('here', caller('a'), WRITE);
  list.add('here', caller('a'), { ...READ });

  expect(list.toRules()).toEqual([
    { from: from('a', 'b'), to: [{ operation: { methods: ['GET'], ports: ['80'] } }] },
    { from: from('a'), to: [{ operation: { methods: ['POST'], ports: ['80'] } }] },
  ]);
});

test('a rule for everybody names nobody, whoever else was named', () => {
  const list = new AccessList();
  list.add('here', caller('a'), READ);
  list.addEverybody('here', READ);
  list.add('here', caller('b'), READ);

  expect(list.toRules()).toEqual([{ to: [{ operation: { methods: ['GET'], ports: ['80'] } }] }]);
});

test('names a caller once, however often it was added', () => {
  const list = new AccessList();
  for (const name of ['b', 'a', 'b']) list.add('here', caller(name), READ);

  expect(list.toRules()[0]?.from).toEqual(from('a', 'b'));
  const [read] = [...list.operations()];
  expect({ ...read, callers: [...(read?.callers ?? [])].sort() }).toEqual({
    operation: READ,
    callers: [caller('a').pattern, caller('b').pattern],
    everybody: false,
  });
});

test('comes out the same for every order of what went in', () => {
  const entries = ['a', 'b', 'c'].flatMap((name) => [READ, WRITE].map((operation) => ({ name, operation })));
  const rules = (order: readonly (typeof entries)[number][]) => {
    const list = new AccessList();
    for (const { name, operation } of order) list.add('here', caller(name), operation);
    return JSON.stringify(list.toRules());
  };

  fc.assert(
    fc.property(
      fc.shuffledSubarray(entries, { minLength: entries.length }),
      (order) => rules(order) === rules(entries),
    ),
  );
});

test('sorts by code unit, not by locale', () => {
  const list = new AccessList();
  for (const name of ['b', 'B', 'a-b', 'ab']) list.add('here', caller(name), READ);

  expect(list.toRules()[0]?.from?.[0]?.source.principals).toEqual(
    ['B', 'a-b', 'ab', 'b'].map((name) => caller(name).pattern),
  );
});

test('refuses an operation that no request matches when it is added, and keeps nothing of it', () => {
  const list = new AccessList();
  expect(() => list.add('shop/web', caller('a'), { methods: ['get'], ports: [80] })).toThrow(/shop\/web.*write "GET"/s);
  expect(list.toRules()).toEqual([]);
});
