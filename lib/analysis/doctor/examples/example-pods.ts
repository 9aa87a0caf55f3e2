import type { JsonObject } from '../../../base/json';
import { PROXY_CONTAINER, TEMPLATES_ANNOTATION } from '../../../upstream/istio/injection';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { SOCKET_VOLUME } from '../../../upstream/istio/proxy-volumes';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import { SPIFFE_CSI_DRIVER } from '../../../upstream/spiffe/csi-driver';

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
      volumes: proxy ? [{ name: SOCKET_VOLUME, csi: { driver: SPIFFE_CSI_DRIVER } }] : [],
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

/** The pods of the example, which changes may repeat in part. */
export const EXAMPLE_PODS = {
  web: examplePod('shop', 'web', { proxy: true }),
  api: examplePod('shop', 'api', { proxy: true }),
  istiod: examplePod(ISTIO_NAMESPACE, 'istiod', {
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
