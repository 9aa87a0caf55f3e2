import { deployment, meshConfig, namespace, peerAuthentication, policy, service } from './objects';

/** Who calls whom in the Sock Shop, read from its services' sources (microservices-demo): caller, callee, method, paths. */
export interface Call {
  readonly from: string;
  readonly to: string;
  /** Empty for TCP. */
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

const http = (from: string, to: string, methods: readonly string[], ...paths: readonly string[]): Call => ({
  from,
  to,
  methods,
  paths,
});
const tcp = (from: string, to: string): Call => ({ from, to, methods: [], paths: [] });

export const CALLS: readonly Call[] = [
  http('front-end', 'catalogue', ['GET'], '/catalogue', '/catalogue/*', '/tags'),
  http('front-end', 'carts', ['GET', 'POST', 'PATCH', 'DELETE'], '/carts/*'),
  http('front-end', 'orders', ['GET', 'POST'], '/orders', '/orders/*'),
  http('front-end', 'user', ['GET', 'POST', 'DELETE'], '/login', '/register', '/customers*', '/addresses*', '/cards*'),
  tcp('front-end', 'session-db'),
  http('orders', 'user', ['GET'], '/customers/*', '/addresses/*', '/cards/*'),
  http('orders', 'carts', ['GET'], '/carts/{*}/items'),
  http('orders', 'payment', ['POST'], '/paymentAuth'),
  http('orders', 'shipping', ['POST'], '/shipping'),
  tcp('orders', 'orders-db'),
  tcp('carts', 'carts-db'),
  tcp('user', 'user-db'),
  tcp('catalogue', 'catalogue-db'),
  tcp('shipping', 'rabbitmq'),
  tcp('queue-master', 'rabbitmq'),
];

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
  const rule = ({ from, methods, paths }: Call) => ({
    from: [{ source: { principals: [principal(from)] } }],
    ...(methods.length > 0 && { to: [{ operation: { methods, paths } }] }),
  });
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
