import { largeMesh } from '../../../bench/large-mesh';
import { accessGraph, graphToDot, graphToHtml, graphToMermaid, graphToSvg, MeshModel } from '../../../lib/access';
import { deployment, namespace, PAIR, policy, service } from '../access/objects';
import { CALLS, INGRESS, sockShop } from '../access/sock-shop';

const shop = accessGraph(MeshModel.from(sockShop()));
const edges = (...manifests: readonly object[]) =>
  accessGraph(MeshModel.from(manifests)).edges.map(({ from, to, label }) => `${from} → ${to}: ${label}`);

describe('the graph of the Sock Shop', () => {
  test('has an arrow for each call and for the ingress gateway', () => {
    const expected = CALLS.map(({ from, to }) => `sock-shop/${from} → sock-shop/${to}`);
    expect(shop.edges.map(({ from, to }) => `${from} → ${to}`).sort()).toEqual(
      [...expected, `${INGRESS} → sock-shop/front-end`].sort(),
    );
  });

  test('arrows carry methods, or the TCP port', () => {
    const label = (to: string) =>
      shop.edges.find((edge) => edge.from === 'sock-shop/orders' && edge.to === `sock-shop/${to}`)?.label;
    expect([label('payment'), label('orders-db')]).toEqual(['POST', 'TCP 27017']);
  });

  test('services are denied by default and STRICT', () => {
    const nodes = shop.namespaces.find(({ name }) => name === 'sock-shop')?.nodes ?? [];
    expect(nodes).toHaveLength(14);
    expect(new Set(nodes.map(({ protection, mtls }) => `${protection} ${mtls.join()}`))).toEqual(
      new Set(['denied-by-default STRICT']),
    );
  });

  test('the way in goes through the gateway', () => {
    expect(shop.exposures).toEqual([
      { from: 'outside', to: 'gateway/istio-ingress/shop', kind: 'route', label: '' },
      { from: 'gateway/istio-ingress/shop', to: 'sock-shop/front-end', kind: 'route', label: 'shop.example' },
    ]);
  });
});

describe('arrows are summed up', () => {
  const three = ['one', 'two', 'three'].map((name) => deployment(name));
  const toServer = [namespace('shop'), ...three, deployment('server'), service('server', [{ name: 'http', port: 80 }])];
  const serverOnly = (rules: readonly object[]) => policy({ selector: { matchLabels: { app: 'server' } }, rules });

  test('everybody, where even outside may', () => {
    expect(edges(...toServer)).toContain('outside → shop/server: HTTP');
    expect(edges(...toServer).filter((edge) => edge.includes('shop/server'))).toHaveLength(1);
  });

  test('all of a namespace', () => {
    expect(edges(...toServer, serverOnly([{ from: [{ source: { namespaces: ['shop'] } }] }]))).toContain(
      'any identity of namespace shop → shop/server: HTTP',
    );
  });

  const named = (...names: readonly string[]) =>
    serverOnly([{ from: [{ source: { principals: names.map((name) => `cluster.local/ns/shop/sa/${name}`) } }] }]);

  test('all workloads of a namespace, where each is named', () => {
    expect(edges(...toServer, named('one', 'two', 'three'))).toContain('*shop → shop/server: HTTP');
  });

  test('of a namespace with only two callers, one arrow each', () => {
    const few = toServer.filter((object) => object !== three[2]);
    const found = edges(...few, named('one', 'two'));
    expect(found.filter((edge) => edge.endsWith('→ shop/server: HTTP'))).toEqual([
      'shop/one → shop/server: HTTP',
      'shop/two → shop/server: HTTP',
    ]);
  });

  test('a namespace that is let in without any workload of it here', () => {
    const found = edges(...toServer, serverOnly([{ from: [{ source: { namespaces: ['tools'] } }] }]));
    expect(found).toContain('any identity of namespace tools → shop/server: HTTP');
  });

  test('all of the mesh', () => {
    const other = [namespace('other'), deployment('four', { namespace: 'other' })];
    expect(edges(...toServer, ...other, serverOnly([{ from: [{ source: { principals: ['*'] } }] }]))).toContain(
      'any identity of the trust domain → shop/server: HTTP',
    );
  });

  test('not all of them: one arrow each', () => {
    const names = ['one', 'two'].map((name) => `cluster.local/ns/shop/sa/${name}`);
    expect(
      edges(...toServer, serverOnly([{ from: [{ source: { principals: names } }] }])).filter((edge) =>
        edge.includes('shop/server'),
      ),
    ).toEqual(['shop/one → shop/server: HTTP', 'shop/two → shop/server: HTTP']);
  });
});

