import { cached } from '../../base/cached';
import { scalarTextsAt, textsAt } from '../../base/json';
import { isForSidecars, type OutboundTrafficMode } from '../../upstream/istio/outbound-traffic';
import { EXPORT_ANNOTATION, hostCovers, resolveHost, serviceHost } from '../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../upstream/kubernetes/api-groups';
import type { Service } from '../cluster/service';
import type { Workload } from '../cluster/workload';
import { type Manifest, refOf } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { isExportedTo } from './exported-to';
import type { MeshOutbound } from './mesh-outbound';
import { importsHost, type SidecarScope, sidecarScopeOf } from './sidecar-scope';

/** Why a proxy does not know a Service that it calls. */
export interface HiddenService {
  /** Why it is hidden, as a clause. */
  readonly because: string;
  /** The object that hides it, and the place in it. */
  readonly decidedBy: { readonly manifest: Manifest; readonly pointer: string } | undefined;
  /** False if that is not evaluated completely. */
  readonly isSure: boolean;
  /** What the proxy does with unknown hosts; undefined if the manifests do not state it. */
  readonly mode: OutboundTrafficMode | undefined;
  /** What sets that mode, as a noun phrase. */
  readonly modeBy: string;
}

/** What the mode for unknown hosts is, and who says it. */
type OutboundPolicy = Pick<HiddenService, 'mode' | 'modeBy'>;

/** The Services that the proxies of workloads know: those that are exported to their namespace and that their Sidecar imports. */
export class ServiceVisibility {
  private readonly scopes = new Map<Workload, SidecarScope | null>();
  private readonly hasSidecars: boolean;
  private readonly sidecarRoutes: readonly Manifest[];

  public constructor(
    private readonly manifests: ManifestSet,
    private readonly rootNamespace: string,
    private readonly outbound: MeshOutbound,
  ) {
    this.hasSidecars = manifests.ofKind('Sidecar', ISTIO_NETWORKING).length > 0;
    this.sidecarRoutes = !this.hasSidecars
      ? []
      : manifests
          .ofKind('VirtualService', ISTIO_NETWORKING)
          .filter(({ body }) => isForSidecars(scalarTextsAt(body, 'spec', 'gateways')));
  }

  /** Whether two Services of one namespace, labels and annotations apart, may be known to different callers. */
  public get dependsOnNames(): boolean {
    return this.hasSidecars;
  }

  /** The Sidecar of a workload; undefined if it has none. */
  public scopeOf(workload: Workload): SidecarScope | undefined {
    if (!this.hasSidecars) return undefined;
    return (
      cached(this.scopes, workload, () => sidecarScopeOf(workload, this.rootNamespace, this.manifests) ?? null) ??
      undefined
    );
  }

  /** What a workload's sidecar does with unknown hosts. */
  public policyFor(scope: SidecarScope | undefined): OutboundPolicy {
    if (scope?.mode !== undefined)
      return { mode: scope.mode, modeBy: `outboundTrafficPolicy of Sidecar ${refOf(scope.manifest)}` };
    const { mode, isDefault, unknown } = this.outbound;
    if (mode === undefined) return { mode, modeBy: unknown ?? 'the manifests do not state it' };
    const which = isDefault
      ? 'outboundTrafficPolicy of the mesh (Istio’s default)'
      : 'outboundTrafficPolicy of the mesh';
    return { mode, modeBy: which };
  }

  /**
   * Why a workload's proxy does not know a Service; undefined if it does.
   *
   * @param isGateway whether the proxy is a gateway's: no Sidecar applies to it, and it sends nothing to unknown hosts
   */
  public whyHidden(workload: Workload, isGateway: boolean, service: Service, port: number): HiddenService | undefined {
    const scope = isGateway ? undefined : this.scopeOf(workload);
    const policy: OutboundPolicy = isGateway
      ? { mode: 'REGISTRY_ONLY', modeBy: 'the outbound mode of a gateway' }
      : this.policyFor(scope);
    const bySidecar = scope && { manifest: scope.manifest, pointer: '/spec/egress' };
    const [rival] = scope?.rivals ?? [];
    const hidden = (because: string, isSure = true): HiddenService => ({
      because: rival === undefined ? because : `${because}, unless Sidecar ${refOf(rival)} is older`,
      decidedBy: bySidecar,
      isSure: isSure && rival === undefined,
      ...policy,
    });
    const exported = this.exportOf(service);
    if (!isExportedTo(exported, service.namespace, workload.namespace)) {
      const because = `Service ${service.ref} is exported to ${exported.join(', ')}, not to namespace ${workload.namespace}`;
      const decidedBy = { manifest: service.manifest, pointer: '/metadata/annotations' };
      return { because, decidedBy, isSure: true, ...policy };
    }
    if (scope === undefined) return undefined;
    const host = serviceHost(service);
    const imported = importsHost(scope, service.namespace, host, port);
    if (imported === true) return undefined;
    const by = `Sidecar ${refOf(scope.manifest)}`;
    if (imported === undefined) return hidden(`${by} omits hosts`, false);
    const route = this.sidecarRoutes.find((one) => bringsHost(one, scope, host));
    if (route !== undefined)
      return hidden(`${by} imports VirtualService ${refOf(route)} instead of Service ${service.ref}`, false);
    const policyIsElsewhere = scope.hasEgressProxy ? ', and sends what it does not import to an egress proxy' : '';
    return hidden(`${by} does not import Service ${service.ref}${policyIsElsewhere}`, !scope.hasEgressProxy);
  }

  /** Namespaces that see a Service; `*` makes all other words idle. */
  private exportOf({ manifest }: Service): readonly string[] {
    const text = textsAt(manifest.body, 'metadata', 'annotations')[EXPORT_ANNOTATION] ?? '';
    return text === '' ? this.outbound.servicesExportTo : text.split(',').map((name) => name.trim());
  }
}

/** Whether a Sidecar imports a VirtualService that is for a host, or leads to it: then proxies may know the host all the same. */
function bringsHost({ body, namespace = 'default' }: Manifest, scope: SidecarScope, host: string): boolean {
  const hosts = scalarTextsAt(body, 'spec', 'hosts').map((one) => resolveHost(one, namespace));
  return hosts.some((one) => hostCovers(one, host) && importsHost(scope, namespace, one) !== false);
}
