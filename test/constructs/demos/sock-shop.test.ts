import { loadAll } from 'js-yaml';
import { MeshApp, TeleportCluster, TeleportMesh } from '../../../lib';
import { SockShop, SockShopEdition, type SockShopProps } from '../../../lib/demos';
import { type Document, documentsOf } from '../../golden/written-files';
import { protocolOf } from './written-access';

const FILE = 'sock-shop.k8s.yaml';
const ofKind = (documents: readonly Document[], kind: string) => documents.filter((each) => each.kind === kind);
const byName = (documents: readonly Document[], kind: string) =>
  new Map(ofKind(documents, kind).map((each) => [each.metadata.name, each]));

const written = documentsOf(FILE);
const deployments = byName(written, 'Deployment');
const services = byName(written, 'Service');

/** Upstream's images, with a full version where upstream has none, and the ports of its Services. */
const FACTS: ReadonlyArray<readonly [name: string, images: readonly string[], ports: readonly string[]]> = [
  ['front-end', ['weaveworksdemos/front-end:0.3.12'], ['http 80->8079']],
  ['catalogue', ['weaveworksdemos/catalogue:0.3.5'], ['http 80->80']],
  ['catalogue-db', ['weaveworksdemos/catalogue-db:0.3.0'], ['mysql 3306->3306']],
  ['carts', ['weaveworksdemos/carts:0.4.8'], ['http 80->80']],
  ['carts-db', ['mongo:4.4.29'], ['mongo 27017->27017']],
  ['orders', ['weaveworksdemos/orders:0.4.7'], ['http 80->80']],
  ['orders-db', ['mongo:4.4.29'], ['mongo 27017->27017']],
  ['payment', ['weaveworksdemos/payment:0.4.3'], ['http 80->80']],
  ['shipping', ['weaveworksdemos/shipping:0.4.8'], ['http 80->80']],
  ['queue-master', ['weaveworksdemos/queue-master:0.3.1'], ['http 80->80']],
  [
    'rabbitmq',
    ['rabbitmq:3.6.8-management', 'kbudde/rabbitmq-exporter:v0.29.0'],
    ['tcp-amqp 5672->5672', 'http-metrics 9090->9090'],
  ],
  ['session-db', ['redis:7.2.5-alpine'], ['redis 6379->6379']],
  ['user', ['weaveworksdemos/user:0.4.7'], ['http 80->80']],
  ['user-db', ['weaveworksdemos/user-db:0.3.0'], ['mongo 27017->27017']],
];