test('a Gateway of the same name as a Service is another node', () => {
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'server', namespace: 'shop' },
    spec: {},
  };
  const routes = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'server', namespace: 'shop' },
    spec: {
      gateways: ['server'],
      hosts: ['*'],
      http: [{ route: [{ destination: { host: 'server.shop.svc.cluster.local' } }] }],
    },
  };
  const graph = accessGraph(MeshModel.from([...PAIR, gateway, routes]));
  expect(graph.exposures.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'outside gateway/shop/server',
    'gateway/shop/server shop/server',
  ]);
  const nodes = graph.namespaces.find(({ name }) => name === 'shop')?.nodes ?? [];
  expect(nodes.map(({ label, kind }) => `${kind} ${label}`)).toEqual([
    'gateway Gateway server',
    'workload client',
    'service server',
  ]);
});

test('Services with an address outside the cluster are exposed', () => {
  const exposed = service('server', [{ name: 'http', port: 80 }], { spec: { type: 'LoadBalancer' } });
  const graph = accessGraph(MeshModel.from([...PAIR.slice(0, 3), exposed]));
  expect(graph.exposures).toEqual([{ from: 'outside', to: 'shop/server', kind: 'LoadBalancer', label: '80' }]);
});

test('an HTTPRoute leads from its Gateway to its backends', () => {
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'r', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'infra' }],
      hostnames: ['a.example'],
      rules: [{ backendRefs: [{ name: 'server', port: 80 }] }],
    },
  };
  const graph = accessGraph(MeshModel.from([...PAIR, route]));
  expect(graph.exposures).toContainEqual({
    from: 'gateway/infra/edge',
    to: 'shop/server',
    kind: 'route',
    label: 'a.example',
  });
});

describe('pictures', () => {
  const evil = accessGraph(
    MeshModel.from([
      namespace('a"b'),
      deployment('</text><script>', { namespace: 'a"b' }),
      deployment('end', { namespace: 'a"b' }),
      service('end', [{ port: 80 }], { namespace: 'a"b' }),
    ]),
  );

  test('Mermaid: every node once, every arrow between nodes, nothing of a name is syntax', () => {
    const text = graphToMermaid(shop);
    expect(text.match(/^ +n\d+[[({]/gm)).toHaveLength(shop.namespaces.flatMap(({ nodes }) => nodes).length);
    expect(text.match(/ (-->|-\.->|==>)\|/g)).toHaveLength(shop.edges.length + shop.exposures.length);
    expect(text).not.toMatch(/ n (-->|==>)|> n$/m);
    expect(graphToMermaid(evil)).not.toContain('script>');
  });

  test('DOT: names are quoted strings', () => {
    expect(graphToDot(shop)).toContain('"sock-shop/orders" -> "sock-shop/payment" [label="POST …"');
    expect(graphToDot(evil)).toContain('label="a\\"b"');
  });

  test('SVG: every service and every arrow with its methods, and names are text', () => {
    const svg = graphToSvg(shop);
    expect(svg.match(/data-node="/g)).toHaveLength(17);
    expect(svg.match(/data-from="/g)).toHaveLength(18);
    expect(svg).toContain('>POST …</text>');
    expect(graphToSvg(evil)).not.toContain('<script');
    expect(svg).not.toMatch(/href|url\((?!#)/);
  });

  test('the page has one script of its own and no reference to anything outside', () => {
    const html = graphToHtml(evil);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/\b(?:src|href)=/);
  });

  test('the same mesh in another order is the same picture', () => {
    const turned = accessGraph(MeshModel.from([...sockShop()].reverse()));
    expect(graphToSvg(turned)).toBe(graphToSvg(shop));
    expect(graphToMermaid(turned)).toBe(graphToMermaid(shop));
  });

  test('at 200 services nodes do not overlap', () => {
    const svg = graphToSvg(accessGraph(MeshModel.from(largeMesh(200))));
    const boxes = [
      ...svg.matchAll(
        /data-node="[^"]*" transform="translate\((\d+) (\d+)\)"[\s\S]*?<rect width="(\d+)" height="(\d+)"/g,
      ),
    ].map((match) => match.slice(1).map(Number));
    expect(boxes).toHaveLength(200);
    const overlapping = boxes.filter(([x = 0, y = 0, w = 0, h = 0], index) =>
      boxes
        .slice(index + 1)
        .some(([x2 = 0, y2 = 0, w2 = 0, h2 = 0]) => x < x2 + w2 && x2 < x + w && y < y2 + h2 && y2 < y + h),
    );
    expect(overlapping).toEqual([]);
  });
});
