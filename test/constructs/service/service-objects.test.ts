import { type MeshNamespaceProps, type MeshServiceProps, Port } from '../../../lib';
import { podSecurityViolations } from '../../../lib/upstream/kubernetes/pod-security';
import { addWeb, type Document, makeShop, principal, written } from '../mesh/shop-fixture';

const IMAGE = 'ghcr.io/acme/app:1.0.0';
const FILE = 'shop.k8s.yaml';

test('a service is a ServiceAccount without a token, a Service and a Deployment', () => {
  const { app, shop } = makeShop();
  addWeb(shop, 'web', { replicas: 3, labels: { tier: 'front' }, annotations: { 'a/b': 'c' } });

  expect(written(app, FILE, 'ServiceAccount', 'web').automountServiceAccountToken).toBe(false);
  expect(written(app, FILE, 'Service', 'web').spec).toEqual({
    selector: { app: 'web' },
    ports: [{ name: 'http', appProtocol: 'http', port: 80, targetPort: 8080, protocol: 'TCP' }],
  });
  expect(written(app, FILE, 'Deployment', 'web').spec).toEqual({
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: {
        labels: { app: 'web', tier: 'front', 'sidecar.istio.io/inject': 'true' },
        annotations: { 'a/b': 'c', 'inject.istio.io/templates': 'sidecar,spire' },
      },
      spec: {
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        serviceAccountName: 'web',
        containers: [
          {
            name: 'web',
            image: 'ghcr.io/acme/web:1.0.0',
            ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
          },
        ],
      },
    },
  });
});

test("everything in Kubernetes' own words goes through to the container and the pod", () => {
  const container = {
    args: ['-v'],
    command: ['/app'],
    env: [{ name: 'A', value: 'b' }],
    envFrom: [{ configMapRef: { name: 'config' } }],
    imagePullPolicy: 'IfNotPresent',
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
    livenessProbe: { httpGet: { path: '/live', port: 8080 } },
    readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
    resources: { limits: { memory: '64Mi' } },
    securityContext: { runAsNonRoot: true },
    startupProbe: { httpGet: { path: '/', port: 8080 } },
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    workingDir: '/work',
  } as const;
  const { app, shop } = makeShop();
  addWeb(shop, 'web', {
    ...container,
    volumes: [{ name: 'tmp', emptyDir: {} }],
    pod: { nodeSelector: { a: 'b' }, securityContext: { fsGroup: 1 } },
  } as unknown as Partial<MeshServiceProps>);

  const { spec } = written(app, FILE, 'Deployment', 'web').spec.template;
  expect(spec.containers).toEqual([
    {
      ...container,
      name: 'web',
      image: 'ghcr.io/acme/web:1.0.0',
      ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    },
  ]);
  expect(spec).toMatchObject({
    volumes: [{ name: 'tmp', emptyDir: {} }],
    nodeSelector: { a: 'b' },
    securityContext: { fsGroup: 1 },
  });
});

test('a port that another container opens is not said to be of the main one', () => {
  const { app, shop } = makeShop();
  const ports = [{ name: 'http-metrics', containerPort: 9090 }];
  addWeb(shop, 'web', {
    ports: [Port.http(80, { targetPort: 8080 }), Port.http(9090, { suffix: 'metrics' })],
    additionalContainers: [{ name: 'exporter', image: IMAGE, ports }],
  });

  const { containers } = written(app, FILE, 'Deployment', 'web').spec.template.spec;
  expect(containers[0].ports).toEqual([{ name: 'http', containerPort: 8080, protocol: 'TCP' }]);
  expect(containers[1]).toEqual({ name: 'exporter', image: IMAGE, ports });
});

test('a worker without ports has no Service, and calls others all the same', () => {
  const { app, shop } = makeShop();
  const worker = shop.addService('worker', { image: IMAGE });
  worker.calls(addWeb(shop, 'api'));

  expect(worker.service).toBeUndefined();
  expect(written(app, FILE, 'Service', 'worker')).toBeUndefined();
  expect(written(app, FILE, 'Deployment', 'worker').spec.template.spec.containers).toEqual([
    { name: 'worker', image: IMAGE },
  ]);
  const [rule] = written(app, 'shop-policies.k8s.yaml', 'AuthorizationPolicy', 'api').spec.rules;
  expect(rule.from).toEqual([{ source: { principals: [principal('worker')] } }]);
});

test('a StatefulSet has storage for each pod, and a headless Service that names them', () => {
  const { app, shop } = makeShop();
  const claim = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  shop.addService('db', { image: IMAGE, kind: 'StatefulSet', ports: [Port.mysql()], volumeClaimTemplates: [claim] });

  expect(written(app, FILE, 'StatefulSet', 'db').spec).toMatchObject({
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    volumeClaimTemplates: [claim],
  });
  expect(written(app, FILE, 'Service', 'db').spec.clusterIP).toBe('None');
});

