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
   * Object name. Two objects of one scope are a trap: the older one counts.
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
   * Mode of every port that `portLevelMtls` does not name.
   *
   * @default - that of the namespace
   */
  readonly mtls?: MtlsMode;
  /**
   * Mode by the port the pod listens on: the target port, not the Service's.
   *
   * @default - all ports alike
   */
  readonly portLevelMtls?: Readonly<Record<number, MtlsMode>>;
  /**
   * The mesh's root namespace, where Istio ignores every PeerAuthentication with a selector.
   *
   * @default 'istio-system'
   */
  readonly rootNamespace?: string;
}

/** Whether callers must come with mTLS; `portLevelMtls` exists only where there is a selector, as Istio demands. */
export type PeerAuthenticationProps = WidePeerAuthenticationProps | WorkloadPeerAuthenticationProps;

/** Spec of a PeerAuthentication in Istio's words. */
export interface PeerAuthenticationSpec {
  /** Labels of the pods; none for the whole namespace or mesh. */
  readonly selector?: { readonly matchLabels: Readonly<Record<string, string>> };
  /** What servers accept on ports that are not listed. */
  readonly mtls?: { readonly mode: `${MtlsMode}` };
  /** What servers accept by port of the pod, not of the Service. */
  readonly portLevelMtls?: Readonly<Record<string, { readonly mode: `${MtlsMode}` }>>;
}

/** Says which connections the proxies of a mesh, namespace or workload accept. */
export class PeerAuthentication extends Construct {
  /**
   * The manifest alone, as plain data.
   *
   * @throws InvalidInputError if a port is none, if nothing is said at all, or for a selector in the root namespace
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

  /**
   * @throws InvalidInputError if a port is none, if nothing is said at all, or for a selector in the root namespace
   */
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
   * Says what one more port of a workload accepts.
   *
   * @param port the port the pod listens on: the target port, not the Service's
   * @throws InvalidInputError if the port is none, if it has another mode already, or if this is for a namespace or mesh
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
