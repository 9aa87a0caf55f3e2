import { Version } from './version';

/** The releases that output is made for or checked against; texts such as `1.29` or `18.6.4`. */
export interface TargetProps {
  /**
   * Istio release.
   *
   * @default '1.28.10'
   */
  readonly istio?: string;
  /**
   * Kubernetes release (API server and the oldest kubelet).
   *
   * @default '1.33'
   */
  readonly kubernetes?: string;
  /**
   * Teleport release: tbot's, whose major version must not be newer than the cluster's.
   *
   * @default '18.11.10'
   */
  readonly teleport?: string;
  /**
   * SPIFFE CSI driver release.
   *
   * @default '0.2.12'
   */
  readonly csiDriver?: string;
}

/**
 * The releases the output is for, and everything that depends on them: whoever adds a version changes this file only.
 */
export class Target {
  /**
   * The given releases, and the defaults for the others.
   *
   * @param where who asks, for messages: a construct path, or this factory
   * @throws InvalidInputError if a text is no release number
   */
  public static of(props: TargetProps = {}, where = 'Target.of'): Target {
    return new Target(
      Version.parse(props.istio ?? '1.28.10', `${where}: istio`),
      Version.parse(props.kubernetes ?? '1.33', `${where}: kubernetes`),
      Version.parse(props.teleport ?? '18.11.10', `${where}: teleport`),
      Version.parse(props.csiDriver ?? '0.2.12', `${where}: csiDriver`),
    );
  }

  private constructor(
    /** Release of istiod and its proxies. */
    public readonly istio: Version,
    /** Release of the cluster. */
    public readonly kubernetes: Version,
    /** Release of Teleport and tbot. */
    public readonly teleport: Version,
    /** Release of the SPIFFE CSI driver. */
    public readonly csiDriver: Version,
  ) {}

  /** Whether this library knows the Istio release: 1.28 to 1.30. */
  public get istioIsSupported(): boolean {
    return this.istio.atLeast('1.28') && !this.istioIsFuture;
  }

  /** Whether the Istio release came after those that this library knows. */
  public get istioIsFuture(): boolean {
    return this.istio.atLeast('1.31');
  }

  /**
   * Whether renewed SVIDs reach Envoy. Before, tbot re-sent the same ageing certificate until it expired an hour later
   * (gravitational/teleport#62813, #62829, #62830): 17.7.14, 18.6.4 and every later line have the fix.
   */
  public get sdsRenewsSvids(): boolean {
    return this.teleport.atLeast('18.6.4') || (this.teleport.atLeast('17.7.14') && !this.teleport.atLeast('18.0.0'));
  }

  /**
   * Whether Istio decides by the nodes' kubelets (≥ 1.33) if proxies are native sidecars
   * (`ENABLE_NATIVE_SIDECARS` is `auto` from 1.27: istio/istio pilot/pkg/features/pilot.go).
   */
  public get nativeSidecarsByDefault(): boolean {
    return this.istio.atLeast('1.27') && this.kubernetes.atLeast('1.33');
  }

  /**
   * Whether tbot attests native-sidecar containers (gravitational/teleport#69276). The fix reached `branch/v18` on 5 August
   * 2026 (gravitational/teleport#69353), after 18.10.1 (gravitational/teleport#68967). Which of 18.11.0 and 18.11.1 was
   * made first after it is not known; 18.11.1 was still the newest in October (osv.dev CGA-rpgr-x5vr-w2fq), so every
   * later one has it.
   */
  public get attestsNativeSidecars(): boolean {
    return this.teleport.atLeast('18.11.2');
  }

  /**
   * Whether tbot serves chains of several certificates, as an issuer override makes them, in a form Envoy takes
   * (gravitational/teleport#68853). The fix reached `branch/v18` in July 2026 (gravitational/teleport#68914), before that
   * of {@link Target.attestsNativeSidecars}, so the release taken for that one surely has it.
   */
  public get servesCertificateChains(): boolean {
    return this.attestsNativeSidecars;
  }

  /** Whether AuthorizationPolicy sources know `trustDomains`: new in 1.30, pruned or refused before. */
  public get hasTrustDomainSources(): boolean {
    return this.istio.atLeast('1.30');
  }

  /**
   * Whether names in `principals` with a leading star and in `namespaces` are taken literally. Before 1.28.7 and 1.29.3
   * they went into a regular expression as they were, so a dot stood for any character (istio/istio#59992).
   */
  public get quotesPrincipalPatterns(): boolean {
    return this.istioHasFix('1.28.7', '1.29.3');
  }

  /** The same for `serviceAccounts`: since 1.27.9, 1.28.6 and 1.29.2 (istio/istio#59700). */
  public get quotesServiceAccountPatterns(): boolean {
    if (this.istio.atLeast('1.27.9') && !this.istio.atLeast('1.28.0')) return true;
    return this.istioHasFix('1.28.6', '1.29.2');
  }

  /**
   * Whether a switch on istiod (`PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`) lets one workload ask several external
   * authorizers; before 1.30 two of them always mean denied.
   */
  public get canHaveSeveralAuthorizers(): boolean {
    return this.istio.atLeast('1.30');
  }

  /**
   * Whether the stock `kube-gateway` and `waypoint` templates give `workload-socket` an `emptyDir: {}`, which an overlay
   * must remove with an explicit null; gone in 1.31 (istio/istio#60107).
   */
  public get gatewayTemplatesHaveEmptyDir(): boolean {
    return !this.istio.atLeast('1.31');
  }

  /** Whether the injector refuses pods whose Prometheus annotations name a port of the proxy's own, or none at all. */
  public get injectorChecksScrapePorts(): boolean {
    return this.istio.atLeast('1.31');
  }

  /**
   * Whether the kubelet authorizes `/pods` by the fine-grained right `nodes/pods`: generally available in Kubernetes
   * 1.36, on by default since 1.33 (beta). Before, only `nodes/proxy` opens it, and that also opens exec.
   */
  public get kubeletAuthorizesPods(): boolean {
    return this.kubernetes.atLeast('1.33');
  }

  /** Whether the SPIFFE CSI driver survives a kubelet restart without multiplying mounts: 0.2.12 and later. */
  public get csiDriverSurvivesKubeletRestart(): boolean {
    return this.csiDriver.atLeast('0.2.12');
  }

  /** Whether the Istio release is at least the one of its own line that got a fix; every line after 1.29 has it. */
  private istioHasFix(in128: string, in129: string): boolean {
    return this.istio.atLeast('1.29') ? this.istio.atLeast(in129) : this.istio.atLeast(in128);
  }
}
