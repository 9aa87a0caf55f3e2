import type { JsonObject } from '../../../base/json';
import {
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  PROXY_CONTAINER,
  TEMPLATES_ANNOTATION,
} from '../../../upstream/istio/injection';
import { SOCKET_FILE_VARIABLE, SOCKET_VOLUME } from '../../../upstream/istio/proxy-volumes';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import { JOIN_TOKEN_PATH_VARIABLE } from '../../../upstream/teleport/join-methods';
import type { Gap, LogReading, ProxyReading, ProxySecret, Snapshot, TbotReading } from '../snapshot';
import { EXAMPLE_CERTIFICATES } from './example-certificates';

const TRUST_DOMAIN = 'example.teleport.sh';
const AT = '2026-11-01T12:10:00Z';

/** Parts of an example that are not as in a healthy mesh. */
export interface ExampleChanges {
  /** Objects in place of all others of their resource. */
  readonly objects?: Readonly<Record<string, readonly JsonObject[]>>;
  /** Resources that could not be listed. */
  readonly without?: readonly string[];
  readonly proxies?: readonly ProxyReading[];
  readonly logs?: readonly LogReading[];
  readonly tbots?: readonly TbotReading[];
  readonly jwks?: JsonObject;
  readonly teleport?: readonly JsonObject[];
  readonly takenAt?: string;
  readonly rights?: Readonly<Record<string, boolean>>;
  readonly gaps?: readonly Gap[];
}

/** A small healthy mesh, `web` and `api` in the namespace `shop` on one node, with some things changed. */
export function exampleSnapshot(changes: ExampleChanges = {}): Snapshot {
  const objects = new Map<string, readonly JsonObject[]>(Object.entries({ ...OBJECTS, ...changes.objects }));
  for (const name of changes.without ?? []) objects.delete(name);
  return {
    takenAt: changes.takenAt ?? AT,
    server: { gitVersion: `v${DEFAULT_RELEASES.kubernetes}` },
    objects,
    proxies: changes.proxies ?? [exampleProxy('web'), exampleProxy('api')],
    logs: changes.logs ?? [exampleLog('tbot', 'joined'), exampleLog('spiffe-csi-driver', 'serving')],
    tbots: changes.tbots ?? [{ namespace: 'teleport-system', pod: 'tbot-1', readyz: 'ok', metrics: {} }],
    jwks: changes.jwks ?? { keys: [{ kty: 'RSA', kid: 'one', n: '0vx7', e: 'AQAB' }] },
    teleport: changes.teleport,
    ...(changes.rights && { rights: changes.rights }),
    gaps: changes.gaps ?? [],
  };
}

/** The reading of a proxy of the example, with a certificate that may be another's. */
export function exampleProxy(
  name: 'web' | 'api',
  {
    chain = EXAMPLE_CERTIFICATES[name] as string,
    root = EXAMPLE_CERTIFICATES.teleport as string,
    ...changes
  }: ExampleProxyChanges = {},
): ProxyReading {
  const secret = (secretName: string, content: Partial<ProxySecret>): ProxySecret => ({
    name: secretName,
    state: 'active',
    version: '1',
    updated: '2026-11-01T12:01:00Z',
    error: undefined,
    chain: '',
    roots: {},
    ...content,
  });
  return {
    namespace: 'shop',
    pod: `${name}-1`,
    istioVersion: DEFAULT_RELEASES.istio,
    stats: {},
    secrets: [secret('default', { chain, ...changes.secret }), secret('ROOTCA', { roots: { [TRUST_DOMAIN]: root } })],
    ...changes.reading,
  };
}

/** What may be different about a proxy. */
export interface ExampleProxyChanges {
  readonly chain?: string;
  readonly root?: string;
  readonly secret?: Partial<ProxySecret>;
  readonly reading?: Partial<ProxyReading>;
}

/** The log of one of the node's agents. */
export function exampleLog(of: 'tbot' | 'spiffe-csi-driver', text: string): LogReading {
  return { namespace: 'teleport-system', pod: `${of}-1`, container: of, text: `${text}\n` };
}

/** A pod of the example. */
export function examplePod(namespace: string, name: string, changes: ExamplePodChanges = {}): JsonObject {
  const { containers = [{ name, image: `example.com/${name}:1` }], proxy = false, ready = true, ...rest } = changes;
  const all = [
    ...(proxy ? [{ name: PROXY_CONTAINER, image: `docker.io/istio/proxyv2:${DEFAULT_RELEASES.istio}` }] : []),
    ...containers,
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name: `${name}-1`,
      labels: { app: name },
      ...(proxy && { annotations: { [TEMPLATES_ANNOTATION]: 'sidecar,spire' } }),
      creationTimestamp: '2026-11-01T12:00:30Z',
      ownerReferences: [{ apiVersion: 'apps/v1', kind: rest.owner ?? 'ReplicaSet', name }],
      ...rest.metadata,
    },
    spec: {
      nodeName: 'node-1',
      serviceAccountName: name,
      containers: all,
      volumes: proxy ? [{ name: SOCKET_VOLUME, csi: { driver: 'csi.spiffe.io' } }] : [],
      ...rest.spec,
    },
    status: {
      phase: ready ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: all.map((one) => ({
        name: one.name as string,
        ready,
        restartCount: 0,
        state: { running: {} },
      })),
      ...rest.status,
    },
  };
}