test("a Deployment's Service has an address of its own unless it is to be headless", () => {
  const { app, shop } = makeShop();
  addWeb(shop, 'web');
  addWeb(shop, 'peers', { headless: true });

  expect(written(app, FILE, 'Service', 'web').spec).not.toHaveProperty('clusterIP');
  expect(written(app, FILE, 'Service', 'peers').spec.clusterIP).toBe('None');
  expect(written(app, FILE, 'Deployment', 'peers').spec).not.toHaveProperty('serviceName');
});

test('a StatefulSet without ports, and storage for a Deployment, do not compile', () => {
  // @ts-expect-error without a port there is no Service to name the pods
  const noPorts: MeshServiceProps = { image: IMAGE, kind: 'StatefulSet' };
  // @ts-expect-error a Deployment's pods share what they have
  const claims: MeshServiceProps = { image: IMAGE, volumeClaimTemplates: [] };
  // @ts-expect-error its Service is headless already, and cannot be otherwise
  const addressed: MeshServiceProps = { image: IMAGE, kind: 'StatefulSet', ports: [Port.http()], headless: false };

  expect([noPorts, claims, addressed]).toHaveLength(3);
});

// `1web` and `web.api` would do for a Deployment, but no Service can be called so.
test.each(['Web', '1web', 'web.api', 'web-', 'w'.repeat(64)])('a service cannot be called %j', (name) => {
  const { shop } = makeShop();

  expect(() => shop.addService(name, { image: IMAGE })).toThrow(
    /not a valid Service name.*Allowed: a lower-case letter/,
  );
});

test('two ports cannot have one number, or one name', () => {
  const { shop } = makeShop();

  expect(() => addWeb(shop, 'a', { ports: [Port.http(80), Port.tcp(80)] })).toThrow(
    /\[shop\/a\] two ports have the same number: "http 80, tcp 80"/,
  );
  expect(() => addWeb(shop, 'b', { ports: [Port.http(80), Port.http(81)] })).toThrow(
    /\[shop\/b\] two ports have the same name: "http 80, http 81".*suffix/,
  );
});

test('a label that Kubernetes would refuse is refused', () => {
  const { shop } = makeShop();

  expect(() => addWeb(shop, 'web', { labels: { tier: 'a b' } })).toThrow(
    /\[shop\/web\] not a valid value for label "tier": "a b"/,
  );
});

describe('what pods may do on their node', () => {
  const podOf = (props: Partial<MeshServiceProps> = {}, options: Partial<MeshNamespaceProps> = {}): Document => {
    const { app, shop } = makeShop(options, { istio: { cni: true } });
    addWeb(shop, 'web', props);
    return written(app, FILE, 'Deployment', 'web').spec.template.spec;
  };

  test('is not to be root, with the seccomp profile of the runtime, unless the user says otherwise', () => {
    const own = { seccompProfile: { type: 'Localhost', localhostProfile: 'web.json' }, fsGroup: 999 };
    expect(podOf({ pod: { securityContext: own } }).securityContext).toEqual({ runAsNonRoot: true, ...own });
    expect(podOf({ runAsRoot: true }).securityContext).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
  });

  test('root has to be said aloud', () => {
    const message = /\[shop\/web\] container "web" runs as root, which the namespace does not allow\..*runAsRoot: true/;
    expect(() => podOf({ securityContext: { runAsUser: 0 } })).toThrow(message);
    expect(() => podOf({ pod: { securityContext: { runAsNonRoot: false } } })).toThrow(
      /\[shop\/web\] the pod runs as root/,
    );
    expect(podOf({ securityContext: { runAsUser: 0 }, runAsRoot: true }).containers[0].securityContext).toEqual({
      runAsUser: 0,
    });
  });

  test('is what a restricted namespace admits, in every container', () => {
    const additionalContainers = [{ name: 'exporter', image: 'ghcr.io/acme/exporter:1.0.0' }];
    const pod = { initContainers: [{ name: 'init', image: 'ghcr.io/acme/init:1.0.0' }] };
    const capabilities = { add: ['NET_BIND_SERVICE'] };
    const spec = podOf({ additionalContainers, pod, securityContext: { capabilities } }, { podSecurity: 'restricted' });

    expect(podSecurityViolations(spec, 'restricted')).toEqual([]);
    expect(spec.containers[0].securityContext.capabilities).toEqual({ drop: ['ALL'], add: ['NET_BIND_SERVICE'] });
    expect(podSecurityViolations(podOf(), 'restricted')).not.toEqual([]);
    expect(() => podOf({ runAsRoot: true }, { podSecurity: 'restricted' })).toThrow(
      /\[shop\/web\] the namespace does not allow pods that run as root/,
    );
  });
});
