import { decide, deployment, namespace, PAIR, peerAuthentication, service } from '../../analysis/access/objects';

const mesh = (mode: string) => peerAuthentication({ mtls: { mode } }, { namespace: 'istio-system' });
const inNamespace = (mode: string, metadata: object = {}) => peerAuthentication({ mtls: { mode } }, { ...metadata });
const forServer = (spec: object, metadata: object = {}) =>
  peerAuthentication({ selector: { matchLabels: { app: 'server' } }, ...spec }, { name: 'server', ...metadata });

/** PeerAuthentication is composed from the mesh down to the port (istio/istio `ComposePeerAuthentication`). */
describe('the mode of a port', () => {
  test.each([
    ['nothing: PERMISSIVE', [], 'PERMISSIVE'],
    ['the mesh', [mesh('STRICT')], 'STRICT'],
    ['the namespace over the mesh', [mesh('STRICT'), inNamespace('PERMISSIVE')], 'PERMISSIVE'],
    ['the workload over the namespace', [inNamespace('PERMISSIVE'), forServer({ mtls: { mode: 'STRICT' } })], 'STRICT'],
    [
      'the port over the workload',
      [forServer({ mtls: { mode: 'PERMISSIVE' }, portLevelMtls: { 80: { mode: 'STRICT' } } })],
      'STRICT',
    ],
    [
      'another port does not count',
      [forServer({ mtls: { mode: 'STRICT' }, portLevelMtls: { 81: { mode: 'PERMISSIVE' } } })],
      'STRICT',
    ],
    ['UNSET inherits', [mesh('STRICT'), inNamespace('UNSET')], 'STRICT'],
    ['UNSET for the mesh is PERMISSIVE', [mesh('UNSET')], 'PERMISSIVE'],
    [
      'a port that is UNSET inherits',
      [inNamespace('STRICT'), forServer({ portLevelMtls: { 80: { mode: 'UNSET' } } })],
      'STRICT',
    ],
    [
      'a selector in the root namespace is ignored',
      [forServer({ mtls: { mode: 'STRICT' } }, { namespace: 'istio-system' })],
      'PERMISSIVE',
    ],
    [
      'another workload’s does not count',
      [peerAuthentication({ selector: { matchLabels: { app: 'x' } }, mtls: { mode: 'STRICT' } })],
      'PERMISSIVE',
    ],
    [
      'of two the oldest counts',
      [
        inNamespace('PERMISSIVE', { name: 'young', creationTimestamp: '2026-02-01T00:00:00Z' }),
        inNamespace('STRICT', { name: 'old', creationTimestamp: '2026-01-01T00:00:00Z' }),
      ],
      'STRICT',
    ],
    [
      'of two without a time the first counts',
      [inNamespace('STRICT'), inNamespace('PERMISSIVE', { name: 'second' })],
      'STRICT',
    ],
  ])('%s', (_, policies, expected) => {
    expect(decide([...PAIR, ...policies], { port: 80 }).connection?.serverMode?.mode).toBe(expected);
  });

  test('of two without a time the first by name counts, whatever the order of the files, and that is said', () => {
    const two = [inNamespace('STRICT', { name: 'a' }), inNamespace('PERMISSIVE', { name: 'b' })];
    for (const policies of [two, [...two].reverse()]) {
      const { connection, assumptions } = decide([...PAIR, ...policies], { port: 80 });
      expect(connection?.serverMode?.mode).toBe('STRICT');
      expect(assumptions).toContain(
        'only one of the PeerAuthentications a, b in namespace shop applies, the oldest; the manifests do not say which one that is, so a, the first by name, is assumed',
      );
    }
  });

  test('of several with times nothing is assumed', () => {
    const old = inNamespace('STRICT', { name: 'b', creationTimestamp: '2026-01-01T00:00:00Z' });
    const { assumptions } = decide([...PAIR, inNamespace('PERMISSIVE', { name: 'a' }), old], { port: 80 });
    expect(assumptions.join()).not.toContain('PeerAuthentication');
  });

  test('a selector in the root namespace is ignored for the root namespace’s own pods too', () => {
    const root = { namespace: 'istio-system' };
    const manifests = [
      namespace('istio-system'),
      deployment('client', root),
      deployment('server', root),
      service('server', [{ name: 'http', port: 80 }], root),
      forServer({ mtls: { mode: 'STRICT' } }, root),
    ];
    expect(decide(manifests, {}).connection?.serverMode?.mode).toBe('PERMISSIVE');
  });
});