/** What may be different about a pod. */
export interface ExamplePodChanges {
  readonly containers?: readonly JsonObject[];
  readonly proxy?: boolean;
  readonly ready?: boolean;
  readonly owner?: string;
  readonly metadata?: JsonObject;
  readonly spec?: JsonObject;
  readonly status?: JsonObject;
}

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
  namespace?: string,
): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  ...rest,
});

const workload = (
  kind: string,
  namespace: string,
  name: string,
  spec: JsonObject,
  metadata: JsonObject = {},
): JsonObject => ({
  ...object('apps/v1', kind, name, {}, namespace),
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name }, ...metadata }, spec },
  },
});

const application = (name: string) =>
  workload(
    'Deployment',
    'shop',
    name,
    {
      serviceAccountName: name,
      containers: [{ name, image: `example.com/${name}:1`, ports: [{ containerPort: 8080 }] }],
    },
    { annotations: { [TEMPLATES_ANNOTATION]: 'sidecar,spire' } },
  );

/** The pods of the example, which changes may repeat in part. */
export const EXAMPLE_PODS = {
  web: examplePod('shop', 'web', { proxy: true }),
  api: examplePod('shop', 'api', { proxy: true }),
  istiod: examplePod('istio-system', 'istiod', {
    containers: [{ name: 'discovery', image: `docker.io/istio/pilot:${DEFAULT_RELEASES.istio}` }],
  }),
  tbot: examplePod('teleport-system', 'tbot', {
    owner: 'DaemonSet',
    containers: [
      {
        name: 'tbot',
        image: `public.ecr.aws/gravitational/tbot-distroless:${DEFAULT_RELEASES.teleport}`,
        ports: [{ name: 'diagnostics', containerPort: 3001 }],
      },
    ],
  }),
  csi: examplePod('teleport-system', 'spiffe-csi-driver', {
    owner: 'DaemonSet',
    containers: [
      { name: 'spiffe-csi-driver', image: `ghcr.io/spiffe/spiffe-csi-driver:${DEFAULT_RELEASES.csiDriver}` },
    ],
  }),
} as const;

/** The pods of the example, some of them not ready. */
export function examplePodsWith(ready: Partial<Record<keyof typeof EXAMPLE_PODS, boolean>>): readonly JsonObject[] {
  return Object.entries(EXAMPLE_PODS).map(([key, pod]): JsonObject => {
    if (ready[key as keyof typeof EXAMPLE_PODS] !== false) return pod;
    const status = pod.status as JsonObject;
    const states = (status.containerStatuses as JsonObject[]).map((one) => ({ ...one, ready: false }));
    return {
      ...pod,
      status: { ...status, conditions: [{ type: 'Ready', status: 'False' }], containerStatuses: states },
    };
  });
}

/** The overlay that gives pods the socket, as the injector has it. */
const INJECTOR = `policy: enabled
defaultTemplates: [sidecar]
templates:
  sidecar: |
    spec:
      containers:
        - name: istio-proxy
          image: docker.io/istio/proxyv2:${DEFAULT_RELEASES.istio}
  spire: |
    spec:
      volumes:
        - name: workload-socket
          csi: {driver: csi.spiffe.io, readOnly: true}
`;

/** tbot's configuration in the example. */
export const EXAMPLE_TBOT_CONFIG = `version: v2
proxy_server: ${TRUST_DOMAIN}:443
diag_addr: 0.0.0.0:3001
onboarding: {join_method: kubernetes, token: istio-tbot-k8s-join}
services:
  - type: workload-identity-api
    listen: unix:///run/tbot/sockets/workload.sock
    selector: {name: istio-workloads}
    attestors: {kubernetes: {enabled: true}}
`;

/** ConfigMaps of the example, with another configuration of tbot where one is given. */
export function exampleConfigMaps(tbot: string = EXAMPLE_TBOT_CONFIG): readonly JsonObject[] {
  const mesh = `trustDomain: ${TRUST_DOMAIN}
defaultConfig: {proxyMetadata: {${SOCKET_FILE_VARIABLE}: workload.sock}}
`;
  return [
    object('v1', 'ConfigMap', 'istio', { data: { mesh } }, 'istio-system'),
    object('v1', 'ConfigMap', 'istio-sidecar-injector', { data: { config: INJECTOR, values: '{}' } }, 'istio-system'),
    object(
      'v1',
      'ConfigMap',
      'istio-ca-root-cert',
      { data: { 'root-cert.pem': EXAMPLE_CERTIFICATES.istiod } },
      'istio-system',
    ),
    object('v1', 'ConfigMap', 'tbot', { data: { 'tbot.yaml': tbot } }, 'teleport-system'),
  ];
}

/** A policy of the example. */
export function examplePolicy(name: string, spec: JsonObject): JsonObject {
  return object('security.istio.io/v1', 'AuthorizationPolicy', name, { spec }, 'shop');
}

