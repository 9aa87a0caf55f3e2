import { largeMesh } from '../../../bench/large-mesh';
import {
  accessMatrix,
  MeshModel,
  matrixToCsv,
  matrixToHtml,
  matrixToJson,
  matrixToMarkdown,
  matrixToTable,
} from '../../../lib/access';
import { deployment, namespace, PAIR, policy, service } from '../access/objects';
import { atEdge, ROUTED } from '../access/routed-mesh';

const conditional = policy({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/a'] } }] }] });
const matrix = accessMatrix(MeshModel.from([...PAIR, conditional]));

test('the table has a sign for every pair, the conditions and a sum', () => {
  const table = matrixToTable(matrix);
  expect(table).toMatch(/^shop\/client +~ ·$/m);
  expect(table).toMatch(/^shop\/server +- -$/m);
  expect(table).toMatch(/^shop\/client +→ shop\/server:80 \(http\) ~ mTLS, GET \/a$/m);
  expect(table).toContain('0 allowed, 3 allowed with conditions, 5 denied, of 8 pairs');
});

test('with very many columns only what gets through is listed', () => {
  const widest = Math.max(
    ...matrixToTable(accessMatrix(MeshModel.from(largeMesh(60))))
      .split('\n')
      .map((line) => line.length),
  );
  expect(widest).toBeLessThan(250);
});

test('JSON has every pair with the place that decided', () => {
  const { cells } = JSON.parse(matrixToJson(matrix));
  expect(cells).toHaveLength(8);
  expect(cells[0]).toMatchObject({
    from: 'shop/client',
    to: 'shop/server',
    port: 80,
    portName: 'http',
    access: 'conditional',
    reason: 'undetermined',
    decidedBy: { file: '<objects>' },
  });
});

test('CSV quotes every field, and no field is a formula', () => {
  const odd = [
    namespace('=cmd'),
    deployment('a', { namespace: '=cmd' }),
    deployment('b"c', { namespace: '=cmd' }),
    service('b"c', [{ port: 80 }], { namespace: '=cmd' }),
  ];
  const csv = matrixToCsv(accessMatrix(MeshModel.from(odd)));
  expect(csv.split('\r\n')[0]).toBe('"from","to","port","access","conditions","transport"');
  expect(csv).toContain(`"'=cmd/a","'=cmd/b""c","80","allowed"`);
  expect(matrixToCsv(matrix)).toContain('"shop/client","shop/server","80 (http)","conditional","GET /a","mTLS"\r\n');
});

test('Markdown lists what gets through and escapes what would be markup', () => {
  const starred = policy({ rules: [{ to: [{ operation: { methods: ['GET'], paths: ['/a|b*'] } }] }] });
  const text = matrixToMarkdown(accessMatrix(MeshModel.from([...PAIR, starred])));
  expect(text).toContain('| shop/client | shop/server:80 (http) | \\~ | GET /a\\|b\\* | mTLS |');
});

test('HTML is one file without references, and names are text in it', () => {
  const evil = [
    namespace('<script>'),
    deployment('"><img src=x>', { namespace: '<script>' }),
    deployment('b', { namespace: '<script>' }),
    service('b', [{ port: 80 }], { namespace: '<script>' }),
  ];
  const html = matrixToHtml(accessMatrix(MeshModel.from(evil)));
  // Data and the page's own.
  expect(html.match(/<script/g)).toHaveLength(2);
  expect(html).not.toContain('<img');
  expect(html).not.toMatch(/https?:|src=(?!x)|href="(?!#)/);
  expect(html).toContain('&lt;script&gt;/&quot;&gt;&lt;img src=x&gt;');
});

test('HTML shows conditions and the place of the policy, without anything to point at', () => {
  const html = matrixToHtml(matrix);
  expect(html).toMatch(
    /data-label="caller">shop\/client<.*data-label="only if"><div>GET \/a<.*data-label="decided by"><div>shop\//,
  );
  expect(html.match(/<tr role="row" data-from/g)).toHaveLength(
    matrix.cells.filter(({ access }) => access !== 'denied').length,
  );
});

test('every format names the ways from outside through gateways', () => {
  const routed = accessMatrix(MeshModel.from(ROUTED));
  const way = 'outside by Gateway shop/web';

  expect(matrixToTable(routed)).toContain(`${way} → shop/web:80 (http) ✓ shop.example.com`);
  expect(matrixToMarkdown(routed)).toContain(`| ${way} | shop/web:80 (http) | ✓ | shop.example.com |`);
  expect(matrixToCsv(routed)).toContain(`"${way}","shop/web","80 (http)","allowed","shop.example.com",""\r\n`);
  expect(matrixToHtml(routed)).toContain(way);
  expect(matrixToHtml(routed)).toMatch(/data-label="transport">ingress</);
  expect(JSON.parse(matrixToJson(routed)).ways).toEqual([
    {
      from: way,
      to: 'shop/web',
      port: 80,
      portName: 'http',
      access: 'allowed',
      hosts: 'shop.example.com',
      detail: 'shop.example.com',
    },
  ]);
});

test('a way that is closed stands in the formats that have every pair', () => {
  const closed = accessMatrix(MeshModel.from([...ROUTED, atEdge({ action: 'DENY', rules: [{}] })]));

  expect(matrixToCsv(closed)).toMatch(/"outside by Gateway shop\/web","shop\/web","80 \(http\)","denied"/);
  expect(matrixToHtml(closed)).not.toContain('outside by Gateway');
});
