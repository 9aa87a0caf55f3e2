import type { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { SpiffeId } from '../../upstream/spiffe/spiffe-id';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { CallOptions } from '../service/call';
import type { ICallee } from '../service/callee';
import type { IIdentified } from '../service/caller';

/** What is known of a workload once it is part of the mesh. */
export interface EnrolledWorkloadProps {
  /** Kubernetes name of the Deployment, StatefulSet or DaemonSet. */
  readonly name: string;
  /** Namespace of the workload. */
  readonly namespace: string;
  /** Name of the ServiceAccount that its pods run as. */
  readonly serviceAccountName: string;
  /** Labels its pods carry. */
  readonly labels: Readonly<Record<string, string>>;
  /** The mesh's trust domain, which is part of the identity. */
  readonly trustDomain: TrustDomain;
  /**
   * The construct that stands for the workload.
   *
   * @default - it is of no app, so that services of every app may be called
   */
  readonly owner?: IConstruct;
  /**
   * The ServiceAccount that was made for it.
   *
   * @default - it brought its own
   */
  readonly serviceAccount?: ApiObject;
}

/** A workload that has a sidecar and an identity from Teleport, and so can call other services. */
export class EnrolledWorkload implements IIdentified {
  /** Name of the workload object. */
  public readonly name: string;
  /** Namespace of the workload. */
  public readonly namespace: string;
  /** Name of the ServiceAccount that its pods run as. */
  public readonly serviceAccountName: string;
  /** Labels of its pods, by which policies select it. */
  public readonly labels: Readonly<Record<string, string>>;
  /** The ServiceAccount that was created for it; undefined if it uses an existing one. */
  public readonly serviceAccount: ApiObject | undefined;
  /** The SPIFFE ID that Teleport issues to its pods. */
  public readonly identity: SpiffeId;

  /**
   * The construct that stands for it.
   *
   * @internal
   */
  public readonly owner: IConstruct | undefined;

  /** @internal use TeleportMesh.enroll */
  public constructor(props: EnrolledWorkloadProps) {
    this.name = props.name;
    this.namespace = props.namespace;
    this.serviceAccountName = props.serviceAccountName;
    this.labels = props.labels;
    this.serviceAccount = props.serviceAccount;
    this.owner = props.owner;
    this.identity = SpiffeId.forWorkload({
      trustDomain: props.trustDomain,
      namespace: props.namespace,
      serviceAccount: props.serviceAccountName,
    });
  }

  /**
   * Allows this workload to call a service.
   *
   * @param requests the allowed requests, any of which must match; an empty list allows everything
   * @throws InvalidInputError as {@link MeshService.allowFrom} does
   */
  public calls(callee: ICallee, ...requests: readonly CallOptions[]): void {
    callee.allowFrom(this, ...requests);
  }
}
