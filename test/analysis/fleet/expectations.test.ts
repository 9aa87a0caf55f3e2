import '../../../lib/jest';
import { load } from 'js-yaml';
import {
  checkExpectations,
  FleetModel,
  initialExpectations,
  type JsonValue,
  readExpectations,
} from '../../../lib/access';
import { add, destinationRule, filesOf, installation, replace, threeClusters } from './three-clusters';

const files = filesOf();
const fleet = FleetModel.from(files);

function check(table: object, model = fleet) {
  const expectations = readExpectations(table as JsonValue);
  if ('problems' in expectations) throw new Error(JSON.stringify(expectations.problems));
  return checkExpectations(model, expectations);
}

const failed = (table: object, model = fleet) => check(table, model).flatMap(({ met, text }) => (met ? [] : text));

test('names begin with the cluster, and a caller without one is in that of the callee', () => {
  expect(
    failed({
      allow: [
        { from: ['eu-1:shop/web', 'us-1:shop/web', 'shop/web'], to: 'us-1:shop/carts', method: 'GET', path: '/' },
        { from: 'staging:shop/web', to: 'staging:shop/carts', method: 'GET', path: '/' },
      ],
      deny: [{ from: 'eu-1:own/reporter', to: 'us-1:shop/carts', method: 'GET', path: '/' }],
    }),
  ).toEqual([]);
  expect(failed({ allow: [{ from: 'eu-1:shop/web', to: 'us-1:shop/stats' }] })).toEqual([
    expect.stringMatching(/^eu-1:shop\/web → us-1:shop\/stats: denied/),
  ]);
});

test.each([
  ['shop/web', 'shop/carts', /add the cluster, as in eu-1:shop\/carts/],
  ['ap-1:shop/web', 'us-1:shop/carts', /No cluster is called "ap-1"/],
  ['*', 'ap-1:*', /No cluster is called "ap-1"/],
  ['staging:*', 'us-1:shop/carts', /part of mesh/],
])('%s → %s meets no expectation', (from, to, message) => {
  for (const expect_ of ['allow', 'deny']) {
    const results = check({ [expect_]: [{ from, to, port: 80 }] });
    expect(results.map(({ met }) => met)).not.toContain(true);
    expect(results.map(({ text }) => text).join('\n')).toMatch(message);
  }
});

test('an asterisk is everybody of every cluster that comes to the callee, and everything of a cluster', () => {
  const asked = (from: string, to: string) =>
    check({ deny: [{ from, to }] }).map(({ request }) => `${request.from} → ${request.to}`);

  const all = asked('*', 'us-1:shop/db');
  expect(all).toEqual(
    expect.arrayContaining([
      'us-1:shop/web → us-1:shop/db',
      'eu-1:shop/web → us-1:shop/db',
      'eu-1:own/reporter → us-1:shop/db',
      'outside → us-1:shop/db',
    ]),
  );
  expect(all.join('\n')).not.toContain('staging:');
  // tbot has no identity, and so comes to another cluster as anybody from outside.
  expect(asked('eu-1:*', 'us-1:shop/carts')).not.toContain('eu-1:teleport-system/tbot → us-1:shop/carts');
  expect(new Set(asked('outside', 'staging:*'))).toEqual(
    new Set(['outside → staging:shop/carts', 'outside → staging:shop/web']),
  );
  expect(new Set(asked('outside', '*').map((text) => text.split(/[ :]/)[2]))).toEqual(
    new Set(['eu-1', 'us-1', 'staging']),
  );
});

describe('otherwise: deny', () => {
  const table = () => load(initialExpectations(fleet)) as { allow: { from: string; to: string }[] };

  test('holds for the table that is made from the same files', () => {
    expect(failed(table())).toEqual([]);
    expect(check(table()).length).toBeGreaterThan(50);
  });

  test.each([
    ['within a cluster', 'us-1:shop/web', 'us-1:shop/carts'],
    ['in another mesh', 'staging:shop/web', 'staging:shop/carts'],
    ['between clusters', 'eu-1:own/reporter', 'us-1:shop/carts'],
  ])('a call %s that nobody names is one too many', (_what, from, to) => {
    const { allow, ...rest } = table();
    const left = allow.filter((entry) => entry.from !== from || entry.to !== to);
    expect(left).toHaveLength(allow.length - 1);
    expect(failed({ ...rest, allow: left }).join('\n')).toContain(`${from} → ${to}:80`);
  });

  test('what is not known between clusters is not closed', () => {
    const rule = destinationRule({ tls: { mode: 'SIMPLE' } }, 'own');
    const model = FleetModel.from(filesOf({ 'eu-1/more.yaml': add(rule) }));
    expect(initialExpectations(model)).toMatch(/# {3}eu-1 → us-1:shop\/carts: DestinationRule shop\/own of eu-1/);
    const results = check(table(), model).filter(({ met }) => !met);
    expect(results.map(({ answer }) => answer.verdict)).toContain('unanswerable');
  });

  test('clusters that do not say which mesh they are part of are no reason to call all well', () => {
    const silent = replace('meshID:', 'other:');
    const model = FleetModel.from(filesOf(installation('eu-1', silent)));
    expect(failed({ otherwise: 'deny' }, model).join('\n')).toMatch(
      /eu-1 → us-1: unanswerable, the installation of eu-1/,
    );
  });
});

describe('matchers', () => {
  test.each([
    ['the fleet', threeClusters()],
    ['its files', files],
    ['a model', fleet],
  ])('on %s', (_what, mesh) => {
    expect(mesh).toAllow({ from: 'eu-1:shop/web', to: 'us-1:shop/carts', method: 'GET', path: '/' });
    expect(mesh).toDeny({ from: 'eu-1:shop/web', to: 'us-1:shop/stats' });
    expect(mesh).not.toAllow({ from: 'eu-1:shop/web', to: 'us-1:shop/carts' });
    expect(() => expect(mesh).toDeny({ from: 'shop/web', to: 'shop/carts' })).toThrow(/add the cluster/);
    expect(() => expect(mesh).not.toDeny({ from: 'staging:shop/web', to: 'us-1:shop/carts' })).toThrow(/part of mesh/);
  });

  test('on one cluster that has a name', () => {
    const [eu] = threeClusters().clusters;
    expect(eu?.app).toAllow({ from: 'eu-1:shop/web', to: 'eu-1:shop/stats', method: 'GET', path: '/' });
    expect(eu?.app).toAllow({ from: 'shop/web', to: 'shop/stats', method: 'GET', path: '/' });
  });
});
