import { largeMesh, largeMeshRef } from '../../../bench/large-mesh';
import { accessMatrix, describeCondition, MeshModel, portName } from '../../../lib/access';
import { deployment, meshConfig, namespace, PAIR, policy } from '../access/objects';

const cellsTo = (to: string, ...policies: readonly object[]) =>
  accessMatrix(MeshModel.from([...PAIR, ...policies])).cells.filter(
    (cell) => `${cell.to}:${portName(cell.port)}` === to,
  );

/** The rows every matrix has. */
const ANYBODY = ['any identity of the trust domain', 'any identity of another trust domain', 'outside'];
const CLIENT = 'cluster.local/ns/shop/sa/client';

describe('accessMatrix', () => {
  test('has a row for each caller and outside, a column for each port, and no cell for a workload itself', () => {
    const { callers, callees, cells } = accessMatrix(MeshModel.from(PAIR));
    expect(callers).toEqual(['shop/client', 'shop/server', ...ANYBODY]);
    expect(callees.map(({ to, port }) => `${to}:${portName(port)}`)).toEqual([
      'shop/server:80 (http)',
      'shop/server:81 (tcp)',
    ]);
    expect(cells.map(({ from }) => from)).toEqual([
      'shop/client',
      'shop/client',
      ...ANYBODY.flatMap((from) => [from, from]),
    ]);
  });

  test.each([
    ['no policy', [], 'allowed', []],
    ['a deny-all', [policy({})], 'denied', []],
    [
      'a rule on methods',
      [policy({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/a', '/b'] } }] }] })],
      'conditional',
      ['if GET /a, /b'],
    ],
    [
      'two alternatives',
      [policy({ rules: [{ to: [{ operation: { methods: ['GET'] } }, { operation: { paths: ['/a'] } }] }] })],
      'conditional',
      ['if /a', 'if GET'],
    ],
    [
      'an exception',
      [policy({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'], ports: ['80'] } }] }] })],
      'conditional',
      ['unless /admin*'],
    ],
    [
      'a not-field',
      [policy({ rules: [{ to: [{ operation: { notPaths: ['/x'] } }] }] })],
      'conditional',
      ['if paths not /x'],
    ],
    [
      'a header',
      [policy({ rules: [{ when: [{ key: 'request.headers[x]', values: ['1'] }] }] })],
      'conditional',
      ['if request.headers[x] 1'],
    ],
    [
      'a rule for somebody else',
      [policy({ rules: [{ from: [{ source: { principals: ['x'] } }], to: [{ operation: { methods: ['GET'] } }] }] })],
      'denied',
      [],
    ],
    ['every path', [policy({ rules: [{ to: [{ operation: { paths: ['/*'] } }] }] })], 'allowed', []],
    [
      'an external authorizer',
      [
        meshConfig({
          extensionProviders: [
            { name: 'opa', envoyExtAuthzGrpc: { service: 'authz.auth.svc.cluster.local', port: 9000 } },
          ],
        }),
        policy({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] }, { name: 'ask' }),
      ],
      'conditional',
      ['ask CUSTOM shop/ask, rule 1 delegates it to the external authorizer "opa"'],
    ],
  ])('%s', (_, policies, access, conditions) => {
    const [cell] = cellsTo('shop/server:80 (http)', ...policies);
    expect(cell?.access).toBe(access);
    expect(cell?.conditions.map((condition) => `${condition.effect} ${describeCondition(condition)}`)).toEqual(
      conditions,
    );
  });

  test('a pod without a Service is a column only if it has a proxy', () => {
    const agent = (labels: Record<string, string>) => deployment('agent', { labels, ports: [{ containerPort: 9000 }] });
    const columns = (labels: Record<string, string>) =>
      accessMatrix(MeshModel.from([namespace('shop'), agent(labels)])).callees;
    expect(columns({})).toEqual([{ to: 'shop/agent', port: { port: 9000, name: '' } }]);
    expect(columns({ 'sidecar.istio.io/inject': 'false' })).toEqual([]);
  });

  test('identities that only policies name are callers, those of known workloads are not named twice', () => {
    const rule = {
      from: [{ source: { principals: [CLIENT, 'cluster.local/ns/edge/sa/gateway', 'cluster.local/ns/x/*'] } }],
    };
    const { callers } = accessMatrix(MeshModel.from([...PAIR, policy({ rules: [rule] })]));
    expect(callers).toEqual([
      'shop/client',
      'shop/server',
      'spiffe://cluster.local/ns/edge/sa/gateway',
      'any identity of namespace x',
      ...ANYBODY,
    ]);
  });

  test('finds the callers of each of 200 services, and nobody else', () => {
    const { cells } = accessMatrix(MeshModel.from(largeMesh(200)));
    expect(cells).toHaveLength(203 * 200 - 200);
    // Service 60 is called by 19 (a third of it), 40 (twenty before) and 20 (seven times it, modulo 200).
    const callers = cells
      .filter(({ to, access }) => to === largeMeshRef(60) && access !== 'denied')
      .map(({ from }) => from);
    expect(callers).toEqual([19, 20, 40].map(largeMeshRef));
  });
});
