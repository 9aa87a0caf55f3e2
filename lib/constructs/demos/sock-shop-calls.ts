import type { CallOptions, HttpRequests } from '../service/call';
import type { SockShopService } from './sock-shop-services';

/** One edge of the call graph: who calls whom, for what. */
export interface SockShopCall {
  readonly from: SockShopService;
  readonly to: SockShopService;
  /**
   * Any of these.
   *
   * @default - everything on the callee's ports
   */
  readonly requests?: readonly CallOptions[];
}

const GET = { methods: ['GET'] };
const POST = { methods: ['POST'] };
const PATCH = { methods: ['PATCH'] };
const DELETE = { methods: ['DELETE'] };
/** Without the exporter's port, which is for Prometheus. */
const AMQP = { ports: [5672] };

/**
 * Who calls whom, read from the services' sources (microservices-demo/front-end api/, orders, carts, user, catalogue,
 * payment and shipping): all that is not here is denied.
 */
export const SOCK_SHOP_CALLS: readonly SockShopCall[] = [
  {
    from: 'front-end',
    to: 'catalogue',
    requests: [{ ...GET, paths: ['/catalogue', '/catalogue/*', '/tags'] }],
  },
  {
    from: 'front-end',
    to: 'carts',
    requests: [
      { ...GET, paths: ['/carts/{*}/items', '/carts/{*}/merge'] },
      { ...POST, paths: ['/carts/{*}/items'] },
      // Changing a quantity: easily missed, and then the cart answers 403.
      { ...PATCH, paths: ['/carts/{*}/items'] },
      { ...DELETE, paths: ['/carts/{*}', '/carts/{*}/items/{*}'] },
    ],
  },
  {
    from: 'front-end',
    to: 'orders',
    requests: [
      { ...GET, paths: ['/orders/*'] },
      { ...POST, paths: ['/orders'] },
    ],
  },
  {
    from: 'front-end',
    to: 'user',
    requests: [
      {
        ...GET,
        paths: [
          '/login',
          '/customers',
          '/customers/{*}',
          '/customers/{*}/addresses',
          '/customers/{*}/cards',
          '/addresses',
          '/cards',
          '/cards/{*}',
        ],
      },
      { ...POST, paths: ['/register', '/customers', '/addresses', '/cards'] },
      { ...DELETE, paths: ['/customers/{*}', '/addresses/{*}', '/cards/{*}'] },
    ],
  },
  { from: 'front-end', to: 'session-db' },
  {
    from: 'orders',
    to: 'user',
    requests: [{ ...GET, paths: ['/customers/{*}', '/addresses/{*}', '/cards/{*}'] }],
  },
  { from: 'orders', to: 'carts', requests: [{ ...GET, paths: ['/carts/{*}/items'] }] },
  { from: 'orders', to: 'payment', requests: [{ ...POST, paths: ['/paymentAuth'] }] },
  { from: 'orders', to: 'shipping', requests: [{ ...POST, paths: ['/shipping'] }] },
  { from: 'orders', to: 'orders-db' },
  { from: 'carts', to: 'carts-db' },
  { from: 'user', to: 'user-db' },
  { from: 'catalogue', to: 'catalogue-db' },
  { from: 'shipping', to: 'rabbitmq', requests: [AMQP] },
  { from: 'queue-master', to: 'rabbitmq', requests: [AMQP] },
];

/**
 * What a browser asks of front-end (microservices-demo/front-end api/, public/). Its `/metrics` are for the cluster, not
 * for the world.
 */
export const FRONT_END_REQUESTS: readonly [HttpRequests, ...HttpRequests[]] = [
  { ...GET, paths: ['/', '*.html', '/css/*', '/fonts/*', '/img/*', '/js/*', '/favicon.png'] },
  {
    ...GET,
    paths: [
      '/catalogue',
      '/catalogue/*',
      '/tags',
      '/cart',
      '/orders',
      '/orders/*',
      '/customers',
      '/customers/{*}',
      '/address',
      '/addresses',
      '/card',
      '/cards',
      '/cards/{*}',
      '/login',
    ],
  },
  { ...POST, paths: ['/cart', '/cart/update', '/orders', '/customers', '/addresses', '/cards', '/register'] },
  { ...DELETE, paths: ['/cart', '/cart/{*}', '/customers/{*}', '/addresses/{*}', '/cards/{*}'] },
];
