import type {
  Container,
  PodSpec,
  ResourceRequirements,
  SecurityContext,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1';
import { OS_LABEL } from '../../upstream/kubernetes/names';
import type { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { NODE_NAME_VARIABLE } from '../../upstream/teleport/tbot-services';
import type { JoinToken } from '../teleport/join-token';
import { joinTokenVolume } from './join-token-volume';
import type { KubeletTls } from './kubelet-tls';
import { configVolume, DIAGNOSTICS_PORT, LIVE_PROBE, READY_PROBE, tbotContainer } from './tbot-container';

/** How tbot addresses its node's kubelet. */
export type KubeletAddress = 'nodeName' | 'hostIP';

/** The container's privileges on its node. */
export type TbotPrivilege = 'capabilities' | 'privileged';

/** Resolved facts from which the pod is made. */
export interface TbotDaemonSetPodOptions {
  /** Construct path for error messages. */
  readonly where: string;
  readonly token: JoinToken;
  readonly socket: WorkloadApiSocket;
  readonly kubelet: KubeletTls;
  readonly target: Target;
  readonly serviceAccountName: string;
  readonly configMapName: string;
  readonly imageRepository: string | undefined;
  readonly kubeletAddress: KubeletAddress;
  readonly privilege: TbotPrivilege;
  readonly priorityClassName: string;
  readonly resources: ResourceRequirements;
}

/** A volume and where the container sees it. */
interface MountedVolume {
  readonly volume: Volume;
  readonly mount: VolumeMount;
}

/** The pod of the DaemonSet. */
export function tbotDaemonSetPod(options: TbotDaemonSetPodOptions): PodSpec {
  const volumes = mountedVolumes(options);
  return {
    serviceAccountName: options.serviceAccountName,
    // The token for the kubelet is mounted by hand, so that it comes without one for anything else.
    automountServiceAccountToken: false,
    // Callers are recognised by their process id, which is 0 as seen from another PID namespace. The host's network is
    // not needed: the kubelet's address comes from TELEPORT_NODE_NAME.
    hostPID: true,
    priorityClassName: options.priorityClassName,
    nodeSelector: { [OS_LABEL]: 'linux' },
    // Pods that tolerate a taint need their identity on that node too.
    tolerations: [{ operator: 'Exists' }],
    containers: [container(options, volumes)],
    volumes: volumes.map(({ volume }) => volume),
  };
}

function container(options: TbotDaemonSetPodOptions, volumes: readonly MountedVolume[]): Container {
  return {
    ...tbotContainer(options.where, options.target, DIAGNOSTICS_PORT, options.imageRepository),
    env: [
      {
        // The host part of the kubelet's URL; without it tbot would call itself
        // (gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go).
        name: NODE_NAME_VARIABLE,
        valueFrom: {
          fieldRef: {
            apiVersion: 'v1',
            fieldPath: options.kubeletAddress === 'nodeName' ? 'spec.nodeName' : 'status.hostIP',
          },
        },
      },
      joinTokenVolume(options.token).env,
    ],
    // Delays, periods and thresholds of Teleport's chart `tbot`; its chart for DaemonSets has no probes.
    livenessProbe: { ...LIVE_PROBE, initialDelaySeconds: 10, periodSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...READY_PROBE, initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 },
    resources: options.resources,
    securityContext: securityContext(options.privilege),
    volumeMounts: volumes.map(({ mount }) => mount),
  };
}

function securityContext(privilege: TbotPrivilege): SecurityContext {
  if (privilege === 'privileged')
    return { privileged: true, runAsUser: 0, runAsGroup: 0, readOnlyRootFilesystem: true };
  return {
    // The socket directory belongs to root.
    runAsUser: 0,
    runAsGroup: 0,
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    // Both only to read /proc/<pid> of other users' processes: the mounts, which name the pod, and the program.
    capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function mountedVolumes({ configMapName, token, socket, kubelet }: TbotDaemonSetPodOptions): MountedVolume[] {
  const { volume, mount } = joinTokenVolume(token);
  return [
    configVolume(configMapName),
    { volume, mount },
    kubeletCredentials(),
    ...kubeletCa(kubelet),
    {
      // The directory, never the socket: tbot makes a new file at every start.
      volume: { name: 'workload-api', hostPath: { path: socket.directory, type: 'DirectoryOrCreate' } },
      mount: { name: 'workload-api', mountPath: socket.directory },
    },
  ];
}

/** What tbot shows the kubelet, and the cluster's CA, at the paths where tbot looks by itself. */
function kubeletCredentials(): MountedVolume {
  return {
    volume: {
      name: 'kubelet-credentials',
      projected: {
        sources: [
          // Without an audience it is for the API server, as which the kubelet has tokens reviewed. An hour, as usual for
          // pods; tbot reads the file for every request.
          { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        ],
      },
    },
    mount: {
      name: 'kubelet-credentials',
      mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
      readOnly: true,
    },
  };
}

function kubeletCa({ caVolumeSource, caMount }: KubeletTls): MountedVolume[] {
  if (caVolumeSource === undefined) return [];
  return [
    {
      volume: { name: 'kubelet-ca', ...caVolumeSource },
      mount: { name: 'kubelet-ca', mountPath: caMount, readOnly: true },
    },
  ];
}
