import {
  accessMatrix,
  changesToText,
  compareAccess,
  MeshModel,
  matrixToCsv,
  matrixToHtml,
  matrixToJson,
  matrixToMarkdown,
  matrixToTable,
} from '../../../lib/access';
import { deployment, meshConfig, namespace } from '../access/objects';

const entry = (name: string, hosts: readonly string[], spec: object = {}) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace: 'shop' },
  spec: {
    hosts,
    location: 'MESH_EXTERNAL',
    resolution: 'DNS',
    ports: [{ number: 443, name: 'tls', protocol: 'TLS' }],
    ...spec,
  },
});
const CLOSED = meshConfig({ trustDomain: 'cluster.local', outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } });
const OPEN = meshConfig({ trustDomain: 'cluster.local' });
const PODS = [
  namespace('shop'),
  namespace('ops'),
  deployment('web'),
  deployment('cron', { namespace: 'ops' }),
  deployment('bare', { namespace: 'ops', annotations: { 'sidecar.istio.io/inject': 'false' } }),
];
const OWN = entry('bank', ['api.bank.example'], { exportTo: ['.'] });
const external = (objects: readonly object[]) =>
  accessMatrix(MeshModel.from(objects)).external.map(
    ({ from, host, port, reach }) => `${from} ${host}:${port} ${reach}`,
  );

test('each workload with each host that a ServiceEntry names, and any other', () => {
  expect(external([CLOSED, ...PODS, OWN])).toEqual([
    'ops/bare api.bank.example:443 reachable',
    'ops/bare any other host:undefined reachable',
    'ops/cron api.bank.example:443 blocked',
    'ops/cron any other host:undefined blocked',
    'shop/web api.bank.example:443 reachable',
    'shop/web any other host:undefined blocked',
  ]);
});

test('the answers are those to single questions', () => {
  const model = MeshModel.from([CLOSED, ...PODS, OWN]);

  for (const { from, host, port, because, reach } of accessMatrix(model).external.filter(
    (one) => one.port !== undefined,
  ))
    expect(model.decide({ from, to: host, ...(port !== undefined && { port }) })).toMatchObject({
      kind: 'outside-the-mesh',
      egress: { reach, because },
    });
  expect.hasAssertions();
});

test('where egress is open anyway and nothing names a host, there is nothing to list', () => {
  expect(external([OPEN, ...PODS])).toEqual([]);
  expect(external(PODS)).toEqual([]);
  expect(external([CLOSED, ...PODS])).toHaveLength(3);
});

test('an entry for all hosts leaves no other, and one of the mesh is not outside', () => {
  expect(external([CLOSED, ...PODS, entry('all', ['*'])]).filter((text) => text.includes('any other'))).toEqual([]);
  const inside = entry('vm', ['vm.shop.example'], { location: 'MESH_INTERNAL' });
  expect(external([CLOSED, ...PODS, inside]).filter((text) => text.includes('vm.'))).toEqual([]);
});

test('without the mesh configuration an entry makes a host known, and what becomes of others is not known', () => {
  expect(external([...PODS.slice(0, 3), OWN])).toEqual([
    'shop/web api.bank.example:443 reachable',
    'shop/web any other host:undefined unknown',
  ]);
});

