import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  accessGraph,
  accessMatrix,
  changesToText,
  compareAccess,
  decide,
  describeRequestProblem,
  graphToMermaid,
  initialExpectations,
  MeshModel,
  matrixToTable,
} from '../../../lib/access';
import { runCli } from '../../cli/run-cli';
import { meshConfig, PAIR, peerAuthentication, policy } from './objects';

const TO = { to: 'server', port: 80 };
const allow = (source: object) => policy({ rules: [{ from: [{ source }] }] });

describe('without a mesh configuration', () => {
  test.each([
    ['principals', allow({ principals: ['acme.example/ns/shop/sa/client'] })],
    ['a pattern', allow({ principals: ['acme.example/*'] })],
    ['notPrincipals', allow({ notPrincipals: ['acme.example/ns/shop/sa/client'] })],
    ['trustDomains', allow({ trustDomains: ['acme.example'] })],
    ['a condition', policy({ rules: [{ when: [{ key: 'source.principal', values: ['acme.example/ns/a/sa/b'] }] }] })],
  ])('%s of a trust domain: the question is refused', (_, named) => {
    const model = MeshModel.from([...PAIR, named]);
    const answer = decide(model, { from: 'client', ...TO });
    expect(answer).toMatchObject({ kind: 'trust-domain-unknown', trustDomains: ['acme.example'] });
    expect(answer.verdict === 'unanswerable' && describeRequestProblem(answer)).toContain('acme.example');
  });

  test('a caller of a trust domain is refused too', () => {
    const answer = decide(MeshModel.from(PAIR), { from: 'spiffe://acme.example/ns/a/sa/b', ...TO });
    expect(answer).toMatchObject({ kind: 'trust-domain-unknown' });
  });

  test.each([
    ['cluster.local, which is the mesh’s own', allow({ principals: ['cluster.local/ns/shop/sa/client'] }), 'allowed'],
    ['any trust domain', allow({ principals: ['*/ns/shop/sa/client'] }), 'allowed'],
    ['everybody', allow({ principals: ['*'] }), 'allowed'],
    ['a namespace', allow({ namespaces: ['shop'] }), 'allowed'],
    [
      'a principal with a scheme, which nobody has',
      allow({ principals: ['spiffe://acme.example/ns/a/sa/b'] }),
      'denied',
    ],
  ])('%s is answered', (_, named, verdict) => {
    expect(decide(MeshModel.from([...PAIR, named]), { from: 'client', ...TO }).verdict).toBe(verdict);
  });

  test('policies of other workloads do not matter', () => {
    const other = policy({
      selector: { matchLabels: { app: 'client' } },
      rules: [{ from: [{ source: { principals: ['acme.example/*'] } }] }],
    });
    expect(decide(MeshModel.from([...PAIR, other]), { from: 'client', ...TO }).verdict).toBe('allowed');
  });
});

test('with one, a trust domain it does not name is a foreign one', () => {
  const named = allow({ principals: ['acme.example/*'] });
  expect(decide(MeshModel.from([...PAIR, meshConfig({}), named]), { from: 'client', ...TO }).verdict).toBe('denied');
});

describe('cell by cell', () => {
  const ofServer = (principal: string) =>
    policy(
      { selector: { matchLabels: { app: 'server' } }, rules: [{ from: [{ source: { principals: [principal] } }] }] },
      { name: 'named' },
    );
  const NAMED = [...PAIR, ofServer('acme.example/ns/shop/sa/client')];
  const model = MeshModel.from(NAMED);
  const accessOf = (objects: readonly object[], from: string) =>
    accessMatrix(MeshModel.from(objects)).cells.find(
      (cell) => cell.from === from && cell.to === 'shop/server' && cell.port.port === 80,
    )?.access;

  test('who has an identity is not known, who has none is denied whatever the trust domain is', () => {
    expect(accessOf(NAMED, 'shop/client')).toBe('unknown');
    expect(accessOf(NAMED, 'outside')).toBe('denied');
    expect(decide(model, { from: 'outside', ...TO }).verdict).toBe('denied');
    expect(accessOf([...NAMED, peerAuthentication({ mtls: { mode: 'STRICT' } })], 'outside')).toBe('denied');
  });

  test('policies of others leave what is known as it is', () => {
    const ofClient = policy({
      selector: { matchLabels: { app: 'client' } },
      rules: [{ from: [{ source: { principals: ['acme.example/*'] } }] }],
    });

    expect(accessOf([...PAIR, ofClient], 'shop/client')).toBe('allowed');
    // The trust domain that is named may be the mesh's own, or that of strangers.
    expect(accessOf([...PAIR, ofClient], 'any identity of trust domain acme.example')).toBe('unknown');
  });

  test('tables, graphs and expectations say it', () => {
    const table = matrixToTable(accessMatrix(model));
    expect(table).toMatch(/^shop\/client +→ shop\/server:80 \(http\) \? .*acme\.example is the mesh’s trust domain/m);
    expect(table).toMatch(/, \d+ unknown, of \d+ pairs/);
    const graph = accessGraph(model);
    expect(graph.unknown).toContain('acme.example');
    expect(graphToMermaid(graph)).toMatch(/\|"HTTP(?:, TCP \d+)? \?"\|/);
    expect(initialExpectations(model)).toContain('#   - { from: shop/client, to: shop/server, port: 80 }');
  });

  test('another policy there may be another answer, the same one is not', () => {
    const changes = compareAccess(model, MeshModel.from([...PAIR, ofServer('acme.example/*')]));
    const ofClient = changes.find(({ from, port }) => from === 'shop/client' && port.port === 80);

    expect(ofClient).toMatchObject({ kind: 'unknown', before: 'unknown', after: 'unknown' });
    expect(changesToText(changes)).toMatch(/UNKNOWN +shop\/client → shop\/server:80 \(http\): the answer depends on/);
    expect(compareAccess(model, MeshModel.from([...NAMED]))).toEqual([]);
  });

  test('the exit code says that answers are missing', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'cdk8s-teleport-istio-test-'));
    try {
      writeFileSync(join(cwd, 'a.yaml'), NAMED.map((one) => JSON.stringify(one)).join('\n---\n'));
      const access = await runCli(['access', 'a.yaml'], { cwd });

      expect(access.exitCode).toBe(2);
      expect(access.stderr).toContain('some pairs could not be decided: the answer depends on whether acme.example');
      expect((await runCli(['graph', 'a.yaml'], { cwd })).exitCode).toBe(2);
      expect((await runCli(['test', 'access.yaml', 'a.yaml', '--init'], { cwd })).exitCode).toBe(2);
      const test = await runCli(['test', 'access.yaml', 'a.yaml'], { cwd });
      expect(test.exitCode).toBe(2);
      expect(test.stdout).toContain('acme.example is the mesh’s trust domain');
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
