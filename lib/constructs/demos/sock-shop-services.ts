import type { Capabilities, PodSpec, ResourceRequirements, SecurityContext, Volume } from 'kubernetes-types/core/v1';
import { OS_LABEL } from '../../upstream/kubernetes/names';
import type { DeploymentServiceProps } from '../service/mesh-service-props';
import { Port } from '../service/port';

/** The services of the shop; each name is also that of the Service, the ServiceAccount and the workload. */
export type SockShopService =
  | 'front-end'
  | 'catalogue'
  | 'catalogue-db'
  | 'carts'
  | 'carts-db'
  | 'orders'
  | 'orders-db'
  | 'payment'
  | 'shipping'
  | 'queue-master'
  | 'rabbitmq'
  | 'session-db'
  | 'user'
  | 'user-db';

type Props = DeploymentServiceProps;

const ON_LINUX = { nodeSelector: { [OS_LABEL]: 'linux' } };

const TMP: Volume = { name: 'tmp', emptyDir: { medium: 'Memory' } };
const TMP_MOUNT = { name: 'tmp', mountPath: '/tmp' };

function only(...add: readonly string[]): Capabilities {
  return { drop: ['ALL'], ...(add.length > 0 && { add: [...add] }) };
}

/**
 * The account of all services that upstream wrote. Whether privileges may grow is left open: as this account a program may
 * open port 80 only by a capability of its file, which the kernel ignores once they may not.
 */
const BINDS_PORT_80: SecurityContext = {
  runAsNonRoot: true,
  runAsUser: 10001,
  readOnlyRootFilesystem: true,
  capabilities: only('NET_BIND_SERVICE'),
};

function sized(cpu: string, memory: string, cpuLimit: string, memoryLimit: string): ResourceRequirements {
  return { requests: { cpu, memory }, limits: { cpu: cpuLimit, memory: memoryLimit } };
}

/** Probes of a Go service; Istio rewrites them to its agent, so they need no policy. */
const HEALTH: Pick<Props, 'livenessProbe' | 'readinessProbe'> = {
  livenessProbe: { httpGet: { path: '/health', port: 80 }, initialDelaySeconds: 300, periodSeconds: 3 },
  // Upstream waits 180 seconds, long enough to take a new pod for a broken one.
  readinessProbe: { httpGet: { path: '/health', port: 80 }, initialDelaySeconds: 5, periodSeconds: 3 },
};

/**
 * Probes of a server that is ready when it listens. Istio's agent opens the connection from inside the pod, so they need no
 * policy either.
 */
function listensAt(port: number): Pick<Props, 'livenessProbe' | 'readinessProbe'> {
  return {
    livenessProbe: { tcpSocket: { port }, initialDelaySeconds: 60, periodSeconds: 20, failureThreshold: 6 },
    readinessProbe: { tcpSocket: { port }, initialDelaySeconds: 5, periodSeconds: 5 },
  };
}

/**
 * Probes of MySQL by its own client: it counts connections that only open and close as errors, and shuts a host out that has made a
 * hundred. While the image sets itself up, the server listens on its socket file alone; a refused login counts as alive.
 */
