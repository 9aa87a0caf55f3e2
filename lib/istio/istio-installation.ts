import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../errors';
import { checkNamespace } from '../kubernetes';
import type { TrustDomain } from '../spiffe';
import { Target } from '../target';
import { checkSettings } from './forbidden-settings';
import { toGatewayComponent, toGatewayValues } from './gateway-settings';
import type { IngressGateway } from './ingress-gateway';
import type { InjectionOverlay } from './injection-overlay';
import { checkIstioTrustDomain } from './istio-trust-domain';
import { mergeSettings, type PlainObject } from './merge-settings';
import { PathNormalization } from './path-normalization';
import { DEFAULT_ROOT_NAMESPACE } from './policy-scope';

/** What {@link IstioInstallation} is made of. */
export interface IstioInstallationProps {
  /** Trust domain of the identities: the Teleport cluster name. */
  readonly trustDomain: TrustDomain;
  /** The template through which proxies get their socket; also says what the socket is called. */
  readonly overlay: InjectionOverlay;
  /**
   * Further trust domains whose identities count as this mesh's: accepted by servers, expected by clients, added to
   * policies. An alias does not make a foreign root trusted.
   *
   * @default - none
   */
  readonly trustDomainAliases?: readonly TrustDomain[];
  /**
   * Releases the installation is for. An Istio release with a patch number other than 0 pins the images.
   *
   * @default Target.of()
   */
  readonly target?: Target;
  /**
   * Namespace of istiod, which is also the mesh's root namespace.
   *
   * @default 'istio-system'
   */
  readonly namespace?: string;
  /**
   * The gateway through which requests from outside come in.
   *
   * @default - no gateway
   */
  readonly ingressGateway?: IngressGateway;
  /**
   * Whether proxies may run as native sidecars, which tbot must know how to attest.
   *
   * @default - left to Istio if the target's tbot attests them, otherwise off
   */
  readonly nativeSidecars?: boolean;
  /**
   * What is done to paths before policies see them.
   *
   * @default PathNormalization.DEFAULT
   */
  readonly pathNormalization?: PathNormalization;
  /**
   * Resources of istiod.
   *
   * @default - those of Istio's charts
   */
  readonly istiodResources?: ResourceRequirements;
  /**
   * Resources of each proxy.
   *
   * @default - those of Istio's charts
   */
  readonly proxyResources?: ResourceRequirements;
  /**
   * Further mesh configuration in Istio's own words (access logs, tracing …).
   *
   * @default - none
   */
  readonly meshConfig?: PlainObject;
  /**
   * Further values of the istiod chart.
   *
   * @default - none
   */
  readonly values?: PlainObject;
}

/** An IstioOperator document, as `istioctl install -f` reads it. */
export interface IstioOperatorManifest {
  readonly apiVersion: 'install.istio.io/v1alpha1';
  readonly kind: 'IstioOperator';
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: PlainObject;
}

/**
 * Istio as the mesh needs it, in the two ways to install it: one file for istioctl, or two of Helm values. They come from
 * the same facts, so it does not matter which one is used; never use both.
 *
 * istiod keeps its own CA: proxies know istiod by it, and only the identities of workloads come from elsewhere. Neither
 * `CA_ADDR` nor `PILOT_CERT_PROVIDER` is set, since neither does anything while the socket is there.
 */
export class IstioInstallation {
  /** Trust domain of the mesh. */
  public readonly trustDomain: TrustDomain;
  /** Namespace of istiod; policies in it are for the whole mesh. */
  public readonly namespace: string;
  /** The gateway, if there is one. */
  public readonly ingressGateway: IngressGateway | undefined;

  private readonly overlay: InjectionOverlay;
  private readonly tag: string | undefined;
  private readonly chartSettings: PlainObject;
  private readonly meshConfig: PlainObject;

