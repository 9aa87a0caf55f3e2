import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accessMatrix, decide, MeshModel, OUTSIDE } from '../../../lib/access';
import type { ManifestSet } from '../../../lib/model/documents/manifest-set';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { mayCall } from './small-evaluator';
import { CALLS, INGRESS, NAMES, sockShop, toRequest } from './sock-shop';

const DIST = join(__dirname, '../../../../examples/sock-shop/dist');

/** The golden output, once it holds the shop, and in any case the shop as this test writes it. */
function sources(): readonly (readonly [string, ManifestSet])[] {
  const text = sockShop()
    .map((object) => JSON.stringify(object))
    .join('\n---\n');
  const written = ['written by this test', readManifests([{ file: 'sock-shop.yaml', text }]).manifests] as const;
  const files = existsSync(DIST) ? readdirSync(DIST).filter((file) => file.endsWith('.yaml')) : [];
  if (!files.some((file) => file.startsWith('sock-shop'))) return [written];
  const inputs = [...files, 'istio/istio-operator.yaml', 'teleport/teleport.yaml']
    .filter((file) => existsSync(join(DIST, file)))
    .map((file) => ({ file, text: readFileSync(join(DIST, file), 'utf8') }));
  return [written, ['in the reference output', readManifests(inputs).manifests]];
}

describe.each(sources())('Sock Shop, %s', (_, manifests) => {
  const model = MeshModel.from(manifests);
  const matrix = accessMatrix(model);
  const open = matrix.cells.filter(({ to, access }) => to.startsWith('sock-shop/') && access !== 'denied');

  test('has 14 services', () => {
    const shop = model.services.filter(({ namespace }) => namespace === 'sock-shop').map(({ name }) => name);
    expect(shop).toEqual(expect.arrayContaining([...NAMES]));
  });

  test('lets exactly the 15 pairs that call each other, and the ingress gateway, through', () => {
    const inside = open.filter(({ from }) => from.startsWith('sock-shop/')).map(({ from, to }) => `${from} ${to}`);
    expect(inside.sort()).toEqual(CALLS.map(({ from, to }) => `sock-shop/${from} sock-shop/${to}`).sort());
    const others = open.filter(({ from }) => !from.startsWith('sock-shop/'));
    expect(others.map(({ to }) => to)).toEqual(['sock-shop/front-end']);
  });

  test('lets every call through that the services make', () => {
    for (const { from, to, requests } of CALLS) {
      const sent = requests.length === 0 ? [{}] : requests.map(toRequest);
      for (const request of sent) {
        const { verdict } = decide(model, {
          from: `sock-shop/${from}`,
          to: `sock-shop/${to}`,
          ...firstPort(model, to),
          ...request,
        });
        expect({ from, to, request, verdict }).toEqual({ from, to, request, verdict: 'allowed' });
      }
    }
  });

  test('changing a quantity in the cart is among them: PATCH', () => {
    const patch = { from: 'sock-shop/front-end', to: 'sock-shop/carts', method: 'PATCH', path: '/carts/1/items' };
    expect(decide(model, patch).verdict).toBe('allowed');
  });

  test('has mutual TLS on every pair that gets through', () => {
    expect(open.filter(({ transport }) => transport !== 'mutual-tls')).toEqual([]);
  });

  test('agrees with a second, simpler evaluator on every pair, method and path', () => {
    const methods = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'];
    const paths = [
      ...new Set(CALLS.flatMap(({ requests }) => requests.map((request) => toRequest(request).path))),
      '/',
      '/health',
      '/carts/1/items/2',
    ];
    const trustDomain = model.settings.trustDomain;
    let compared = 0;
    for (const from of NAMES) {
      for (const to of NAMES.filter((name) => name !== from)) {
        const service = model.services.find(({ ref }) => ref === `sock-shop/${to}`);
        for (const port of service ? model.portsOf(service) : []) {
          const podPort = port.destinations[0]?.podPort ?? 0;
          const requests =
            port.protocol === 'tcp' ? [{}] : methods.flatMap((method) => paths.map((path) => ({ method, path })));
          for (const request of requests) {
            const principal = `${trustDomain}/ns/sock-shop/sa/${from}`;
            const expected = mayCall(manifests, 'sock-shop', { principal, app: to, podPort, ...request });
            const verdict = decide(model, {
              from: `sock-shop/${from}`,
              to: `sock-shop/${to}`,
              port: port.port,
              ...request,
            }).verdict;
            if (verdict !== (expected ? 'allowed' : 'denied'))
              throw new Error(`${from} → ${to}:${port.port} ${JSON.stringify(request)}: ${verdict}`);
            compared++;
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });

  test('lets nobody in from outside but through the gateway', () => {
    expect(decide(model, { from: OUTSIDE, to: 'sock-shop/front-end', method: 'GET', path: '/' }).verdict).toBe(
      'denied',
    );
  });
});

test('the ingress gateway that only a policy names is a caller of its own', () => {
  const matrix = accessMatrix(MeshModel.from(sockShop()));
  expect(matrix.callers).toContain(INGRESS);
  // 14 workloads, the gateway, anybody of this trust domain and of others, and outside, each with 14 services but its own.
  expect(matrix.cells).toHaveLength(18 * 14 - 14);
});

function firstPort(model: MeshModel, to: string): { readonly port?: number } {
  const port = model.services.find(({ ref }) => ref === `sock-shop/${to}`)?.ports[0]?.port;
  return port === undefined ? {} : { port };
}
