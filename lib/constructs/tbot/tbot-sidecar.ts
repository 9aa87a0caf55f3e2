import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Container, PodSpec, Volume } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { checkObjectName } from '../../upstream/kubernetes/names';
import { checkPort } from '../../upstream/network/port-number';
import { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { addObject } from '../kubernetes/kubernetes-object';
import type { ServiceAccountReference } from '../teleport/join-token';
import { joinTokenVolume } from './join-token-volume';
import { TbotConfig } from './tbot-config';
import {
  checkTbotVersion,
  chooseServiceAccount,
  configChecksum,
  configMapData,
  configVolume,
  DIAGNOSTICS_PORT,
  LIVE_PROBE,
  READY_PROBE,
  tbotContainer,
} from './tbot-container';
import type { AddToPodOptions, TbotSidecarProps } from './tbot-sidecar-props';
import { checkAttested } from './workload-identity-selector';

const SOCKET_VOLUME = 'workload-api';

/**
 * tbot in the pod of one workload: no privileges on the node, no host path, no Kubernetes permissions. Every pod joins
 * Teleport separately, so this suits only a few workloads; for a whole mesh, use a TbotDaemonSet.
 *
 * Writes the ConfigMap; {@link TbotSidecar.addTo} adds the rest to a pod.
 */
export class TbotSidecar extends Construct {
  /** The ConfigMap with `tbot.yaml`. */
  public readonly configMap: ApiObject;
  /** The configuration of tbot. */
  public readonly config: TbotConfig;
  /** The ServiceAccount that the pod must run as. */
  public readonly serviceAccount: ServiceAccountReference;
  /** The socket of tbot, for other containers of the pod. */
  public readonly socket: WorkloadApiSocket;
  private readonly container: Container;
  private readonly volumes: readonly Volume[];
  private readonly native: boolean;

  /**
   * @throws InvalidInputError if tbot is too old to renew SVIDs, the join token does not admit the ServiceAccount, or the
   * identity needs to know more about the pod than a sidecar can find out
   */
  public constructor(scope: Construct, id: string, props: TbotSidecarProps) {
    super(scope, id);
    const where = this.node.path;
    const target = props.target ?? Target.of();
    const port = checkPort(where, 'diagnosticsPort', props.diagnosticsPort ?? DIAGNOSTICS_PORT);
    checkTbotVersion(where, target);
    // Callers are processes of another PID namespace, so that not even the attestor for Unix processes sees them.
    checkAttested(where, props.identity, []);
    this.serviceAccount = chooseServiceAccount(where, props.token, props.serviceAccount);
    this.native = props.native ?? target.has('hasNativeSidecars');
    this.socket = props.socket;
    const { credentialLifetime } = props;
    this.config = new TbotConfig(
      {
        server: props.token.cluster,
        join: props.token,
        diagnostics: { host: props.bindAddress ?? '0.0.0.0', port },
        services: [
          {
            type: 'workload-identity-api',
            listen: props.socket,
            selector: props.identity,
            ...(credentialLifetime && { credentialLifetime }),
          },
        ],
      },
      where,
    );

    const name = props.name ?? `${this.serviceAccount.name}-tbot`;
    checkObjectName(where, name);
    this.configMap = addObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: this.serviceAccount.namespace },
      data: configMapData(this.config),
    });

    const config = configVolume(name);
    const joinToken = joinTokenVolume(props.token);
    this.volumes = [config.volume, joinToken.volume, { name: SOCKET_VOLUME, emptyDir: {} }];
    this.container = {
      ...tbotContainer(where, target, port, props.imageRepository),
      ...(this.native && { restartPolicy: 'Always' }),
      env: [joinToken.env],
      // The workload waits for the first SVID. There is no readiness probe: while Teleport cannot be reached, tbot is not
      // ready, but its SVIDs are still good and the pod can go on serving.
      startupProbe: { ...READY_PROBE, periodSeconds: 1, failureThreshold: 60 },
      livenessProbe: { ...LIVE_PROBE, periodSeconds: 10, failureThreshold: 6 },
      resources: props.resources ?? { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      securityContext: {
        runAsNonRoot: true,
        // The number that distroless images call "nonroot".
        runAsUser: 65532,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volumeMounts: [config.mount, joinToken.mount, { name: SOCKET_VOLUME, mountPath: this.socket.directory }],
    };
  }

  /** Annotations for the pod template, so that pods are replaced when tbot's configuration changes. */
  public get podAnnotations(): Readonly<Record<string, string>> {
    return configChecksum(this.config);
  }

  /**
   * Returns a copy of a pod with tbot.
   *
   * @throws InvalidInputError if the pod runs as another ServiceAccount, lacks a named container, or already uses a
   * name that tbot needs
   */
  public addTo(pod: PodSpec, { containers }: AddToPodOptions): PodSpec {
    this.checkPod(pod, containers);
    const consumer = (container: Container): Container => this.withSocket(container, containers);
    const initContainers = (pod.initContainers ?? []).map(consumer);
    const others = pod.containers.map(consumer);
    return {
      ...pod,
      // A native sidecar comes first, so that the socket is there for all that follow.
      ...(this.native || pod.initContainers
        ? { initContainers: this.native ? [this.container, ...initContainers] : initContainers }
        : {}),
      containers: this.native ? others : [...others, this.container],
      volumes: [...(pod.volumes ?? []), ...this.volumes],
    };
  }

  private withSocket(container: Container, names: readonly string[]): Container {
    if (!names.includes(container.name)) return container;
    const mount = { name: SOCKET_VOLUME, mountPath: this.socket.directory, readOnly: true };
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  }

  private checkPod(pod: PodSpec, names: readonly string[]): void {
    const refuse = (problem: string, value: unknown, allowed: string) =>
      new InvalidInputError({ where: `${this.node.path} addTo`, problem, value, allowed });

    const runsAs = pod.serviceAccountName ?? 'default';
    if (runsAs !== this.serviceAccount.name) {
      throw refuse("the pod's ServiceAccount is not the one that tbot joins with", runsAs, this.serviceAccount.name);
    }
    const present = [...(pod.initContainers ?? []), ...pod.containers].map(({ name }) => name);
    const missing = names.find((name) => !present.includes(name));
    if (missing !== undefined || names.length === 0) {
      throw refuse('the pod has no container with this name', missing ?? names, present.join(', '));
    }
    if (present.includes(this.container.name)) {
      throw refuse('the pod already has a container with this name', this.container.name, 'a pod without tbot');
    }
    const taken = (pod.volumes ?? []).find(({ name }) => this.volumes.some((volume) => volume.name === name));
    if (taken !== undefined) throw refuse('the pod already has a volume with this name', taken.name, 'any other name');
  }
}