describe('in every form', () => {
  const matrix = accessMatrix(MeshModel.from([CLOSED, ...PODS, OWN]));

  test('the table has a line for each host, in the words of a single question', () => {
    const table = matrixToTable(matrix);

    expect(table).toContain('api.bank.example:443 REACHABLE: ops/bare, shop/web; BLOCKED: ops/cron\n');
    expect(table).toContain('any other host       REACHABLE: ops/bare; BLOCKED: ops/cron, shop/web\n');
  });

  test('what most have is not listed name by name', () => {
    const many = Array.from({ length: 5 }, (_, index) => deployment(`w${index}`));
    const table = (objects: readonly object[]) => matrixToTable(accessMatrix(MeshModel.from(objects)));

    expect(table([CLOSED, ...PODS, ...many])).toContain(
      'any other host REACHABLE: ops/bare; BLOCKED: every other workload\n',
    );
    expect(table([CLOSED, namespace('shop'), ...many, OWN])).toContain(
      'api.bank.example:443 REACHABLE: every workload\n',
    );
  });

  test('JSON and CSV have every pair with the reason', () => {
    const json = JSON.parse(matrixToJson(matrix)).external;
    expect(json).toHaveLength(6);
    expect(json[2]).toEqual({
      from: 'ops/cron',
      host: 'api.bank.example',
      port: 443,
      reach: 'blocked',
      because: expect.stringContaining('REGISTRY_ONLY'),
    });
    expect(matrixToCsv(matrix)).toMatch(
      /"shop\/web","api\.bank\.example","443","reachable","ServiceEntry shop\/bank.*","egress"\r\n/,
    );
    expect(matrixToCsv(matrix)).toMatch(/"ops\/cron","any other host","any","blocked","[^"]*REGISTRY_ONLY/);
  });

  test('Markdown and HTML list what gets through, and what is not known with the reason', () => {
    expect(matrixToMarkdown(matrix)).toMatch(
      /\| ops\/bare, shop\/web \| api\.bank\.example:443 \| ✓ \| {2}\| egress \|/,
    );
    expect(matrixToMarkdown(matrix)).not.toContain('ops/cron | api');
    expect(matrixToHtml(matrix)).toContain('api.bank.example:443');
    const open = accessMatrix(MeshModel.from([...PODS.slice(0, 3), OWN]));
    expect(matrixToMarkdown(open)).toMatch(/\| every workload \| any other host \| \? \| [^|]*unknown/);
    expect(matrixToHtml(open)).toContain('unknown: ');
  });
});

describe('a change of egress', () => {
  const changes = (before: readonly object[], after: readonly object[]) =>
    changesToText(compareAccess(MeshModel.from(before), MeshModel.from(after)))
      .trim()
      .split('\n');

  test('that closes it is seen for hosts that only the new side names, and for all others', () => {
    const pods = PODS.filter((one) => !JSON.stringify(one).includes('bare'));

    expect(changes([OPEN, ...pods], [CLOSED, ...pods, OWN])).toEqual([
      'CLOSED     ops/cron → api.bank.example:443',
      'CLOSED     ops/cron → any other host:any',
      'CLOSED     shop/web → any other host:any',
    ]);
    expect(changes([CLOSED, ...pods, OWN], [OPEN, ...pods])).toContain('OPENED     ops/cron → api.bank.example:443');
  });

  test('that lets one namespace more leave, or one workload more', () => {
    const all = entry('bank', ['api.bank.example']);

    expect(changes([CLOSED, ...PODS, OWN], [CLOSED, ...PODS, all])).toEqual([
      'OPENED     ops/cron → api.bank.example:443',
    ]);
    expect(changes([CLOSED, ...PODS, OWN], [CLOSED, ...PODS, OWN, deployment('new')])).toContain(
      'OPENED     shop/new → api.bank.example:443',
    );
  });

  test('is nothing where everybody could leave before and after', () => {
    expect(changes([OPEN, ...PODS], [OPEN, ...PODS, OWN])).toEqual(['No pair gains or loses access.']);
    expect(changes(PODS, PODS)).toEqual(['No pair gains or loses access.']);
    // The files say nothing of the mesh's configuration, before and after.
    expect(changes([...PODS, OWN], [...PODS, OWN, deployment('new', { namespace: 'ops' })]).join()).not.toContain(
      'any other',
    );
  });

  test('is not known where one side does not say', () => {
    const own = PODS.slice(0, 3);

    expect(changes([CLOSED, ...own, OWN], [...own, OWN])).toEqual([
      expect.stringMatching(/^UNKNOWN {4}shop\/web → any other host:any: .*the files contain no Istio installation/),
    ]);
  });
});
