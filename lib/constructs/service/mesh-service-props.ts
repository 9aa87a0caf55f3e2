import type { Container, PersistentVolumeClaim, PodSpec, Volume } from 'kubernetes-types/core/v1';
import type { EnrollOptions } from '../enroll/enrollment';
import type { MtlsMode } from '../istio/traffic/mtls-mode';
import type { Port } from './port';

/** How a service's pods take connections, where it is not as the rest of its namespace does. */
export interface ServiceMtlsOptions {
  /**
   * Mode of all its ports that `portMtls` does not name.
   *
   * @default - the namespace's
   */
  readonly mtls?: MtlsMode;
  /**
   * Mode of single ports, by the number of the Service's port.
   *
   * @default - all ports alike
   */
  readonly portMtls?: Readonly<Record<number, MtlsMode>>;
}

/** Fields of the main container, as Kubernetes names them. */
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

/** What every service to deploy has: one main container, in Kubernetes' own vocabulary. */
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
   * Containers beside the main one, such as an exporter. They share its identity.
   *
   * @default - none
   */
  readonly additionalContainers?: readonly Container[];
  /**
   * Says that the image runs as root: its pods may, which `runAsNonRoot` would keep them from. A `restricted` namespace
   * admits no such pods.
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

/** A service whose pods are all alike. */
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
   * @default - none: a worker that only calls others, without a Service
   */
  readonly ports?: readonly Port[];
  /**
   * Whether the Service's name leads to the pods' own addresses, for clients that choose among them.
   *
   * @default false - it leads to one address in front of all pods
   */
  readonly headless?: boolean;
  readonly volumeClaimTemplates?: never;
}

/** A service whose pods have names and storage of their own; its Service is headless, which gives them those names. */
export interface StatefulSetServiceProps extends CommonServiceProps {
  /** Pods with a name and a volume each. */
  readonly kind: 'StatefulSet';
  /** Ports of the Service and the containers, with their protocols: without a port there is no Service to name the pods. */
  readonly ports: readonly [Port, ...Port[]];
  /**
   * Storage that every pod gets for itself, by the name that `volumeMounts` uses.
   *
   * @default - none
   */
  readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[];
  readonly headless?: never;
}

/** A service to deploy. */
export type MeshServiceProps = DeploymentServiceProps | StatefulSetServiceProps;

/** Whether the Service's name leads to the pods' own addresses, as that of a StatefulSet always does. */
export function isHeadless({ kind, headless }: Pick<MeshServiceProps, 'kind' | 'headless'>): boolean {
  return kind === 'StatefulSet' || headless === true;
}
