import { accessGraph, graphToDot, graphToHtml, graphToMermaid, MeshModel } from '../../../lib/access';
import { linesOf } from '../../../lib/analysis/graph/picture-lines';
import { deployment, namespace, PAIR, policy, service } from '../access/objects';
import { atEdge, ROUTED } from '../access/routed-mesh';
import { CALLS, INGRESS, sockShop } from '../access/sock-shop';

/** What an exposure says where no policy of a gateway is looked at. */
const NOT_DECIDED = { access: undefined, details: [], policies: [] };

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
      { from: 'outside', to: 'gateway/istio-ingress/shop', kind: 'route', label: '', ...NOT_DECIDED },
      {
        from: 'gateway/istio-ingress/shop',
        to: 'sock-shop/front-end',
        kind: 'route',
        label: 'shop.example',
        ...NOT_DECIDED,
      },
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
  expect(graph.exposures).toEqual([
    { from: 'outside', to: 'shop/server', kind: 'LoadBalancer', label: '80', ...NOT_DECIDED },
  ]);
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
    ...NOT_DECIDED,
  });
});

test('a set of callers that is part of a larger one has no node of its own', () => {
  const graph = accessGraph(MeshModel.from(PAIR));
  const kinds = graph.namespaces.flatMap(({ nodes }) => nodes.map(({ kind }) => kind));

  expect(graph.edges.map(({ from }) => from)).toEqual(['outside']);
  expect(graph.edges[0]?.standsFor).toContain('any identity of the trust domain');
  expect(kinds.sort()).toEqual(['outside', 'service', 'workload']);
});

test('tbot and the CSI driver are left out, named, unless all is wanted or a policy concerns them', () => {
  const tbot = deployment('tbot', {
    namespace: 'teleport',
    spec: { containers: [{ name: 'tbot', image: 'public.ecr.aws/x/tbot-distroless:18' }] },
  });
  const closed = policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] });
  const ids = (graph: ReturnType<typeof accessGraph>) =>
    graph.namespaces.flatMap(({ nodes }) => nodes.map(({ id }) => id));
  const shut = MeshModel.from([...PAIR, closed, tbot]);

  expect(accessGraph(shut).leftOut).toEqual(['teleport/tbot']);
  expect(ids(accessGraph(shut))).not.toContain('teleport/tbot');
  expect(ids(accessGraph(shut, { all: true }))).toContain('teleport/tbot');

  // Let in by name over plain text: not a thing to leave out.
  const open = policy({ rules: [{ from: [{ source: { ipBlocks: ['10.0.0.0/8'] } }] }] });
  const letIn = accessGraph(MeshModel.from([...PAIR, open, tbot]));
  expect(letIn.edges.some(({ from, standsFor }) => [from, ...standsFor].includes('teleport/tbot'))).toBe(true);
});

test('a gateway that an installer makes is one node with its identity', () => {
  const operator = {
    apiVersion: 'install.istio.io/v1alpha1',
    kind: 'IstioOperator',
    metadata: { name: 'istio', namespace: 'istio-system' },
    spec: { profile: 'default', meshConfig: { trustDomain: 'cluster.local' } },
  };
  const gateway = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    },
  };
  const route = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: 'r', namespace: 'shop' },
    spec: {
      gateways: ['edge'],
      hosts: ['*'],
      http: [{ route: [{ destination: { host: 'server.shop.svc.cluster.local' } }] }],
    },
  };
  const account = 'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account';
  const graph = accessGraph(
    MeshModel.from([
      operator,
      gateway,
      route,
      ...PAIR,
      policy({ rules: [{ from: [{ source: { principals: [account] } }] }] }),
    ]),
  );

  expect(graph.exposures.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'outside istio-system/istio-ingressgateway',
    'istio-system/istio-ingressgateway shop/server',
  ]);
  expect(graph.edges.map(({ from, to }) => `${from} ${to}`)).toContain('istio-system/istio-ingressgateway shop/server');
  expect(graph.namespaces.flatMap(({ nodes }) => nodes).filter(({ id }) => /ingress|spiffe/.test(id))).toHaveLength(1);
});

test('an arrow for a set of callers says whose calls it stands for', () => {
  const all = policy({ rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] });
  const [edge] = accessGraph(MeshModel.from([...PAIR, all])).edges;

  expect(edge?.from).toBe('any identity of namespace shop');
  expect(edge?.standsFor).toContain('shop/client');
});

describe('pictures as text', () => {
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
});

describe('the way from outside by a gateway', () => {
  const closedAtEdge = atEdge({ action: 'DENY', rules: [{}] });
  const partly = atEdge({ action: 'DENY', rules: [{ to: [{ operation: { paths: ['/admin*'] } }] }] });
  const toWeb = (...objects: readonly object[]) => {
    const graph = accessGraph(MeshModel.from([...ROUTED, ...objects]));
    const found = graph.exposures.find(({ to }) => to === 'shop/web');
    return { graph, found };
  };

  test.each([
    ['open', [], 'allowed'],
    ['closed by the gateway', [closedAtEdge], 'denied'],
    ['closed by the callee', [policy({ action: 'DENY', rules: [{}] })], 'denied'],
    ['open on conditions', [partly], 'conditional'],
  ])('is %s', (_, objects, access) => {
    expect(toWeb(...objects).found?.access).toBe(access);
  });

  test('says what the gateway’s policies decide, in every format', async () => {
    const { graph, found } = toWeb(closedAtEdge);

    expect(found?.details.join()).toContain('DENY istio-system/edge, rule 1 denies it');
    expect(found?.policies.join()).toMatch(/^istio-system\/edge \(/);
    expect(graphToMermaid(graph)).toContain('--x|"shop.example.com: denied"|');
    expect(graphToDot(graph)).toContain('label="shop.example.com: denied"');
    expect(graphToMermaid(toWeb(partly).graph)).toContain('==>|"shop.example.com …"|');
    const page = await graphToHtml(graph);
    expect(page).toContain('DENY istio-system/edge, rule 1 denies it');
    expect(page).toMatch(/data-label="transport">ingress</);
    expect(page).not.toContain('route of shop.example.com; policies may still deny');
  });

  test('is drawn apart from the gateway’s own calls', () => {
    const line = (...objects: readonly object[]) =>
      linesOf(toWeb(...objects).graph).find(({ to }) => to === 'shop/web');

    expect(line()).toMatchObject({ kind: 'mtls', isWayIn: true });
    // The gateway's identity may call web, while what comes from outside is denied at the gateway.
    expect(line(closedAtEdge)).toMatchObject({ kind: 'mtls', isWayIn: false });
    expect(line(policy({ action: 'DENY', rules: [{}] }))).toMatchObject({ kind: 'route-closed', isWayIn: true });
  });
});
