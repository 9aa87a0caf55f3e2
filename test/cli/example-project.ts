import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FleetCluster,
  Jwks,
  KubernetesJoin,
  MeshApp,
  MeshFleet,
  MeshNamespace,
  Port,
  TeleportCluster,
  TeleportMesh,
} from '../../lib';
import { ROOT } from '../golden/written-files';
import { quietly } from '../quietly';

const JWKS = '{"keys":[{"kty":"RSA","kid":"a","n":"0vx7","e":"AQAB"}]}\n';

/** As `tctl get` shows a join token. */
const TOKEN = `kind: token
version: v2
metadata: {name: istio-tbot-k8s-join}
spec:
  roles: [Bot]
  bot_name: istio-tbot
  join_method: kubernetes
  kubernetes:
    type: static_jwks
    static_jwks: {jwks: '${JWKS.trim()}'}
    allow: [{service_account: "teleport-system:tbot"}]
`;

/** As much of Istio's template as the command looks at. */
const STOCK_TEMPLATE = `spec:
  containers:
  - name: istio-proxy
    volumeMounts:
    - name: workload-certs
      mountPath: /var/run/secrets/workload-spiffe-credentials
    - mountPath: /etc/istio/proxy
      name: istio-envoy
  volumes:
  - emptyDir:
    name: workload-certs
`;

const CONFIG_MAP = JSON.stringify({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'istio-sidecar-injector', namespace: 'istio-system' },
  data: { config: JSON.stringify({ templates: { sidecar: STOCK_TEMPLATE } }) },
});

/** What the manifests of the example project allow. */
export interface ExampleMesh {
  /** Methods that `web` may use on `api`. */
  readonly methods: readonly ('GET' | 'POST')[];
}

/** Writes the folders of two clusters that are one mesh: `web` in one calls `carts` in the other. */
export function writeExampleFleet(outdir: string): void {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), outdir });
  const [eu, us] = ['eu-1', 'us-1'].map((name) =>
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://issuer.example/${name}`), network: name }),
  ) as [FleetCluster, FleetCluster];
  const shop = fleet.addNamespace('shop', { identity: 'shared' });
  const service = { image: 'registry.example/app:1.0.0', ports: [Port.http(80)] };
  const web = shop.addService('web', { ...service, clusters: [eu] });
  web.calls(shop.addService('carts', { ...service, clusters: [us] }), { methods: ['GET'] });
  quietly(() => fleet.synth());
}

/** Writes manifests of a small shop, as the examples in the help have them in mind. */
export function writeExampleManifests(outdir: string, { methods }: ExampleMesh): void {
  const app = new MeshApp({ outdir });
  const mesh = new TeleportMesh(app, 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    join: KubernetesJoin.staticJwks(Jwks.parse(JWKS)),
  });
  const shop = new MeshNamespace(app, 'shop', { mesh });
  const port = Port.http(80, { targetPort: 8080 });
  const api = shop.addService('api', { image: 'ghcr.io/acme/api:1.0.0', ports: [port] });
  const web = shop.addService('web', { image: 'ghcr.io/acme/web:1.0.0', ports: [port] });
  web.calls(api, { methods: [...methods], paths: ['/products*'] });
  quietly(() => app.synth());
}

/** Makes a folder in which every example of every command works: its files, and on the path the programs they use. */
export function writeExampleProject(folder: string): { readonly path: string } {
  writeExampleManifests(join(folder, 'main-dist'), { methods: ['GET', 'POST'] });
  writeExampleManifests(join(folder, 'dist'), { methods: ['GET'] });
  writeExampleFleet(join(folder, 'fleet'));
  writeFileSync(join(folder, 'jwks.json'), JWKS);
  writeFileSync(join(folder, 'token.yaml'), TOKEN);
  writeFileSync(join(folder, 'stock.yaml'), STOCK_TEMPLATE);
  writeExampleManifests(join(folder, 'manifests'), { methods: ['GET'] });
  writeFileSync(join(folder, 'values.yaml'), 'meshConfig: { trustDomain: acme.teleport.sh }\n');
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const main = join(ROOT, 'build/lib/cli/main.js');
  program(
    bin,
    'npx',
    `case "$1" in teleport-istio|cdk8s-teleport-istio) shift ;; *) exit 70 ;; esac\nexec "${process.execPath}" "${main}" "$@"`,
  );
  writeFileSync(join(bin, 'configmap.json'), CONFIG_MAP);
  program(bin, 'tctl', 'exec cat');
  program(bin, 'helm', 'exec cat dist/shop.k8s.yaml');
  program(
    bin,
    'kubectl',
    `case "$*" in
  'get --raw /openid/v1/jwks') cat jwks.json ;;
  '-n istio-system get configmap istio-sidecar-injector -o yaml') cat bin/configmap.json ;;
  *) exit 70 ;;
esac`,
  );
  return { path: `${bin}:${process.env.PATH}` };
}

function program(bin: string, name: string, script: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}