/** The policies of the example: closed, and `web` may call `api`. */
export const EXAMPLE_POLICIES = {
  deny: examplePolicy('deny-by-default', {}),
  api: examplePolicy('api', {
    selector: { matchLabels: { app: 'api' } },
    action: 'ALLOW',
    rules: [{ from: [{ source: { principals: [`${TRUST_DOMAIN}/ns/shop/sa/web`] } }] }],
  }),
} as const;

const EMPTY = [
  ...['events', 'statefulsets.apps', 'cronjobs.batch', 'jobs.batch', 'requestauthentications.security.istio.io'],
  ...['destinationrules.networking.istio.io', 'gateways.networking.istio.io', 'virtualservices.networking.istio.io'],
  ...['serviceentries.networking.istio.io', 'sidecars.networking.istio.io', 'proxyconfigs.networking.istio.io'],
  ...['workloadentries.networking.istio.io', 'envoyfilters.networking.istio.io'],
  ...['gateways.gateway.networking.k8s.io', 'httproutes.gateway.networking.k8s.io'],
  ...['mutatingwebhookconfigurations.admissionregistration.k8s.io'],
] as const;

const tbotPodSpec: JsonObject = {
  serviceAccountName: 'tbot',
  hostPID: true,
  containers: [
    {
      name: 'tbot',
      image: `public.ecr.aws/gravitational/tbot-distroless:${DEFAULT_RELEASES.teleport}`,
      args: ['start', '-c', '/config/tbot.yaml'],
      env: [
        { name: 'TELEPORT_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: JOIN_TOKEN_PATH_VARIABLE, value: '/var/run/secrets/tokens/join' },
      ],
      volumeMounts: [
        { name: 'config', mountPath: '/config' },
        { name: 'sockets', mountPath: '/run/tbot/sockets' },
        { name: 'join', mountPath: '/var/run/secrets/tokens' },
      ],
      ports: [{ name: 'diagnostics', containerPort: 3001 }],
      livenessProbe: { httpGet: { path: '/livez', port: 3001 } },
      readinessProbe: { httpGet: { path: '/readyz', port: 3001 } },
    },
  ],
  tolerations: [{ operator: 'Exists' }],
  volumes: [
    {
      name: 'join',
      projected: {
        sources: [{ serviceAccountToken: { path: 'join', audience: TRUST_DOMAIN, expirationSeconds: 600 } }],
      },
    },
    { name: 'config', configMap: { name: 'tbot' } },
    { name: 'sockets', hostPath: { path: '/run/tbot/sockets', type: 'DirectoryOrCreate' } },
  ],
};

const OBJECTS: Readonly<Record<string, readonly JsonObject[]>> = {
  ...Object.fromEntries(EMPTY.map((name) => [name, []])),
  namespaces: [
    {
      ...object('v1', 'Namespace', 'shop'),
      metadata: { name: 'shop', labels: { [NAMESPACE_INJECTION_LABEL]: NAMESPACE_INJECTION.on } },
    },
    object('v1', 'Namespace', 'istio-system'),
    object('v1', 'Namespace', 'teleport-system'),
  ],
  nodes: [
    object('v1', 'Node', 'node-1', {
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        nodeInfo: { kubeletVersion: `v${DEFAULT_RELEASES.kubernetes}` },
      },
    }),
  ],
  pods: Object.values(EXAMPLE_PODS),
  services: ['web', 'api'].map((name) =>
    object(
      'v1',
      'Service',
      name,
      { spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } },
      'shop',
    ),
  ),
  serviceaccounts: ['web', 'api'].map((name) => object('v1', 'ServiceAccount', name, {}, 'shop')),
  'deployments.apps': [application('web'), application('api')],
  'daemonsets.apps': [
    workload('DaemonSet', 'teleport-system', 'tbot', tbotPodSpec, { annotations: { 'checksum/config': '1' } }),
  ],
  configmaps: exampleConfigMaps(),
  'csidrivers.storage.k8s.io': [
    object('storage.k8s.io/v1', 'CSIDriver', 'csi.spiffe.io', {
      spec: { podInfoOnMount: true, volumeLifecycleModes: ['Ephemeral'], attachRequired: false },
    }),
  ],
  'csinodes.storage.k8s.io': [
    object('storage.k8s.io/v1', 'CSINode', 'node-1', { spec: { drivers: [{ name: 'csi.spiffe.io' }] } }),
  ],
  'clusterroles.rbac.authorization.k8s.io': [
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'tbot', {
      rules: [{ apiGroups: [''], resources: ['nodes/pods'], verbs: ['get'] }],
    }),
  ],
  'clusterrolebindings.rbac.authorization.k8s.io': [
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'tbot', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tbot' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'teleport-system', name: 'tbot' }],
    }),
  ],
  'authorizationpolicies.security.istio.io': [EXAMPLE_POLICIES.deny, EXAMPLE_POLICIES.api],
  'peerauthentications.security.istio.io': [
    object('security.istio.io/v1', 'PeerAuthentication', 'strict', { spec: { mtls: { mode: 'STRICT' } } }, 'shop'),
  ],
};
