import type { Container, PodSpec, ResourceRequirements, SecurityContext } from 'kubernetes-types/core/v1';
import { OS_LABEL } from '../../upstream/kubernetes/names';
import { REGISTRAR_TAG } from '../../upstream/releases/default-releases';
import type { Version } from '../../upstream/releases/version';
import { pinnedImage } from '../kubernetes/image';

/** Resolved facts from which the pod is made. */
export interface SpiffeCsiDriverPodOptions {
  /** Construct path for error messages. */
  readonly where: string;
  readonly serviceAccountName: string;
  /** Name under which the kubelet knows the driver: `csi.spiffe.io`. */
  readonly driverName: string;
  /** Directory on the node that is mounted into pods. */
  readonly socketDirectory: string;
  /** Driver release. */
  readonly version: Version;
  readonly imageRepository: string;
  readonly registrarImageRepository: string;
  /** The kubelet's root directory on the node. */
  readonly kubeletDirectory: string;
  readonly registrarPrivileged: boolean;
  readonly priorityClassName: string;
  readonly resources: ResourceRequirements;
}

/** Where both containers see the directory of the driver's own socket. */
const PLUGIN_MOUNT = '/spiffe-csi';
/** Where the driver sees tbot's directory, which it binds into pods. */
const SOCKET_MOUNT = '/workload-api';
/** The port that the registrar's documentation uses for its health check. */
const HEALTH_PORT = 9809;

/** The pod of the DaemonSet: the driver, and the registrar that makes it known to the kubelet. */
export function spiffeCsiDriverPod(options: SpiffeCsiDriverPodOptions): PodSpec {
  const { kubeletDirectory, driverName } = options;
  return {
    serviceAccountName: options.serviceAccountName,
    // Neither container speaks to the API server.
    automountServiceAccountToken: false,
    priorityClassName: options.priorityClassName,
    nodeSelector: { [OS_LABEL]: 'linux' },
    // Pods that tolerate a taint need their identity on that node too.
    tolerations: [{ operator: 'Exists' }],
    containers: [driver(options), registrar(options)],
    volumes: [
      {
        name: 'workload-api',
        hostPath: { path: options.socketDirectory, type: 'DirectoryOrCreate' },
      },
      {
        name: 'plugin',
        hostPath: { path: `${kubeletDirectory}/plugins/${driverName}`, type: 'DirectoryOrCreate' },
      },
      { name: 'pods', hostPath: { path: `${kubeletDirectory}/pods`, type: 'Directory' } },
      { name: 'registration', hostPath: { path: `${kubeletDirectory}/plugins_registry`, type: 'Directory' } },
    ],
  };
}

function driver(options: SpiffeCsiDriverPodOptions): Container {
  const podsDirectory = `${options.kubeletDirectory}/pods`;
  return {
    name: 'spiffe-csi-driver',
    image: pinnedImage(options.where, options.imageRepository, options.version.toString()),
    args: [
      '-workload-api-socket-dir',
      SOCKET_MOUNT,
      '-plugin-name',
      options.driverName,
      '-csi-socket-path',
      `${PLUGIN_MOUNT}/csi.sock`,
    ],
    env: [
      // The node id of CSI; the driver reads this variable by default (spiffe/spiffe-csi cmd/spiffe-csi-driver).
      { name: 'MY_NODE_NAME', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.nodeName' } } },
    ],
    resources: options.resources,
    // Mounting needs CAP_SYS_ADMIN, and Kubernetes admits mounts that propagate to the node only from privileged containers.
    securityContext: { privileged: true, readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: 'workload-api', mountPath: SOCKET_MOUNT, readOnly: true },
      { name: 'plugin', mountPath: PLUGIN_MOUNT },
      // At the node's own path, since the kubelet names its mount targets by it; Bidirectional, or the mounts made here
      // would stay in this container and pods would find an empty directory.
      { name: 'pods', mountPath: podsDirectory, mountPropagation: 'Bidirectional' },
    ],
  };
}

function registrar(options: SpiffeCsiDriverPodOptions): Container {
  return {
    name: 'node-driver-registrar',
    image: pinnedImage(options.where, options.registrarImageRepository, REGISTRAR_TAG),
    args: [
      `--csi-address=${PLUGIN_MOUNT}/csi.sock`,
      `--kubelet-registration-path=${options.kubeletDirectory}/plugins/${options.driverName}/csi.sock`,
      `--http-endpoint=:${HEALTH_PORT}`,
    ],
    ports: [{ name: 'healthz', containerPort: HEALTH_PORT }],
    // Fails when the registration socket is gone, which a kubelet restart or a cleaned directory can do
    // (kubernetes-csi/node-driver-registrar#143).
    livenessProbe: {
      httpGet: { path: '/healthz', port: 'healthz' },
      initialDelaySeconds: 5,
      timeoutSeconds: 5,
    },
    resources: options.resources,
    securityContext: registrarSecurityContext(options.registrarPrivileged),
    volumeMounts: [
      { name: 'plugin', mountPath: PLUGIN_MOUNT },
      { name: 'registration', mountPath: '/registration' },
    ],
  };
}

function registrarSecurityContext(privileged: boolean): SecurityContext {
  return privileged
    ? { privileged: true, readOnlyRootFilesystem: true }
    : {
        // The kubelet's directories belong to root; uid 0 without capabilities can write there and nowhere else.
        runAsUser: 0,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      };
}
