import { accessMatrix, decide, describeRequestProblem, MeshModel } from '../../../lib/access';
import { meshConfig, PAIR, policy } from './objects';

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
    expect(() => accessMatrix(model)).toThrow('acme.example');
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
