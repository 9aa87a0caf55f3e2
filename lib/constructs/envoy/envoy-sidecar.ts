import { createHash } from 'node:crypto';
import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Container, PodSpec, ResourceRequirements, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { pinnedImage } from '../kubernetes/image';
import { addObject } from '../kubernetes/kubernetes-object';
import type { TbotSidecar } from '../tbot/tbot-sidecar';
import type { EnvoyProxy } from './envoy-proxy';
import { ENVOY_VERSION } from './envoy-version';

const CONFIG_DIRECTORY = '/etc/envoy';
const CONFIG_FILE = 'envoy.yaml';

/** What an Envoy in a pod needs; see {@link EnvoySidecar}. */
export interface EnvoySidecarProps {
  /** The configuration of Envoy. */
  readonly proxy: EnvoyProxy;
  /** Name of the ConfigMap that holds the bootstrap. */
  readonly name: string;
  /** Namespace of the pod; it must exist. */
  readonly namespace: string;
  /**
   * Where the image is pulled from, without a tag.
   *
   * @default 'docker.io/envoyproxy/envoy'
   */
  readonly imageRepository?: string;
  /**
   * Resources of the container. No CPU limit by default: a throttled proxy delays every request.
   *
   * @default - requests of 50m CPU and 64Mi memory, limited to 256Mi memory
   */
  readonly resources?: ResourceRequirements;
}

/**
 * An Envoy next to an application, in its pod. It needs no permissions and meets the Pod Security level `restricted`,
 * unless the socket is mounted as a host path.
 *
 * Writes the ConfigMap with the bootstrap; {@link EnvoySidecar.addTo} adds the rest to a pod.
 */
export class EnvoySidecar extends Construct {
  /** The ConfigMap with `envoy.yaml`. */
  public readonly configMap: ApiObject;
  private readonly container: Container;
  private readonly configVolume: Volume;
  private readonly proxy: EnvoyProxy;
  private readonly bootstrap: string;

  /**
   * @throws InvalidInputError if a name is not a valid object name, or the image repository has a tag
   */
  public constructor(scope: Construct, id: string, props: EnvoySidecarProps) {
    super(scope, id);
    const { proxy, name, namespace } = props;
    this.proxy = proxy;
    this.bootstrap = proxy.toYaml();
    this.configMap = addObject(this, 'config-map', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { [CONFIG_FILE]: this.bootstrap },
    });
    this.configVolume = { name: 'envoy-config', configMap: { name } };
    this.container = {
      name: 'envoy',
      image: pinnedImage(
        this.node.path,
        props.imageRepository ?? 'docker.io/envoyproxy/envoy',
        // Without a shell and a package manager.
        `distroless-v${ENVOY_VERSION}`,
      ),
      command: ['/usr/local/bin/envoy'],
      args: [
        '-c',
        `${CONFIG_DIRECTORY}/${CONFIG_FILE}`,
        // Otherwise one thread, with its own memory, for each CPU of the node.
        '--concurrency',
        '2',
        // Nothing takes over from this process, and the shared memory for it is not needed then.
        '--disable-hot-restart',
      ],
      ports: [
        // A client's port is on loopback, which no Service can lead to.
        ...(proxy.side === 'server' ? [{ name: 'mtls', containerPort: proxy.port }] : []),
        { name: 'readiness', containerPort: proxy.readinessPort },
      ],
      // No liveness probe: until tbot issues the identity nothing answers, and a restart would not speed that up.
      readinessProbe: { httpGet: { path: '/ready', port: 'readiness' }, periodSeconds: 5 },
      resources: props.resources ?? { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      securityContext: {
        // The image's own user, said as a number so that the kubelet can check it.
        runAsUser: 65532,
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      volumeMounts: [{ name: this.configVolume.name, mountPath: CONFIG_DIRECTORY, readOnly: true }],
    };
  }

  /**
   * Annotations for the pod template, so that pods are replaced when the bootstrap changes: Envoy reads it only at
   * startup.
   */
  public get podAnnotations(): Readonly<Record<string, string>> {
    return { 'checksum/envoy-config': createHash('sha256').update(this.bootstrap).digest('hex') };
  }

  /**
   * Returns a copy of a pod with Envoy and the volume with tbot's socket, a CSI volume or a host path.
   *
   * @throws InvalidInputError if the pod already uses a name that Envoy needs
   */
  public addTo(pod: PodSpec): PodSpec {
    const { socket } = this.proxy;
    const withEnvoy = this.addWithoutSocket(pod);
    const volume: Volume = { name: 'workload-api', ...socket.toVolumeSource() };
    // The directory, never the socket: tbot makes a new file at every start.
    const mount: VolumeMount = { name: volume.name, mountPath: socket.directory, readOnly: true };
    this.checkVolume(withEnvoy, volume);
    return {
      ...withEnvoy,
      containers: withEnvoy.containers.map((container) =>
        container.name === this.container.name
          ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] }
          : container,
      ),
      volumes: [...(withEnvoy.volumes ?? []), volume],
    };
  }

  /**
   * Returns a copy of a pod with Envoy and tbot, with tbot's socket inside the pod.
   *
   * @param tbot listens on the proxy's socket
   * @throws InvalidInputError if tbot listens on another socket or is in another namespace, if the pod already uses a
   * name that Envoy or tbot needs, or if its ServiceAccount is not the one that tbot joins with
   */
  public addWithTbotTo(pod: PodSpec, tbot: TbotSidecar): PodSpec {
    this.checkBeside(tbot);
    return tbot.addTo(this.addWithoutSocket(pod), { containers: [this.container.name] });
  }

  private addWithoutSocket(pod: PodSpec): PodSpec {
    if (pod.containers.some(({ name }) => name === this.container.name)) {
      throw new InvalidInputError({
        where: `${this.node.path} addTo`,
        problem: 'the pod already has a container with this name',
        value: this.container.name,
        allowed: 'a pod without an Envoy container',
      });
    }
    this.checkVolume(pod, this.configVolume);
    return {
      ...pod,
      containers: [...pod.containers, this.container],
      volumes: [...(pod.volumes ?? []), this.configVolume],
    };
  }

  private checkBeside(tbot: TbotSidecar): void {
    const refuse = (problem: string, value: unknown, allowed: unknown, fix: string) =>
      new InvalidInputError({
        where: `${this.node.path} addWithTbotTo`,
        problem,
        value,
        allowed: String(allowed),
        fix,
      });

    const { path } = this.proxy.socket;
    if (tbot.socket.path !== path) {
      throw refuse(
        'tbot listens on a different socket from the one that Envoy uses',
        tbot.socket.path,
        path,
        'pass the same WorkloadApiSocket to both',
      );
    }
    const { namespace } = this.configMap.metadata;
    if (tbot.serviceAccount.namespace !== namespace) {
      throw refuse(
        "tbot's ConfigMap and Envoy's are in different namespaces, and a pod can mount only those in its own",
        tbot.serviceAccount.namespace,
        namespace,
        'create both in the namespace of the pod',
      );
    }
  }

  private checkVolume(pod: PodSpec, volume: Volume): void {
    if (pod.volumes?.some(({ name }) => name === volume.name)) {
      throw new InvalidInputError({
        where: `${this.node.path} addTo`,
        problem: 'the pod already has a volume with this name',
        value: volume.name,
        allowed: 'any other name',
      });
    }
  }
}
