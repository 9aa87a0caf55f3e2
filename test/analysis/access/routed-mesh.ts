import { deployment, meshConfig, namespace, peerAuthentication, policy, service } from './objects';

/** A mesh in which a gateway brings requests from outside to `shop/web`, as plain data. */

export const HOST = 'shop.example.com';
export const EDGE = 'cluster.local/ns/istio-system/sa/istio-ingressgateway';

export const istio = (kind: string, name: string, spec: object, namespaceName = 'shop') => ({
  apiVersion: 'networking.istio.io/v1',
  kind,
  metadata: { name, namespace: namespaceName },
  spec,
});
export const gatewayPods = (name: string) => [
  deployment(name, {
    namespace: 'istio-system',
    labels: { istio: name },
    annotations: { 'inject.istio.io/templates': 'gateway' },
    spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
  }),
  service(
    name,
    [
      { name: 'http', port: 80, targetPort: 8080 },
      { name: 'tls', port: 443, targetPort: 8443 },
    ],
    { namespace: 'istio-system', spec: { selector: { istio: name } } },
  ),
];
export const gateway = (selector: string, servers: readonly object[], name = 'web') =>
  istio('Gateway', name, { selector: { istio: selector }, servers });
export const plain = { port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [HOST] };
export const passed = {
  port: { number: 443, name: 'tls', protocol: 'TLS' },
  tls: { mode: 'PASSTHROUGH' },
  hosts: [HOST],
};
export const route = (spec: object = {}, name = 'web') =>
  istio('VirtualService', name, {
    hosts: [HOST],
    gateways: ['web'],
    http: [{ route: [{ destination: { host: 'web', port: { number: 80 } } }] }],
    ...spec,
  });

/** Only the gateway may call `web`, under STRICT. */
export const MESH = [
  meshConfig({ trustDomain: 'cluster.local', defaultConfig: { gatewayTopology: { numTrustedProxies: 1 } } }),
  namespace('shop'),
  namespace('istio-system'),
  ...gatewayPods('istio-ingressgateway'),
  deployment('web'),
  service('web', [{ name: 'http', port: 80, targetPort: 8080 }]),
  peerAuthentication({ mtls: { mode: 'STRICT' } }),
  policy({ rules: [{ from: [{ source: { principals: [EDGE] } }] }] }, { name: 'web' }),
];
export const ROUTED = [...MESH, gateway('istio-ingressgateway', [plain]), route()];

/** A policy at the gateway. */
export const atEdge = (spec: object) =>
  policy(
    { selector: { matchLabels: { istio: 'istio-ingressgateway' } }, ...spec },
    { namespace: 'istio-system', name: 'edge' },
  );
