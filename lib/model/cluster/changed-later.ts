import { ISTIO_NETWORKING, ISTIO_SECURITY } from '../../upstream/kubernetes/api-groups';
import { type Manifest, refOf } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { Cluster } from './cluster';
import type { Service } from './service';
import type { Workload } from './workload';

/** Kinds that count for all callees of their namespace, or of the mesh in the root namespace. */
const AT_CALLEES = ['PeerAuthentication', 'AuthorizationPolicy', 'RequestAuthentication'] as const;

/** Kinds that count for callers and callees of their namespace, or of the mesh in the root namespace. */
const BETWEEN = ['DestinationRule', 'Sidecar'] as const;

/** Kinds that count for what a caller sends out of the mesh, wherever they are. */
const OUTBOUND = ['Sidecar', 'ServiceEntry', 'VirtualService'] as const;

/** Objects that kustomize changes before they are applied, so that the files do not show their final content. */
export class ChangedLater {
  private readonly atCallees: readonly Manifest[];
  private readonly between: readonly Manifest[];
  private readonly outbound: readonly Manifest[];
  private readonly areChanged: boolean;

  public constructor(
    private readonly manifests: ManifestSet,
    private readonly cluster: Cluster,
  ) {
    this.areChanged = manifests.areChanged;
    const changed = (group: string) => (kind: string) =>
      this.areChanged
        ? manifests.ofKind(kind, group).filter((manifest) => manifests.changedBy(manifest) !== undefined)
        : [];
    this.atCallees = AT_CALLEES.flatMap(changed(ISTIO_SECURITY));
    this.between = BETWEEN.flatMap(changed(ISTIO_NETWORKING));
    this.outbound = OUTBOUND.flatMap(changed(ISTIO_NETWORKING));
  }

  /**
   * Why an answer is unknown, as a clause; undefined if nothing that it depends on is changed.
   *
   * @param own the caller's workload, if there is one
   */
  public whyUnknown(own: Workload | undefined, workload: Workload, service: Service | undefined): string | undefined {
    if (!this.areChanged) return undefined;
    const { rootNamespace } = this.cluster.meshSettings;
    const isIn = (...namespaces: readonly (string | undefined)[]) => {
      const wanted = new Set([...namespaces, rootNamespace]);
      return ({ namespace = 'default' }: Manifest) => wanted.has(namespace);
    };
    const found =
      this.changedAmong([workload.manifest, service?.manifest, own?.manifest], [workload.namespace, own?.namespace]) ??
      this.atCallees.find(isIn(workload.namespace)) ??
      this.between.find(isIn(workload.namespace, own?.namespace));
    return found && this.because(found);
  }

  /**
   * Why it is unknown what a caller may send to hosts outside the mesh, as a clause; undefined if nothing that it
   * depends on is changed.
   */
  public whyOutboundUnknown({ manifest, namespace }: Workload): string | undefined {
    if (!this.areChanged) return undefined;
    const found = this.changedAmong([manifest], [namespace]) ?? this.outbound[0];
    return found && this.because(found);
  }

  /** One of some objects that is changed, or of what their namespaces and the mesh say. */
  private changedAmong(
    asked: readonly (Manifest | undefined)[],
    namespaces: readonly (string | undefined)[],
  ): Manifest | undefined {
    const { source } = this.cluster.meshSettings;
    const around = namespaces.map((name) => (name ? this.manifests.find('Namespace', undefined, name) : undefined));
    const all = [...asked, source, source?.container?.manifest, ...around];
    return all.find((one) => one !== undefined && this.manifests.changedBy(one) !== undefined);
  }

  private because(found: Manifest): string {
    const what = found.kind === 'Namespace' ? `Namespace ${found.name}` : `${found.kind} ${refOf(found)}`;
    return `${this.manifests.changedBy(found)} changes ${what} before it is applied: use the output of "kustomize build" instead`;
  }
}
