import { DEFAULT_RELEASES } from './default-releases';
import { isFutureIstio, istioLine } from './istio-lines';
import { RELEASE_FACTS, type ReleaseFact } from './release-facts';
import { Version } from './version';

/** The releases that output is written for or checked against, such as `1.29` or `18.6.4`. */
export interface TargetProps {
  /**
   * Istio release.
   *
   * @default '1.31.4'
   */
  readonly istio?: string;
  /**
   * Kubernetes release (API server and the oldest kubelet).
   *
   * @default '1.35'
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
   * @default '0.2.13'
   */
  readonly csiDriver?: string;
}

/** The releases that the output is for, and everything that depends on them. */
export class Target {
  /**
   * The given releases, and the defaults for the others.
   *
   * @param where the place to name in messages: a construct path, or this factory
   * @throws InvalidInputError if a string is not a valid release number
   */
  public static of(props: TargetProps = {}, where = 'Target.of'): Target {
    return new Target(
      Version.parseOf('Istio', props.istio ?? DEFAULT_RELEASES.istio, `${where}: istio`),
      Version.parseOf('Kubernetes', props.kubernetes ?? DEFAULT_RELEASES.kubernetes, `${where}: kubernetes`),
      Version.parseOf('Teleport', props.teleport ?? DEFAULT_RELEASES.teleport, `${where}: teleport`),
      Version.parseOf('SPIFFE CSI driver', props.csiDriver ?? DEFAULT_RELEASES.csiDriver, `${where}: csiDriver`),
      props,
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
    /** The releases that were given explicitly, to distinguish them from defaults. */
    public readonly stated: TargetProps,
  ) {}

  /** This target, with the releases of another one where this one has only defaults. */
  public withFallback(other: TargetProps): Target {
    return Target.of({ ...other, ...this.stated });
  }

  /**
   * Whether the releases have something.
   *
   * @internal
   */
  public has(fact: ReleaseFact): boolean {
    const since = RELEASE_FACTS[fact];
    switch (since.product) {
      case 'Istio':
        return since.holds(this.istio);
      case 'Kubernetes':
        return since.holds(this.kubernetes);
      case 'Teleport':
        return since.holds(this.teleport);
      case 'SPIFFE CSI driver':
        return since.holds(this.csiDriver);
    }
  }

  /** Whether the constructs write for the Istio release. */
  public get istioIsSupported(): boolean {
    return istioLine(this.istio)?.isWritten ?? false;
  }

  /** Whether the checker and the evaluator know the Istio release. */
  public get istioIsKnown(): boolean {
    return istioLine(this.istio) !== undefined;
  }

  /** Whether the Istio release is newer than those that this library knows. */
  public get istioIsFuture(): boolean {
    return isFutureIstio(this.istio);
  }

  /** Whether renewed SVIDs reach Envoy. */
  public get sdsRenewsSvids(): boolean {
    return this.has('sdsRenewsSvids');
  }

  /** Whether Istio makes proxies native sidecars by default, which depends on the nodes' kubelets. */
  public get nativeSidecarsByDefault(): boolean {
    return this.has('decidesNativeSidecars') && this.has('kubeletRunsNativeSidecars');
  }

  /** Whether tbot attests native-sidecar containers. */
  public get attestsNativeSidecars(): boolean {
    return this.has('attestsNativeSidecars');
  }

  /** Whether tbot serves chains of several certificates in a form that Envoy accepts. */
  public get servesCertificateChains(): boolean {
    return this.has('servesCertificateChains');
  }

  /** Whether AuthorizationPolicy sources know `trustDomains`. */
  public get hasTrustDomainSources(): boolean {
    return this.has('hasTrustDomainSources');
  }

  /** Whether names in `principals` with a leading asterisk, and in `namespaces`, are matched literally. */
  public get quotesPrincipalPatterns(): boolean {
    return this.has('quotesPrincipalPatterns');
  }

  /** The same for `serviceAccounts`. */
  public get quotesServiceAccountPatterns(): boolean {
    return this.has('quotesServiceAccountPatterns');
  }

  /** Whether a setting of istiod lets one workload use several external authorizers. */
  public get canHaveSeveralAuthorizers(): boolean {
    return this.has('canHaveSeveralAuthorizers');
  }

  /**
   * Whether the stock `kube-gateway` and `waypoint` templates give `workload-socket` an `emptyDir: {}`, which an overlay
   * must remove with an explicit null.
   */
  public get gatewayTemplatesHaveEmptyDir(): boolean {
    return !this.has('gatewayTemplatesLackEmptyDir');
  }

  /** Whether the kubelet authorizes `/pods` with the fine-grained permission `nodes/pods`. */
  public get kubeletAuthorizesPods(): boolean {
    return this.has('kubeletAuthorizesPods');
  }

  /** Whether the SPIFFE CSI driver survives a kubelet restart without multiplying mounts. */
  public get csiDriverSurvivesKubeletRestart(): boolean {
    return this.has('csiDriverSurvivesKubeletRestart');
  }
}
