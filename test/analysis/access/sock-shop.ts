import { deployment, meshConfig, namespace, peerAuthentication, policy, service } from './objects';

/** Who calls whom in the Sock Shop, read from its services' sources (microservices-demo). */
export interface Call {
  readonly from: string;
  readonly to: string;
  /** What is sent, as `GET /tags`; empty for TCP. */
  readonly requests: readonly string[];
}

const http = (from: string, to: string, ...requests: readonly string[]): Call => ({ from, to, requests });
const tcp = (from: string, to: string): Call => ({ from, to, requests: [] });

export const CALLS: readonly Call[] = [
  http(
    'front-end',
    'catalogue',
    'GET /catalogue',
    'GET /catalogue/size',
    'GET /catalogue/3',
    'GET /catalogue/images/a.jpg',
    'GET /tags',
  ),
  http(
    'front-end',
    'carts',
    'GET /carts/1/items',
    'GET /carts/1/merge',
    'POST /carts/1/items',
    'PATCH /carts/1/items',
    'DELETE /carts/1',
    'DELETE /carts/1/items/2',
  ),
  http('front-end', 'orders', 'GET /orders/search/customerId', 'GET /orders/1', 'POST /orders'),
  http(
    'front-end',
    'user',
    ...[
      '/login',
      '/customers',
      '/customers/1',
      '/customers/1/addresses',
      '/customers/1/cards',
      '/addresses',
      '/cards',
      '/cards/1',
    ].map((path) => `GET ${path}`),
    ...['/register', '/customers', '/addresses', '/cards'].map((path) => `POST ${path}`),
    ...['/customers/1', '/addresses/1', '/cards/1'].map((path) => `DELETE ${path}`),
  ),
  tcp('front-end', 'session-db'),
  http('orders', 'user', 'GET /customers/1', 'GET /addresses/1', 'GET /cards/1'),
  http('orders', 'carts', 'GET /carts/1/items'),
  http('orders', 'payment', 'POST /paymentAuth'),
  http('orders', 'shipping', 'POST /shipping'),
  tcp('orders', 'orders-db'),
  tcp('carts', 'carts-db'),
  tcp('user', 'user-db'),
  tcp('catalogue', 'catalogue-db'),
  tcp('shipping', 'rabbitmq'),
  tcp('queue-master', 'rabbitmq'),
];

/** A request of the table as the evaluator takes it. */
export function toRequest(request: string): { readonly method: string; readonly path: string } {
  const [method = '', path = ''] = request.split(' ');
  return { method, path };
}

const PORTS: Readonly<Record<string, object>> = {
  'catalogue-db': { name: 'mysql', port: 3306 },
  'carts-db': { name: 'mongo', port: 27017 },
  'orders-db': { name: 'mongo', port: 27017 },
  'user-db': { name: 'mongo', port: 27017 },
  'session-db': { name: 'redis', port: 6379 },
  rabbitmq: { name: 'tcp-amqp', port: 5672 },
  'front-end': { name: 'http', port: 80, targetPort: 8079 },
};

export const NAMES: readonly string[] = [
  'carts',
  'carts-db',
  'catalogue',
  'catalogue-db',
  'front-end',
  'orders',
  'orders-db',
  'payment',
  'queue-master',
  'rabbitmq',
  'session-db',
  'shipping',
  'user',
  'user-db',
];

const TRUST_DOMAIN = 'example.teleport.sh';
export const INGRESS = `spiffe://${TRUST_DOMAIN}/ns/istio-ingress/sa/istio-ingress`;

/** The whole shop: one Deployment, Service and ServiceAccount each, STRICT, a deny-all and one policy for each callee. */
export function sockShop(): readonly object[] {
  const shop = { namespace: 'sock-shop' };
  const principal = (name: string) => `${TRUST_DOMAIN}/ns/sock-shop/sa/${name}`;
  const rule = ({ from, requests }: Call) => {
    const operation = (request: string) => {
      const { method, path } = toRequest(request);
      return { operation: { methods: [method], paths: [path.replace(/\d+/g, '{*}')] } };
    };
    return {
      from: [{ source: { principals: [principal(from)] } }],
      ...(requests.length > 0 && { to: requests.map(operation) }),
    };
  };
  const allow = (to: string, rules: readonly object[]) =>
    policy({ selector: { matchLabels: { app: to } }, rules }, { name: to, namespace: 'sock-shop' });
  return [
    meshConfig({ trustDomain: TRUST_DOMAIN }),
    namespace('sock-shop'),
    ...NAMES.map((name) => deployment(name, shop)),
    ...NAMES.map((name) => service(name, [PORTS[name] ?? { name: 'http', port: 80 }], shop)),
    peerAuthentication({ mtls: { mode: 'STRICT' } }, shop),
    policy({}, { name: 'deny-all', namespace: 'sock-shop' }),
    ...[...new Set(CALLS.map(({ to }) => to))].map((to) => allow(to, CALLS.filter((call) => call.to === to).map(rule))),
    allow('front-end', [{ from: [{ source: { principals: [INGRESS.slice('spiffe://'.length)] } }] }]),
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'shop', namespace: 'istio-ingress' },
      spec: {
        selector: { istio: 'ingress' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example'] }],
      },
    },
    {
      apiVersion: 'networking.istio.io/v1',
      kind: 'VirtualService',
      metadata: { name: 'front-end', namespace: 'sock-shop' },
      spec: {
        hosts: ['shop.example'],
        gateways: ['istio-ingress/shop'],
        http: [{ route: [{ destination: { host: 'front-end', port: { number: 80 } } }] }],
      },
    },
  ];
}
