import { Since } from './since';

/**
 * Everything that came with a release, once: what it is, the releases that have it, and where upstream says so. A
 * `Target` answers for one set of releases; rules and messages name the releases from here.
 */
export const RELEASE_FACTS = {
  /**
   * Renewed SVIDs reach Envoy. Before, tbot re-sent the same ageing certificate until it expired an hour later
   * (gravitational/teleport#62813, #62829, #62830).
   */
  sdsRenewsSvids: new Since('Teleport', '17.7.14', '18.6.4'),
  /**
   * tbot attests native-sidecar containers (gravitational/teleport#69276). The fix reached `branch/v18` on 5 August 2026
   * (gravitational/teleport#69353), after 18.10.1 (gravitational/teleport#68967). Which of 18.11.0 and 18.11.1 was made
   * first after it is not known; 18.11.1 was still the newest in October (osv.dev CGA-rpgr-x5vr-w2fq), so every later one
   * has it.
   */
  attestsNativeSidecars: new Since('Teleport', '18.11.2'),
  /**
   * tbot serves chains of several certificates, as an issuer override makes them, in a form Envoy takes
   * (gravitational/teleport#68853). The fix reached `branch/v18` in July 2026 (gravitational/teleport#68914), before that
   * for native sidecars, so the release taken for that one surely has it.
   */
  servesCertificateChains: new Since('Teleport', '18.11.2'),
  /** Templates may print `workload.unix.uid` and `gid` (gravitational/teleport#61735, #61738, #61739). */
  printsUnixNumbers: new Since('Teleport', '17.7.11', '18.4.2'),
  /** The operator's resource of a token knows `kubernetes.oidc` (gravitational/teleport#57538, #57800). */
  operatorKnowsOidcJoin: new Since('Teleport', '18.1.0'),
  /** Roles of version 8 (gravitational/teleport#56946, #64118). */
  hasRoleVersion8: new Since('Teleport', '18.0.0'),
  /** Roles of version 9 (gravitational/teleport docs/pages/reference/access-controls/app-resources.mdx). */
  hasRoleVersion9: new Since('Teleport', '19.0.0'),
  /** Join method `env0`. */
  joinsByEnv0: new Since('Teleport', '18.4.0'),
  /** Join method `generic_oidc` (gravitational/teleport#68566). */
  joinsByGenericOidc: new Since('Teleport', '18.11.0'),
  /** Kubernetes join rules with `service_account_name` and `service_account_namespace` (gravitational/teleport#66700). */
  joinsByAccountGlobs: new Since('Teleport', '18.8.1'),
  /** `cert_authority_override` of kind `spiffe-tls`; the issuer override before it can no longer be written. */
  hasAuthorityOverrides: new Since('Teleport', '19.0.0'),
  /** `roles` in a tbot service is an error (gravitational/teleport#69181). */
  refusesServiceRoles: new Since('Teleport', '19.0.0'),
  /** A proxy's address in `auth_server` is refused. */
  refusesProxyAsAuthServer: new Since('Teleport', '19.0.0'),
  /** `spiffe-svid`, `spiffe-workload-api` and `role.allow.spiffe` are gone (gravitational/teleport#56278). */
  lacksOldSpiffeServices: new Since('Teleport', '19.0.0'),

  /**
   * istiod matches `trustDomains` of policy sources (istio/istio#60528). In 1.30.0 and 1.30.1 the definition has the field
   * and istiod ignores it; before, it is pruned or refused.
   */
  hasTrustDomainSources: new Since('Istio', '1.30.2'),
  /**
   * Names in `principals` with a leading star and in `namespaces` are taken literally. Before, they went into a regular
   * expression as they were, so a dot stood for any character (istio/istio#59992).
   */
  quotesPrincipalPatterns: new Since('Istio', '1.28.7', '1.29.3'),
  /** The same for `serviceAccounts` (istio/istio#59700). */
  quotesServiceAccountPatterns: new Since('Istio', '1.27.9', '1.28.6', '1.29.2'),
  /**
   * A switch on istiod (`PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`) lets one workload ask several external authorizers;
   * before, two of them always mean denied.
   */
  canHaveSeveralAuthorizers: new Since('Istio', '1.30'),
  /** The stock `kube-gateway` and `waypoint` templates have no `emptyDir: {}` in `workload-socket` (istio/istio#60107). */
  gatewayTemplatesLackEmptyDir: new Since('Istio', '1.31'),
  /** The stock `gateway` template gives the socket volume no `emptyDir` that an overlay could not replace (istio/istio#56217). */
  fitsOverlay: new Since('Istio', '1.27'),
  /** `ENABLE_NATIVE_SIDECARS` is `auto`: istiod decides by the nodes' kubelets (istio/istio pilot/pkg/features/pilot.go). */
  decidesNativeSidecars: new Since('Istio', '1.27'),
  /**
   * The charts take images from docker.io/istio by themselves; those of 1.30 take them from registry.istio.io, which goes
   * away, and of 1.29 it is not known.
   */
  chartsHaveLastingHub: new Since('Istio', '1.28', '1.31'),
  /** Proxies have settings of their own for paths, `connectionSettings` of ProxyConfig. */
  hasConnectionSettings: new Since('Istio', '1.31'),
  /** Proxies that normalize paths read `/..;a/` as `/../` (CVE-2026-73551; envoyproxy/envoy#47001, istio/istio#61483, #61484). */
  readsDotSegmentParameters: new Since('Istio', '1.29.7', '1.30.4'),
  /**
   * What a CUSTOM policy with `istio.io/dry-run` matches is denied outright; before, such a policy does nothing
   * (istio/istio pilot/pkg/security/authz/builder/builder.go `buildHTTP`).
   */
  deniesDryRunOfCustom: new Since('Istio', '1.30'),
  /** istiod no longer panics if all CUSTOM policies of a workload are dry-run and their provider cannot be used. */
  survivesDryRunOfCustom: new Since('Istio', '1.29.7', '1.30'),
  /** `JWTRule.presence` says whether a request needs a token. */
  hasJwtPresence: new Since('Istio', '1.32'),
  /** The injector refuses pods whose Prometheus annotations it cannot read, or that name a port of its own. */
  refusesBadPrometheusAnnotations: new Since('Istio', '1.31'),

  /** Kubelets make native sidecars as istiod counts on them. */
  kubeletRunsNativeSidecars: new Since('Kubernetes', '1.33'),
  /** ValidatingAdmissionPolicies of `admissionregistration.k8s.io/v1` (KEP-3488). */
  hasAdmissionPolicies: new Since('Kubernetes', '1.30'),
  /** Init containers may restart always, which is on by default (KEP-753). */
  hasNativeSidecars: new Since('Kubernetes', '1.29'),
  /**
   * The kubelet authorizes `/pods` by the fine-grained right `nodes/pods`: on by default since this release, generally
   * available since 1.36 (KEP-2862). Before, only `nodes/proxy` opens it, and that also opens exec.
   */
  kubeletAuthorizesPods: new Since('Kubernetes', '1.33'),
  /** Kubernetes publishes an image of kubectl with every release (kubernetes/kubernetes#116672). */
  hasKubectlImage: new Since('Kubernetes', '1.28'),

  /** The SPIFFE CSI driver survives a kubelet restart without multiplying mounts (spiffe/spiffe-csi#332). */
  csiDriverSurvivesKubeletRestart: new Since('SPIFFE CSI driver', '0.2.12'),
} as const satisfies Readonly<Record<string, Since>>;

/** The name of something that came with a release. */
export type ReleaseFact = keyof typeof RELEASE_FACTS;