function answersPing(): Pick<Props, 'livenessProbe' | 'readinessProbe'> {
  const exec = { command: ['mysqladmin', 'ping', '-h', '127.0.0.1'] };
  return {
    livenessProbe: { exec, initialDelaySeconds: 60, periodSeconds: 20, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { exec, initialDelaySeconds: 5, periodSeconds: 10, timeoutSeconds: 5 },
  };
}

/** What a database asks for; upstream gives them no limits. */
function asks(cpu: string, memory: string): ResourceRequirements {
  return { requests: { cpu, memory } };
}

function go(image: string, resources: ResourceRequirements): Props {
  return {
    image,
    ports: [Port.http()],
    ...HEALTH,
    resources,
    securityContext: BINDS_PORT_80,
    pod: ON_LINUX,
  };
}

/** Tomcat unpacks itself into `/tmp`. */
function java(image: string, resources: ResourceRequirements): Props {
  return {
    image,
    ports: [Port.http()],
    env: [
      {
        name: 'JAVA_OPTS',
        value: '-Xms64m -Xmx128m -XX:+UseG1GC -Djava.security.egd=file:/dev/urandom -Dspring.zipkin.enabled=false',
      },
    ],
    resources,
    securityContext: BINDS_PORT_80,
    volumes: [TMP],
    volumeMounts: [TMP_MOUNT],
    pod: ON_LINUX,
  };
}

/**
 * The account `mongodb` of the mongo images. Their entrypoint could also start as root and change over, but after a restart
 * of the container that root, without its capabilities, cannot read what `mongodb` wrote.
 */
const AS_MONGODB = { runAsNonRoot: true, runAsUser: 999, runAsGroup: 999 };

/**
 * Empty at every start. 4.4 is the last line that needs no AVX, and from 6.0 on the old drivers of carts and orders find no
 * server (microservices-demo/microservices-demo#875, #900). A read-only root needs the volumes (#891).
 */
const MONGO: Props = {
  image: 'mongo:4.4.29',
  ports: [Port.mongo()],
  ...listensAt(27017),
  resources: asks('100m', '200Mi'),
  securityContext: {
    ...AS_MONGODB,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: only(),
  },
  volumes: [TMP, { name: 'data', emptyDir: {} }, { name: 'configdb', emptyDir: {} }],
  volumeMounts: [TMP_MOUNT, { name: 'data', mountPath: '/data/db' }, { name: 'configdb', mountPath: '/data/configdb' }],
  // The volumes belong to root unless the group is given.
  pod: { ...ON_LINUX, securityContext: { fsGroup: 999 } } satisfies Partial<PodSpec>,
};

/** What an entrypoint needs that begins as root, hands its files to another account and goes on as that one. */
const CHANGES_USER = only('CHOWN', 'DAC_OVERRIDE', 'SETGID', 'SETUID');

/**
 * All fourteen, as upstream deploys them (microservices-demo/microservices-demo deploy/kubernetes/complete-demo.yaml), but
 * with every image pinned, every port's protocol said, and an identity each.
 */
export const SOCK_SHOP_SERVICES: Readonly<Record<SockShopService, Props>> = {
  'front-end': {
    image: 'weaveworksdemos/front-end:0.3.12',
    ports: [Port.http(80, { targetPort: 8079 })],
    livenessProbe: { httpGet: { path: '/', port: 8079 }, initialDelaySeconds: 300, periodSeconds: 3 },
    readinessProbe: { httpGet: { path: '/', port: 8079 }, initialDelaySeconds: 30, periodSeconds: 3 },
    resources: sized('100m', '300Mi', '300m', '1000Mi'),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: only(),
    },
    pod: ON_LINUX,
  },
  catalogue: {
    ...go('weaveworksdemos/catalogue:0.3.5', sized('100m', '100Mi', '200m', '200Mi')),
    command: ['/app'],
    args: ['-port=80'],
  },
  'catalogue-db': {
    image: 'weaveworksdemos/catalogue-db:0.3.0',
    ports: [Port.mysql()],
    env: [
      // Nobody uses root; catalogue has an account of its own, made by the image.
      { name: 'MYSQL_RANDOM_ROOT_PASSWORD', value: 'yes' },
      { name: 'MYSQL_DATABASE', value: 'socksdb' },
    ],
    ...answersPing(),
    resources: asks('100m', '256Mi'),
    securityContext: { allowPrivilegeEscalation: false, capabilities: CHANGES_USER },
    runAsRoot: true,
    pod: ON_LINUX,
  },
  carts: java('weaveworksdemos/carts:0.4.8', sized('100m', '200Mi', '300m', '500Mi')),
  'carts-db': MONGO,
  orders: java('weaveworksdemos/orders:0.4.7', sized('100m', '300Mi', '500m', '500Mi')),
  'orders-db': MONGO,
  payment: go('weaveworksdemos/payment:0.4.3', sized('99m', '100Mi', '200m', '200Mi')),
  shipping: java('weaveworksdemos/shipping:0.4.8', sized('100m', '300Mi', '300m', '500Mi')),
  'queue-master': {
    ...java('weaveworksdemos/queue-master:0.3.1', sized('100m', '300Mi', '300m', '500Mi')),
    // The image knows no other account than root.
    runAsRoot: true,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: only('NET_BIND_SERVICE'),
    },
  },
  rabbitmq: {
    image: 'rabbitmq:3.6.8-management',
    ports: [Port.amqp(), Port.http(9090, { suffix: 'metrics' })],
    ...listensAt(5672),
    resources: asks('100m', '128Mi'),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: CHANGES_USER },
    runAsRoot: true,
    volumes: [TMP, { name: 'data', emptyDir: {} }],
    volumeMounts: [TMP_MOUNT, { name: 'data', mountPath: '/var/lib/rabbitmq' }],
    additionalContainers: [
      {
        // Reads the management API at localhost:15672, which no Service leads to.
        name: 'rabbitmq-exporter',
        image: 'kbudde/rabbitmq-exporter:v0.29.0',
        env: [{ name: 'PUBLISH_PORT', value: '9090' }],
        ports: [{ name: 'http-metrics', containerPort: 9090, protocol: 'TCP' }],
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 10001,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: only(),
        },
      },
    ],
    pod: ON_LINUX,
  },
  'session-db': {
    image: 'redis:7.2.5-alpine',
    ports: [Port.redis()],
    ...listensAt(6379),
    resources: asks('50m', '32Mi'),
    // Sessions need not outlive the pod, and so nothing has to be writable.
    args: ['redis-server', '--save', '', '--appendonly', 'no'],
    securityContext: {
      runAsNonRoot: true,
      // The account `redis` of the alpine images.
      runAsUser: 999,
      runAsGroup: 1000,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: only(),
    },
    pod: ON_LINUX,
  },
  user: {
    ...go('weaveworksdemos/user:0.4.7', sized('100m', '100Mi', '300m', '200Mi')),
    env: [{ name: 'MONGO_HOST', value: 'user-db:27017' }],
  },
  'user-db': {
    image: 'weaveworksdemos/user-db:0.3.0',
    ports: [Port.mongo()],
    ...listensAt(27017),
    resources: asks('100m', '128Mi'),
    // The accounts are part of the image, in /data/db-users: a volume there would hide them, so the root stays writable.
    securityContext: { ...AS_MONGODB, allowPrivilegeEscalation: false, capabilities: only() },
    pod: ON_LINUX,
  },
};