  /**
   * @throws InvalidInputError if Istio refuses a trust domain or a namespace, if native sidecars are asked of a tbot that
   * cannot attest them, or if a further setting contradicts the installation
   */
  public constructor(props: IstioInstallationProps) {
    const where = 'IstioInstallation';
    const target = props.target ?? Target.of();
    this.trustDomain = props.trustDomain;
    this.namespace = props.namespace ?? DEFAULT_ROOT_NAMESPACE;
    this.ingressGateway = props.ingressGateway;
    this.overlay = props.overlay;
    // Without a patch number the release is a line, not an image: the tag is then that of the installer itself.
    this.tag = target.istio.patch > 0 ? target.istio.toString() : undefined;
    checkNamespace(where, this.namespace);
    for (const trustDomain of [props.trustDomain, ...(props.trustDomainAliases ?? [])]) {
      checkIstioTrustDomain(where, trustDomain);
    }
    checkSettings(where, { ...props.values, meshConfig: props.meshConfig ?? {} });
    this.meshConfig = mergeSettings(`${where}: meshConfig`, meshConfig(props), props.meshConfig ?? {});
    this.chartSettings = mergeSettings(
      `${where}: values`,
      chartSettings(props, this.namespace, nativeSidecarsSetting(where, props.nativeSidecars, target)),
      props.values ?? {},
    );
  }

  /** The document for `istioctl install -f`. */
  public toIstioOperator(): IstioOperatorManifest {
    const gateway = this.ingressGateway?.installer === 'any' ? this.ingressGateway : undefined;
    return {
      apiVersion: 'install.istio.io/v1alpha1',
      kind: 'IstioOperator',
      metadata: { name: 'istio', namespace: this.namespace },
      spec: {
        // Minimal has no gateway of its own, so that what is listed here is all there is.
        profile: 'minimal',
        ...(this.tag === undefined ? {} : { tag: this.tag }),
        meshConfig: this.meshConfig,
        ...(gateway && { components: { ingressGateways: [toGatewayComponent(gateway, this.overlay.socket)] } }),
        values: this.chartSettings,
      },
    };
  }

  /** Values for the `istiod` chart. */
  public toIstiodValues(): PlainObject {
    const tag = this.tag === undefined ? {} : { global: { tag: this.tag } };
    return { ...mergeSettings('IstioInstallation: values', tag, this.chartSettings), meshConfig: this.meshConfig };
  }

  /** Values for the `gateway` chart; undefined without a gateway. */
  public toGatewayValues(): PlainObject | undefined {
    return this.ingressGateway && toGatewayValues(this.ingressGateway, this.overlay);
  }
}

function meshConfig(props: IstioInstallationProps): PlainObject {
  const aliases = (props.trustDomainAliases ?? []).map(String);
  return {
    trustDomain: props.trustDomain.toString(),
    ...(aliases.length === 0 ? {} : { trustDomainAliases: aliases }),
    pathNormalization: { normalization: (props.pathNormalization ?? PathNormalization.DEFAULT).mode },
    // In every proxy: with a name other than Istio's default a missing socket is an error and not an istiod certificate.
    defaultConfig: { proxyMetadata: { WORKLOAD_IDENTITY_SOCKET_FILE: props.overlay.socket.fileName } },
  };
}

function chartSettings(props: IstioInstallationProps, namespace: string, istiodEnv: PlainObject): PlainObject {
  const pilot = {
    ...(Object.keys(istiodEnv).length === 0 ? {} : { env: istiodEnv }),
    ...(props.istiodResources && { resources: props.istiodResources }),
  };
  return {
    global: {
      istioNamespace: namespace,
      ...(props.proxyResources && { proxy: { resources: props.proxyResources } }),
    },
    ...(Object.keys(pilot).length === 0 ? {} : { pilot }),
    // At the top of the values, not under "global": there the chart does not look.
    sidecarInjectorWebhook: {
      defaultTemplates: ['sidecar', props.overlay.name],
      templates: { [props.overlay.name]: props.overlay.template },
    },
  };
}

function nativeSidecarsSetting(where: string, asked: boolean | undefined, target: Target): PlainObject {
  if (asked === true && !target.attestsNativeSidecars) {
    throw new InvalidInputError({
      where,
      problem: `tbot ${target.teleport} does not attest native sidecars: their proxies would get no identity`,
      value: asked,
      allowed: 'nativeSidecars left out, or false, until Teleport 19 (gravitational/teleport#69276)',
      fix: 'raise the target\'s Teleport release, or leave "nativeSidecars" out',
    });
  }
  if (asked === undefined && target.attestsNativeSidecars) return {};
  // A text, not a boolean: Istio's schema for the environment wants texts.
  return { ENABLE_NATIVE_SIDECARS: String(asked ?? false) };
}
