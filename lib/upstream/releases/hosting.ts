/** A place that Istio's charts or images came from, and what is there instead. */
export interface EndedHosting {
  /** How references to it begin, after a scheme. */
  readonly prefix: string;
  /** What to write instead, by what is taken from there. */
  readonly instead: string;
}

/** When the old places disappear, as announced (istio/istio#61467). */
export const HOSTING_ENDS = 'December 2026';

/** Registry of the images that stays. */
export const LASTING_HUB = 'docker.io/istio';

/** Repository of the charts that stays. */
export const LASTING_CHARTS = 'https://blob.istio.io/istio-release/charts';

/** The same charts in a registry. */
export const LASTING_OCI_CHARTS = 'oci://ghcr.io/istio/release/charts';

/** Places that disappear (istio/istio#61467 and the upgrade notes of 1.31). */
export const ENDED_HOSTING: readonly EndedHosting[] = [
  { prefix: 'gcr.io/istio-release/charts', instead: LASTING_OCI_CHARTS },
  { prefix: 'gcr.io/istio-release', instead: LASTING_HUB },
  { prefix: 'registry.istio.io/release/charts', instead: LASTING_OCI_CHARTS },
  { prefix: 'registry.istio.io/release', instead: LASTING_HUB },
  { prefix: 'istio-release.storage.googleapis.com', instead: LASTING_CHARTS },
];
