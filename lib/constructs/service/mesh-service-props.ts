import type { Container, PersistentVolumeClaim, PodSpec, Volume } from 'kubernetes-types/core/v1';
import type { EnrollOptions } from '../enroll/enrollment';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import type { Port } from './port';

/** mTLS modes of a service's pods, if they differ from the namespace's. */
export interface ServiceMtlsOptions {
  /**
   * Mode of all its ports that `portMtls` does not list.
   *
   * @default - the namespace's
   */
  readonly mtls?: MtlsMode;
  /**
   * Mode of individual ports, by the number of the Service's port.
   *
   * @default - the same mode for all ports
   */
  readonly portMtls?: Readonly<Record<number, MtlsMode>>;
}

/** Fields of the main container, with Kubernetes' names. */
export type ContainerFields = Pick<
  Container,
  | 'args'
  | 'command'
  | 'env'
  | 'envFrom'
  | 'imagePullPolicy'
  | 'lifecycle'
  | 'livenessProbe'
  | 'readinessProbe'
  | 'resources'
  | 'securityContext'
  | 'startupProbe'
  | 'volumeMounts'
  | 'workingDir'
>;

/** Properties of every service to deploy: one main container, with Kubernetes' field names. */
export interface CommonServiceProps extends ContainerFields, ServiceMtlsOptions, Omit<EnrollOptions, 'endsSidecar'> {
  /** Image of the main container, with a tag or digest. */
  readonly image: string;
  /**
   * Number of pods.
   *
   * @default 1
   */
  readonly replicas?: number;
  /**
   * Further labels of the pods.
   *
   * @default - `app: <name>` and what injection needs
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods.
   *
   * @default - those that injection needs
   */
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Volumes of the pods.
   *
   * @default - none
   */
  readonly volumes?: readonly Volume[];
  /**
   * Further containers, such as an exporter. They share the identity of the main container.
   *
   * @default - none
   */
  readonly additionalContainers?: readonly Container[];
  /**
   * States that the image runs as root, so `runAsNonRoot` is not set. A `restricted` namespace does not allow such
   * pods.
   *
   * @default false - the kubelet refuses to start a container as root
   */
  readonly runAsRoot?: boolean;
  /**
   * Anything else of the pod spec: `nodeSelector`, `tolerations`, `securityContext`, …
   *
   * @default - nothing
   */
  readonly pod?: Partial<Omit<PodSpec, 'containers' | 'hostNetwork' | 'serviceAccountName' | 'volumes'>>;
}

/** A service whose pods are interchangeable. */
export interface DeploymentServiceProps extends CommonServiceProps {
  /**
   * Kind of the workload.
   *
   * @default 'Deployment'
   */
  readonly kind?: 'Deployment';
  /**
   * Ports of the Service and the containers, with their protocols.
   *
   * @default - none: a worker that only calls other services, and has no Service
   */
  readonly ports?: readonly Port[];
  /**
   * Whether the Service's name resolves to the addresses of its pods, for clients that choose among them.
   *
   * @default false - it resolves to one address for all pods
   */
  readonly headless?: boolean;
  readonly volumeClaimTemplates?: never;
}

/** A service whose pods have their own names and storage; its Service is headless, which gives them these names. */
export interface StatefulSetServiceProps extends CommonServiceProps {
  /** Pods that each have a name and a volume. */
  readonly kind: 'StatefulSet';
  /**
   * Ports of the Service and the containers, with their protocols. At least one is required, because the pods get their
   * names from the Service.
   */
  readonly ports: readonly [Port, ...Port[]];
  /**
   * Storage that each pod gets, by the name that `volumeMounts` uses.
   *
   * @default - none
   */
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly headless?: never;
}

/** A service to deploy. */
export type MeshServiceProps = DeploymentServiceProps | StatefulSetServiceProps;

/** Whether the Service's name resolves to the addresses of its pods, which is always so for a StatefulSet. */
export function isHeadless({ kind, headless }: Pick<MeshServiceProps, 'kind' | 'headless'>): boolean {
  return kind === 'StatefulSet' || headless === true;
}
