import { InvalidInputError } from '../../../base/invalid-input-error';
import { ISTIO_NAMESPACE } from '../../../upstream/istio/mesh-config';
import { IDENTITY_STATISTICS } from '../../../upstream/istio/proxy-statistics';
import { ISTIO_INSTALL_V1ALPHA1 } from '../../../upstream/kubernetes/api-groups';
import { checkNamespace } from '../../../upstream/kubernetes/names';
import { LASTING_HUB } from '../../../upstream/releases/hosting';
import { WRITTEN_ISTIO_LINES, whyNotWritten } from '../../../upstream/releases/istio-lines';
import { Target } from '../../../upstream/releases/target';
import { printTarget, TARGET_ANNOTATION } from '../../../upstream/releases/target-text';
import type { TrustDomain } from '../../../upstream/spiffe/trust-domain';
import type { ExternalAuthorizer } from '../policy/external-authorizer';
import { checkDiscovery, type DiscoveryOptions, discoverySelectors } from './discovery-selectors';
import type { EgressGateway } from './egress-gateway';
import { checkMeshConfig, checkValues } from './forbidden-settings';
import { toGatewayComponent, toGatewayValues } from './gateway-settings';
import type { IngressGateway } from './ingress-gateway';
import type { InjectionOverlay } from './injection-overlay';
import { toChartSettings, toMeshConfig } from './installation-settings';
import type { IstioInstallationProps } from './istio-installation-props';
import { checkIstioTrustDomain } from './istio-trust-domain';
import { mergeSettings } from './merge-settings';
import { checkMultiCluster, eastWestGatewayOf } from './multi-cluster';
import { nativeSidecarsSetting } from './native-sidecars';
import { withStatistics } from './proxy-statistics';

/** An IstioOperator document, as `istioctl install -f` reads it. */
export interface IstioOperatorManifest {
  /** The file's format, of istioctl. */
  readonly apiVersion: string;
  /** The file's format, of istioctl. */
  readonly kind: 'IstioOperator';
  /** Name of the installation. */
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    /** The releases the file is for, so that the checker knows them. */
    readonly annotations: Readonly<Record<string, string>>;
  };
  /** Profile, components and `meshConfig`, in Istio's format. */
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * Istio's installation for the mesh, for both installers: one file for istioctl, or files with Helm values. Both are
 * derived from the same settings and are equivalent; use only one of them.
 *
 * istiod keeps its own CA, with which proxies verify istiod; only the identities of workloads come from Teleport.
 * Neither `CA_ADDR` nor `PILOT_CERT_PROVIDER` is set, because neither has an effect while the socket exists.
 */
export class IstioInstallation {
  /** Trust domain of the mesh. */
  public readonly trustDomain: TrustDomain;
  /** Further trust domains that are treated as the mesh's. */
  public readonly trustDomainAliases: readonly TrustDomain[];
  /** Namespace of istiod; policies in it apply to the whole mesh. */
  public readonly namespace: string;
  /** The ingress gateway; undefined if there is none. */
  public readonly ingressGateway: IngressGateway | undefined;
  /** The gateway for calls from other networks; undefined if the mesh has only one network. */
  public readonly eastWestGateway: IngressGateway | undefined;
  /** The egress gateway; undefined if there is none. */
  public readonly egressGateway: EgressGateway | undefined;
  /** Which hosts sidecars let their workloads reach. */
  public readonly egress: 'anywhere' | 'registry-only';
  /** Whether the CNI plugin redirects traffic, so that injected pods need no extra capabilities. */
  public readonly cni: boolean;

  private readonly target: Target;
  private readonly overlay: InjectionOverlay;
  private readonly images: Readonly<Record<string, unknown>>;
  private readonly chartSettings: Readonly<Record<string, unknown>>;
  private readonly meshConfig: Readonly<Record<string, unknown>>;
  private readonly authorizers = new Map<string, ExternalAuthorizer>();
  private readonly discovery: DiscoveryOptions | undefined;
  private readonly discovered: (() => Iterable<string>)[] = [];
  private keepsIdentityStatistics = false;

  /**
   * @throws InvalidInputError if this package does not write for the Istio release, if Istio refuses a trust domain or a namespace, if
   * native sidecars are asked of a tbot that cannot attest them, or if a further setting contradicts the installation
   */
  public constructor(props: IstioInstallationProps) {
    const where = 'IstioInstallation';
    const target = props.target ?? Target.of();
    this.target = target;
    this.trustDomain = props.trustDomain;
    this.trustDomainAliases = props.trustDomainAliases ?? [];
    this.namespace = props.namespace ?? ISTIO_NAMESPACE;
    this.ingressGateway = props.ingressGateway;
    if (props.multiCluster) checkMultiCluster(where, props.multiCluster);
    this.eastWestGateway = props.multiCluster && eastWestGatewayOf(props.multiCluster);
    this.egressGateway = props.egressGateway;
    this.egress = props.egress ?? 'anywhere';
    this.cni = props.cni ?? false;
    this.overlay = props.overlay;
    const hub = props.hub ?? (target.has('chartsHaveLastingHub') ? undefined : LASTING_HUB);
    this.images = {
      ...(hub === undefined ? {} : { hub }),
      // Without a patch number the release is a line, not an image: the tag is then that of the installer itself.
      ...(target.istio.patch > 0 ? { tag: target.istio.toString() } : {}),
    };
    this.discovery = props.discovery;
    if (props.discovery !== undefined) checkDiscovery(where, props.discovery, props.meshConfig);
    checkRelease(where, target);
    checkNamespace(where, this.namespace);
    for (const trustDomain of [props.trustDomain, ...(props.trustDomainAliases ?? [])]) {
      checkIstioTrustDomain(where, trustDomain);
    }
    checkValues(`${where}: values`, props.values ?? {});
    checkMeshConfig(`${where}: meshConfig`, props.meshConfig ?? {});
    this.meshConfig = mergeSettings(`${where}: meshConfig`, toMeshConfig(props), props.meshConfig ?? {});
    this.chartSettings = mergeSettings(
      `${where}: values`,
      toChartSettings(props, this.namespace, nativeSidecarsSetting(where, props.nativeSidecars, target)),
      props.values ?? {},
    );
  }