describe('the written shop', () => {
  test('has the fourteen services, and nothing else', () => {
    const names = FACTS.map(([name]) => name);
    for (const kind of ['Deployment', 'Service', 'ServiceAccount']) {
      expect([kind, ...byName(written, kind).keys()]).toEqual([kind, ...names]);
    }
    // Beside them only what leads customers to front-end.
    expect(written.filter(({ kind }) => !/^(Deployment|Service|ServiceAccount)$/.test(kind)).map(toKey)).toEqual([
      'Gateway front-end',
      'VirtualService front-end',
    ]);
  });

  test.each(FACTS)('%s has its image, its ports and an identity of its own', (name, images, ports) => {
    const { spec } = deployments.get(name).spec.template;
    expect(spec.containers.map(({ image }: Document) => image)).toEqual(images);
    expect(
      services.get(name).spec.ports.map((port: Document) => `${port.name} ${port.port}->${port.targetPort}`),
    ).toEqual(ports);
    expect(spec.serviceAccountName).toBe(name);
  });

  test('says the protocol of every port, so that Istio guesses at none', () => {
    for (const service of services.values()) {
      for (const port of service.spec.ports) {
        expect([service.metadata.name, protocolOf(port)]).not.toContain(undefined);
        // Also for those who read only one of the two.
        expect(protocolOf({ name: port.name, port: 1 })).toBe(protocolOf({ appProtocol: port.appProtocol, port: 1 }));
      }
    }
  });

  test('lets every container open its ports, and no two containers of a pod the same one', () => {
    for (const [name, service] of services) {
      const opened = deployments
        .get(name)
        .spec.template.spec.containers.flatMap(({ ports }: Document) =>
          ports.map((port: Document) => port.containerPort),
        );
      expect([name, ...opened]).toEqual([name, ...service.spec.ports.map((port: Document) => port.targetPort)]);
    }
  });

  test('takes all capabilities from every container, and gives back only what starting needs', () => {
    const added = new Map<string, readonly string[]>();
    for (const [name, deployment] of deployments) {
      for (const { securityContext } of deployment.spec.template.spec.containers) {
        expect([name, securityContext.capabilities.drop]).toEqual([name, ['ALL']]);
        added.set(name, [...(added.get(name) ?? []), ...(securityContext.capabilities.add ?? [])]);
      }
    }
    const changesUser = ['CHOWN', 'DAC_OVERRIDE', 'SETGID', 'SETUID'];
    for (const [name, , ports] of FACTS) {
      const expected = ports[0]?.endsWith('->80')
        ? ['NET_BIND_SERVICE']
        : ['catalogue-db', 'rabbitmq'].includes(name)
          ? changesUser
          : [];
      expect([name, added.get(name)]).toEqual([name, expected]);
    }
  });

  test('does not forbid to gain privileges where port 80 is opened by a capability of the file', () => {
    for (const deployment of deployments.values()) {
      for (const { securityContext } of deployment.spec.template.spec.containers) {
        const byFile = securityContext.runAsUser === 10001 && securityContext.capabilities.add !== undefined;
        expect(securityContext.allowPrivilegeEscalation).toBe(byFile ? undefined : false);
      }
    }
  });

  test.each([
    ['carts-db', ['/tmp', '/data/db', '/data/configdb']],
    ['orders-db', ['/tmp', '/data/db', '/data/configdb']],
    ['rabbitmq', ['/tmp', '/var/lib/rabbitmq']],
    ...['carts', 'orders', 'shipping', 'queue-master'].map((name) => [name, ['/tmp']] as const),
  ] as const)('%s has volumes where its read-only root would stop it', (name, paths) => {
    const { containers, volumes } = deployments.get(name).spec.template.spec;
    const [{ securityContext, volumeMounts }] = containers;
    expect(securityContext.readOnlyRootFilesystem).toBe(true);
    expect(volumeMounts.map(({ mountPath }: Document) => mountPath)).toEqual(paths);
    expect(volumes.map((volume: Document) => volume.name)).toEqual(volumeMounts.map((mount: Document) => mount.name));
    for (const volume of volumes) expect(volume.emptyDir).toBeDefined();
  });

  test("user-db keeps its image's accounts: no volume hides them, and the root is writable", () => {
    const { containers, volumes } = deployments.get('user-db').spec.template.spec;
    expect([volumes, containers[0].volumeMounts, containers[0].securityContext.readOnlyRootFilesystem]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('runs the databases as their own account from the start, which owns its volumes', () => {
    for (const name of ['carts-db', 'orders-db']) {
      const { containers, securityContext } = deployments.get(name).spec.template.spec;
      expect(containers[0].securityContext.runAsUser).toBe(999);
      expect(securityContext.fsGroup).toBe(999);
    }
  });

  test('tells each service what upstream tells it, and no password', () => {
    const env = (name: string) =>
      Object.fromEntries(
        (deployments.get(name).spec.template.spec.containers[0].env ?? []).map((each: Document) => [
          each.name,
          each.value,
        ]),
      );
    expect(env('front-end')).toEqual({ SESSION_REDIS: 'true' });
    expect(env('user')).toEqual({ MONGO_HOST: 'user-db:27017' });
    expect(env('catalogue-db')).toEqual({ MYSQL_DATABASE: 'socksdb', MYSQL_RANDOM_ROOT_PASSWORD: 'yes' });
    for (const name of ['carts', 'orders', 'shipping', 'queue-master']) {
      expect(env(name)).toEqual({ JAVA_OPTS: expect.stringContaining('-Dspring.zipkin.enabled=false') });
    }
  });

  test('runs on Linux, said with the label that is not deprecated', () => {
    for (const deployment of deployments.values()) {
      expect(deployment.spec.template.spec.nodeSelector).toEqual({ 'kubernetes.io/os': 'linux' });
    }
  });

  test("leads customers from the gateway's pods to front-end", () => {
    const [gateway] = ofKind(written, 'Gateway');
    const [route] = ofKind(written, 'VirtualService');
    expect(gateway.spec.selector).toEqual({ app: 'istio-ingressgateway', istio: 'ingressgateway' });
    expect(gateway.spec.servers).toEqual([{ hosts: ['*'], port: { name: 'http', number: 80, protocol: 'HTTP' } }]);
    expect(route.spec.gateways).toEqual([gateway.metadata.name]);
    expect(route.spec.http[0].route[0].destination).toEqual({
      host: 'front-end.sock-shop.svc.cluster.local',
      port: { number: 80 },
    });
  });
});

describe('editions', () => {
  function shop(props: Partial<SockShopProps> = {}): ReadonlyMap<string, readonly Document[]> {
    const app = new MeshApp();
    const teleport = TeleportCluster.cloud('acme.teleport.sh');
    const mesh = new TeleportMesh(app, 'mesh', { teleport, istio: { ingressGateway: true } });
    new SockShop(app, 'shop', { mesh, ...props });
    return new Map([...app.synthFiles()].map(([path, text]) => [path, loadAll(text) as Document[]]));
  }

  test('DEMO has six services, the calls among them, and sessions in memory', () => {
    const files = shop({ edition: SockShopEdition.DEMO });
    const workloads = files.get('shop.k8s.yaml') ?? [];
    const policies = ofKind(files.get('shop-policies.k8s.yaml') ?? [], 'AuthorizationPolicy');
    const callers = (name: string) => {
      const { rules = [] } = policies.find((each) => each.metadata.name === name).spec;
      const principals: string[] = rules.flatMap(({ from }: Document) => from[0].source.principals);
      return [...new Set(principals.map((principal) => principal.replace(/.*\//, '')))];
    };

    expect([...byName(workloads, 'Deployment').keys()]).toEqual([
      ...['front-end', 'catalogue', 'catalogue-db', 'carts', 'carts-db', 'orders'],
    ]);
    expect(byName(workloads, 'Deployment').get('front-end').spec.template.spec.containers[0].env).toBeUndefined();
    expect(policies.map((each) => [each.metadata.name, ...callers(each.metadata.name)])).toEqual([
      ['deny-by-default'],
      ['front-end', 'istio-ingressgateway-service-account'],
      ['catalogue', 'front-end'],
      ['catalogue-db', 'catalogue'],
      ['carts', 'front-end', 'orders'],
      ['carts-db', 'carts'],
      ['orders', 'front-end'],
    ]);
  });

  test('can have another name, which reaches identities and variants', () => {
    const files = shop({ name: 'socks' });

    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['variants/shop-deny-all.k8s.yaml', 'variants/shop-permissive-mtls.k8s.yaml']),
    );
    for (const path of ['shop.k8s.yaml', 'shop-policies.k8s.yaml', 'variants/shop-deny-all.k8s.yaml']) {
      for (const { metadata } of files.get(path) ?? []) expect([path, metadata.namespace]).toEqual([path, 'socks']);
    }
    expect(JSON.stringify(files.get('shop-policies.k8s.yaml'))).toContain('acme.teleport.sh/ns/socks/sa/front-end');
  });

  test('needs an ingress gateway for its customers', () => {
    const app = new MeshApp();
    const mesh = new TeleportMesh(app, 'mesh', { teleport: TeleportCluster.cloud('acme.teleport.sh') });
    expect(() => new SockShop(app, 'shop', { mesh })).toThrow(/\[mesh\] the mesh has no ingress gateway/);
  });
});

function toKey({ kind, metadata }: Document): string {
  return `${kind} ${metadata.name}`;
}
