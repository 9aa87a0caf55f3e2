/** Releases that lack something, for the examples of rules. */
export const EXAMPLE_RELEASES = {
  /** tbot that never sends a renewed SVID. */
  tbotWithoutRenewal: '18.5.0',
  /** tbot that renews, and does not know native sidecars or chains. */
  tbotWithoutNativeSidecars: '18.7.3',
  /** Istio whose gateway template the overlay does not fit. */
  istioWithoutOverlay: '1.26.8',
  /** Istio that does not quote names in policies. */
  istioWithoutQuotes: '1.28.0',
  /** istiod panics over dry-run CUSTOM policies. */
  istioWithDryRunPanic: '1.29.6',
  /** Istio whose sources know no trust domains, in a line that is not so old that everything else is wrong too. */
  istioWithoutTrustDomains: '1.29.8',
  /** Istio whose gateway templates have an emptyDir, of a line that is written for. */
  istioWithEmptyDir: '1.30.7',
  /** Istio of an ended line. */
  istioEnded: '1.29.8',
  /** Istio whose rules on paths can be bypassed. */
  istioBypassed: '1.30.3',
  /** Teleport before the changes of its line 19. */
  teleport18: '18.11.10',
  /** Teleport with these changes. */
  teleport19: '19.0.0',
  /** Teleport that cannot print uid and gid. */
  teleportWithoutNumbers: '18.4.1',
  /** Kubelet without the right nodes/pods. */
  oldKubelet: '1.32.9',
  /** CSI driver that multiplies mounts. */
  csiDriverWithMounts: '0.2.6',
} as const;