  /**
   * Declares an external authorizer in the mesh configuration, so that policies can use it; declaring the same one
   * again has no effect.
   *
   * @throws InvalidInputError if another provider has its name
   */
  public addAuthorizer(authorizer: ExternalAuthorizer): void {
    const { name } = authorizer;
    if ((this.authorizers.get(name) ?? authorizer) !== authorizer || this.hasProvider(name)) {
      throw new InvalidInputError({
        where: 'IstioInstallation: meshConfig.extensionProviders',
        problem: 'two extension providers have the same name',
        value: name,
        allowed: 'a different name for each',
        fix: 'create each ExternalAuthorizer once, and pass it to every policy',
      });
    }
    this.authorizers.set(name, authorizer);
  }

  /**
   * Enables the proxy statistics about identities; calling it again has no effect. Proxies read this setting when they
   * start.
   */
  public addIdentityStatistics(): void {
    this.keepsIdentityStatistics = true;
  }

  /**
   * Says which namespaces are the mesh's, where istiod is to look at no others; they are asked for at synthesis.
   *
   * @internal
   */
  public addDiscovered(namespaces: () => Iterable<string>): void {
    this.discovered.push(namespaces);
  }

  /** The document for `istioctl install -f`. */
  public toIstioOperator(): IstioOperatorManifest {
    const gateways = [this.ingressGateway, this.eastWestGateway].filter((gateway) => gateway?.installer === 'any');
    const components = {
      ...(this.cni && { cni: { enabled: true } }),
      ...(gateways.length > 0 && {
        ingressGateways: gateways.map((gateway) => toGatewayComponent(gateway as IngressGateway, this.overlay.socket)),
      }),
      ...(this.egressGateway && {
        egressGateways: [toGatewayComponent(this.egressGateway.pods, this.overlay.socket)],
      }),
    };
    return {
      apiVersion: ISTIO_INSTALL_V1ALPHA1,
      kind: 'IstioOperator',
      metadata: {
        name: 'istio',
        namespace: this.namespace,
        annotations: { [TARGET_ANNOTATION]: printTarget(this.target) },
      },
      spec: {
        // Minimal has no gateway of its own, so that what is listed here is all there is.
        profile: 'minimal',
        ...this.images,
        meshConfig: this.wholeMeshConfig(),
        ...(Object.keys(components).length === 0 ? {} : { components }),
        values: this.chartSettings,
      },
    };
  }

  /** Values for the `istiod` chart. */
  public toIstiodValues(): Readonly<Record<string, unknown>> {
    const images = { global: this.images };
    return {
      ...mergeSettings('IstioInstallation: values', images, this.chartSettings),
      meshConfig: this.wholeMeshConfig(),
    };
  }

  /** Values for the `gateway` chart; undefined without a gateway. */
  public toGatewayValues(): Readonly<Record<string, unknown>> | undefined {
    return this.ingressGateway && toGatewayValues(this.ingressGateway, this.overlay);
  }

  /** Values for the `gateway` chart, for the gateway for calls from other networks; undefined without one. */
  public toEastWestGatewayValues(): Readonly<Record<string, unknown>> | undefined {
    return this.eastWestGateway && toGatewayValues(this.eastWestGateway, this.overlay);
  }

  /** Values for the `gateway` chart, for the egress gateway; undefined without one. */
  public toEgressGatewayValues(): Readonly<Record<string, unknown>> | undefined {
    return this.egressGateway && toGatewayValues(this.egressGateway.pods, this.overlay);
  }

  private get ownProviders(): readonly { readonly name?: unknown }[] {
    const { extensionProviders } = this.meshConfig;
    return Array.isArray(extensionProviders) ? extensionProviders : [];
  }

  private hasProvider(name: string): boolean {
    return this.ownProviders.some((provider) => provider.name === name);
  }

  /** Policies declare authorizers, and monitoring its statistics, after the installation was made. */
  private wholeMeshConfig(): Readonly<Record<string, unknown>> {
    const config = this.keepsIdentityStatistics
      ? withStatistics(this.meshConfig, IDENTITY_STATISTICS)
      : this.meshConfig;
    const authorizers = [...this.authorizers.values()].map(({ extensionProvider }) => extensionProvider);
    return {
      ...config,
      ...this.selectors(),
      ...(authorizers.length > 0 && { extensionProviders: [...this.ownProviders, ...authorizers] }),
    };
  }

  private selectors(): Readonly<Record<string, unknown>> {
    if (this.discovery === undefined) return {};
    const names = [this.namespace, ...this.discovered.flatMap((namespaces) => [...namespaces()])];
    return { discoverySelectors: discoverySelectors(names, this.discovery, this.egress === 'registry-only') };
  }
}

function checkRelease(where: string, target: Target): void {
  if (!target.istioIsSupported) {
    throw new InvalidInputError({
      where,
      problem: whyNotWritten(target.istio),
      value: target.istio.toString(),
      allowed: `Istio ${WRITTEN_ISTIO_LINES}`,
    });
  }
}
