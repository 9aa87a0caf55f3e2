import { accessMatrix, MeshModel } from '../../../lib/access';
import { check } from '../../../lib/check';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { HostIndex } from '../../../lib/model/gateways/host-index';
import { commonHosts } from '../../../lib/upstream/istio/service-host';
import { gateway, MESH, route } from '../../analysis/access/routed-mesh';
import { growthOf, NOT_QUADRATIC } from '../../growth';

/** Every host of up to three letters or labels, and every wildcard of those. */
const NAMES = ['a', 'b', 'a.b', 'b.b', 'ab.b', 'a.b.b', 'b.a', 'A.B'];
const HOSTS = [...NAMES, ...NAMES.map((name) => `*.${name}`), ...NAMES.map((name) => `*-${name}`), '*'];

test('finds what has a host in common, and nothing else', () => {
  const index = new HostIndex(HOSTS, (host) => [host]);

  for (const host of HOSTS)
    expect([host, ...index.sharing([host])]).toEqual([
      host,
      ...HOSTS.filter((other) => commonHosts([host], [other]).length > 0),
    ]);
});

test('finds an item once and in order, whichever of its hosts it has in common', () => {
  const index = new HostIndex([['b.example', 'a.example'], ['*.example'], ['other'], []], (hosts) => hosts);

  expect(index.sharing(['*', 'a.example', 'b.example'])).toEqual([
    ['b.example', 'a.example'],
    ['*.example'],
    ['other'],
  ]);
  expect(index.sharing([])).toEqual([]);
});

describe('a Gateway with a server for each of many routes', () => {
  const host = (index: number) => `h${index}.example.com`;
  const secured = (index: number) => ({
    port: { number: 443, name: `https-${index}`, protocol: 'HTTPS' },
    tls: { mode: 'SIMPLE', credentialName: `c${index}` },
    hosts: [host(index)],
  });
  const mesh = (size: number) => {
    const all = Array.from({ length: size }, (_, index) => index);
    return [
      ...MESH,
      gateway('istio-ingressgateway', all.map(secured)),
      ...all.map((index) => route({ hosts: [host(index)] }, `web-${index}`)),
    ];
  };

  test('its routes are decided without a look at every server', () => {
    expect(growthOf(300, (size) => accessMatrix(MeshModel.from(mesh(size))))).toBeLessThan(NOT_QUADRATIC);
  });

  test('and are checked so', () => {
    const read = (size: number) =>
      readManifests([
        {
          file: 'a.yaml',
          text: mesh(size)
            .map((one) => JSON.stringify(one))
            .join('\n---\n'),
        },
      ]).manifests;
    const sets = new Map([300, 1200].map((size) => [size, read(size)]));
    const run = (size: number) => check(sets.get(size) as ReturnType<typeof read>);
    expect(growthOf(300, run)).toBeLessThan(NOT_QUADRATIC);
  });
});
