import { ExternalService, MeshApp, MeshNamespace, Port, TeleportCluster, TeleportMesh } from '../../../lib';
import { MeshModel } from '../../../lib/access';
import { readManifests } from '../../../lib/model/documents/read-manifests';

/** A mesh whose workload `orders` leaves for a host by the egress gateway, and `web` may not. */
function files(): ReadonlyMap<string, string> {
  const app = new MeshApp();
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    istio: { egress: 'registry-only', egressGateway: true },
  });
  const shop = new MeshNamespace(app, 'shop', { mesh });
  const http = [Port.http(80)];
  const other = new MeshNamespace(app, 'other', { mesh });
  shop.addService('orders', { image: 'orders:1', ports: http });
  other.addService('web', { image: 'web:1', ports: http });
  new ExternalService(shop, 'pay', {
    hosts: ['pay.example.com'],
    ports: [Port.https()],
    through: mesh.egressGateway,
  });
  return app.synthFiles();
}

const FILES = files();

/** What the evaluator says after a change to all texts. */
function ask(from: string, change: (text: string) => string = (text) => text, port: number | undefined = 443) {
  const inputs = [...FILES].map(([file, text]) => ({ file, text: change(text) }));
  const request = { from, to: 'pay.example.com', ...(port !== undefined && { port }) };
  const answer = MeshModel.from(readManifests(inputs).manifests).decide(request);
  if (!('egress' in answer)) throw new Error(JSON.stringify(answer));
  return answer.egress;
}

/** The same with everybody knowing the host, so that only the gateway stands in the way. */
const exported = (text: string) => text.replaceAll(/exportTo:\n {4}- '\.'\n/g, "exportTo:\n    - '*'\n");

test('whom the gateway’s policy names gets through, and nobody else', () => {
  expect(ask('shop/orders', exported)).toMatchObject({ reach: 'reachable' });
  expect(ask('other/web', exported)).toMatchObject({
    reach: 'blocked',
    because: expect.stringMatching(
      /sends it to istio-system\/istio-egressgateway, which sees .*\/ns\/other\/sa\/web: /,
    ),
  });
  expect(ask('other/web', exported, undefined).reach).toBe('blocked');
});

test('the server name of the host is what its rule looks at', () => {
  const otherName = (text: string) =>
    exported(text).replace(/(connection\.sni\n {10}values:\n {12}- )pay\.example\.com/, '$1other.example.com');
  expect(ask('shop/orders', otherName).reach).toBe('blocked');
});

const SECOND_ROUTE = `          port: 443
          sniHosts:
            - pay.example.com
      route:
        - destination:
            host: elsewhere.example.com
`;

test.each<[string, (text: string) => string]>([
  [
    'a second destination',
    (text) =>
      text.replace(
        /(sniHosts:\n {12}- pay\.example\.com\n {6}route:\n)/,
        `$1        - destination:\n            host: elsewhere.example.com\n`,
      ),
  ],
  ['a route for another port', (text) => text.replace(/port: 443\n {10}sniHosts/, 'port: 8443\n          sniHosts')],
  [
    'a condition on the caller',
    (text) => text.replace(/( {10}sniHosts:\n)/, '          sourceLabels:\n            app: orders\n$1'),
  ],
  [
    'another rule before it',
    (text) =>
      text.replace(
        / {2}tls:\n {4}- match:\n {8}- gateways:\n {12}- mesh\n/,
        (found) => `${found}${SECOND_ROUTE}    - match:\n        - gateways:\n            - mesh\n`,
      ),
  ],
  [
    'no mutual TLS to the gateway',
    (text) => text.replaceAll('mode: ISTIO_MUTUAL\n              sni', 'mode: SIMPLE\n              sni'),
  ],
  ['another server name', (text) => text.replace('sni: pay.example.com', 'sni: other.example.com')],
  [
    'a server that passes TLS on',
    (text) => text.replace(/tls:\n {8}mode: ISTIO_MUTUAL/, 'tls:\n        mode: PASSTHROUGH'),
  ],
  [
    'no server for the host',
    (text) => text.replace(/servers:\n {4}- hosts:\n {8}- pay/, 'servers:\n    - hosts:\n        - other'),
  ],
])('with %s the answer stays open', (_, change) => {
  const changed = [...FILES.values()].filter((text) => change(exported(text)) !== exported(text));

  expect(changed).not.toEqual([]);
  expect(ask('other/web', (text) => change(exported(text))).reach).not.toBe('blocked');
});
