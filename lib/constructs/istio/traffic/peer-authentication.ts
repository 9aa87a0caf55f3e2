import { type ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { ISTIO_SECURITY_V1 } from '../../../upstream/kubernetes/api-groups';
import { addObject } from '../../kubernetes/kubernetes-object';
import type { PolicyManifest } from '../policy/policy-manifest';
import { checkPort } from '../policy/policy-port';
import type { MeshScope, NamespaceScope, WorkloadScope } from '../policy/policy-scope';
import type { MtlsMode } from './mtls-mode';

/** The mTLS mode of a whole mesh or namespace. */
export interface WidePeerAuthenticationProps {
  /**
   * Object name. Avoid two objects with the same scope: only the older one applies.
   *
   * @default 'default'
   */
  readonly name?: string;
  /** The whole mesh, or a namespace. */
  readonly scope: MeshScope | NamespaceScope;
  /** What servers accept. */
  readonly mtls: MtlsMode;
  /** Only a workload has ports. */
  readonly portLevelMtls?: never;
  readonly rootNamespace?: never;
}

/** The mTLS mode of some pods, or of some of their ports. */
export interface WorkloadPeerAuthenticationProps {
  /** Object name. */
  readonly name: string;
  /** Pods by their labels. */
  readonly scope: WorkloadScope;
  /**
   * Mode of every port that `portLevelMtls` does not list.
   *
   * @default - that of the namespace
   */
  readonly mtls?: MtlsMode;
  /**
   * Mode by the port that the pod listens on: the target port, not the Service's.
   *
   * @default - the same mode for all ports
   */
  readonly portLevelMtls?: Readonly<Record<number, MtlsMode>>;
  /**
   * The mesh's root namespace, where Istio ignores every PeerAuthentication with a selector.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
}

/** Whether callers must use mTLS; `portLevelMtls` requires a selector, as in Istio. */
export type PeerAuthenticationProps = WidePeerAuthenticationProps | WorkloadPeerAuthenticationProps;

/** Spec of a PeerAuthentication in Istio's format. */
export interface PeerAuthenticationSpec {
  /** Labels of the pods; none for the whole namespace or mesh. */
  readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
  /** What servers accept on ports that are not listed. */
  readonly mtls?: { readonly mode: `${MtlsMode}` };
  /** What servers accept by port of the pod, not of the Service. */
  readonly portLevelMtls?: Readonly<Record<string, { readonly mode: `${MtlsMode}` }>>;
}

/** Configures which connections the proxies of a mesh, namespace or workload accept. */
export class PeerAuthentication extends Construct {
  /**
   * The manifest as plain data, without a construct.
   *
   * @throws InvalidInputError if a port is not valid, if no mode is given, or for a selector in the root namespace
   */
  public static manifest(
    props: PeerAuthenticationProps,
    where = 'PeerAuthentication.manifest',
  ): PolicyManifest<PeerAuthenticationSpec> {
    if (props.scope.level === 'workload') checkWorkload(where, props as WorkloadPeerAuthenticationProps);
    const ports = Object.entries(props.portLevelMtls ?? {}) as [string, MtlsMode][];
    return {
      apiVersion: ISTIO_SECURITY_V1,
      kind: 'PeerAuthentication',
      metadata: { name: props.name ?? 'default', namespace: props.scope.namespace },
      spec: {
        ...props.scope.toSpec(),
        ...(props.mtls === undefined ? {} : { mtls: { mode: props.mtls } }),
        ...(ports.length === 0
          ? {}
          : { portLevelMtls: Object.fromEntries(ports.map(([port, mode]) => [port, { mode }])) }),
      },
    };
  }

  /** The object itself, for patches. */
  public readonly resource: ApiObject;

  private readonly portModes: Record<number, MtlsMode>;
  private readonly isForWorkload: boolean;

  /** @throws InvalidInputError if a port is not valid, if no mode is given, or for a selector in the root namespace */
  public constructor(scope: Construct, id: string, props: PeerAuthenticationProps) {
    super(scope, id);
    this.portModes = { ...props.portLevelMtls };
    const where = this.node.path;
    const manifest = () =>
      PeerAuthentication.manifest({ ...props, portLevelMtls: this.portModes } as PeerAuthenticationProps, where);
    this.resource = addObject(this, 'Resource', {
      ...PeerAuthentication.manifest(props, where),
      spec: Lazy.any({ produce: () => manifest().spec }),
    });
    this.isForWorkload = props.scope.level === 'workload';
  }

  /**
   * Sets the mode of a further port of a workload.
   *
   * @param port the port that the pod listens on: the target port, not the Service's
   * @throws InvalidInputError if the port is not valid or already has another mode, or if the scope is a namespace or
   * mesh
   */
  public addPortMode(port: number, mode: MtlsMode): void {
    checkPort(this.node.path, port);
    const earlier = this.portModes[port];
    if (!this.isForWorkload || (earlier !== undefined && earlier !== mode)) {
      throw new InvalidInputError({
        where: this.node.path,
        problem: this.isForWorkload ? `port ${port} already has another mode` : 'port modes need a workload selector',
        value: this.isForWorkload ? mode : port,
        allowed: earlier ?? 'a PeerAuthentication whose scope is a workload',
      });
    }
    this.portModes[port] = mode;
  }
}

function checkWorkload(where: string, props: WorkloadPeerAuthenticationProps): void {
  const ports = Object.keys(props.portLevelMtls ?? {});
  for (const port of ports) checkPort(where, Number(port));
  if (props.mtls === undefined && ports.length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'neither mtls nor portLevelMtls is given',
      allowed: 'a mode for all ports, for some ports, or both',
      fix: 'set mtls to MtlsMode.STRICT',
    });
  }
  if (props.scope.namespace === (props.rootNamespace ?? ISTIO_NAMESPACE)) {
    throw new InvalidInputError({
      where,
      problem: 'Istio ignores a PeerAuthentication with a selector in the root namespace',
      value: props.scope.namespace,
      allowed: 'a workload in any other namespace',
      fix: 'use PolicyScope.namespace or PolicyScope.mesh, or move the workload',
    });
  }
}
