import type { JsonObject } from '../../../base/json';
import {
  NAMESPACE_INJECTION,
  NAMESPACE_INJECTION_LABEL,
  TEMPLATES_ANNOTATION,
} from '../../../upstream/istio/injection';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { COORDINATION_V1, ISTIO_SECURITY_V1, RBAC, RBAC_V1, STORAGE_V1 } from '../../../upstream/kubernetes/api-groups';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import { SPIFFE_CSI_DRIVER } from '../../../upstream/spiffe/csi-driver';
import { JOIN_TOKEN_PATH_VARIABLE } from '../../../upstream/teleport/join-methods';
import { NODE_NAME_VARIABLE } from '../../../upstream/teleport/tbot-services';
import { EXAMPLE_TRUST_DOMAIN, exampleConfigMaps } from './example-config-maps';
import { EXAMPLE_PODS } from './example-pods';
import { EXAMPLE_POLICIES } from './example-policies';
import { object } from './object';

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
        { name: NODE_NAME_VARIABLE, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
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
        sources: [{ serviceAccountToken: { path: 'join', audience: EXAMPLE_TRUST_DOMAIN, expirationSeconds: 600 } }],
      },
    },
    { name: 'config', configMap: { name: 'tbot' } },
    { name: 'sockets', hostPath: { path: '/run/tbot/sockets', type: 'DirectoryOrCreate' } },
  ],
};

/** The objects of the example, by resource. */
export const EXAMPLE_OBJECTS: Readonly<Record<string, readonly JsonObject[]>> = {
  ...Object.fromEntries(EMPTY.map((name) => [name, []])),
  namespaces: [
    {
      ...object('v1', 'Namespace', 'shop'),
      metadata: { name: 'shop', labels: { [NAMESPACE_INJECTION_LABEL]: NAMESPACE_INJECTION.on } },
    },
    object('v1', 'Namespace', ISTIO_NAMESPACE),
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
  'leases.coordination.k8s.io': [
    object(
      COORDINATION_V1,
      'Lease',
      'node-1',
      { spec: { renewTime: '2026-11-01T12:09:51.000000Z' } },
      'kube-node-lease',
    ),
  ],
  'csidrivers.storage.k8s.io': [
    object(STORAGE_V1, 'CSIDriver', SPIFFE_CSI_DRIVER, {
      spec: { podInfoOnMount: true, volumeLifecycleModes: ['Ephemeral'], attachRequired: false },
    }),
  ],
  'csinodes.storage.k8s.io': [
    object(STORAGE_V1, 'CSINode', 'node-1', { spec: { drivers: [{ name: SPIFFE_CSI_DRIVER }] } }),
  ],
  'clusterroles.rbac.authorization.k8s.io': [
    object(RBAC_V1, 'ClusterRole', 'tbot', {
      rules: [{ apiGroups: [''], resources: ['nodes/pods'], verbs: ['get'] }],
    }),
  ],
  'clusterrolebindings.rbac.authorization.k8s.io': [
    object(RBAC_V1, 'ClusterRoleBinding', 'tbot', {
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'tbot' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'teleport-system', name: 'tbot' }],
    }),
  ],
  'authorizationpolicies.security.istio.io': Object.values(EXAMPLE_POLICIES),
  'peerauthentications.security.istio.io': [
    object(ISTIO_SECURITY_V1, 'PeerAuthentication', 'strict', { spec: { mtls: { mode: 'STRICT' } } }, 'shop'),
  ],
};
