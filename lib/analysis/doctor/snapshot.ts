import type { JsonObject } from '../../base/json';

/**
 * What a running cluster said about itself at one moment: plain data without a secret, so that it can be saved, sent to somebody
 * and diagnosed without the cluster.
 */
export interface Snapshot {
  /** When it was taken, by the clock of the machine that asked (RFC 3339). */
  readonly takenAt: string;
  /** What the API server says at `/version`; undefined if it did not. */
  readonly server: JsonObject | undefined;
  /** Objects by resource, as kubectl names it in full; a resource that could not be listed is not in it. */
  readonly objects: ReadonlyMap<string, readonly JsonObject[]>;
  /** Readings of Istio proxies: those of a sample. */
  readonly proxies: readonly ProxyReading[];
  /** Last lines of logs. */
  readonly logs: readonly LogReading[];
  /** What tbots say of themselves. */
  readonly tbots: readonly TbotReading[];
  /** The public keys that the API server signs ServiceAccount tokens with; undefined if they could not be read. */
  readonly jwks: JsonObject | undefined;
  /** Resources that Teleport itself gave out; undefined if nobody asked it. */
  readonly teleport: readonly JsonObject[] | undefined;
  /** What whoever asked may do, by verb and resource such as `create csidrivers.storage.k8s.io`; undefined if it was not asked. */
  readonly rights?: Readonly<Record<string, boolean>>;
  /**
   * The namespaces that objects in namespaces were listed in.
   *
   * @default - all
   */
  readonly scope?: readonly string[];
  /** What was asked for and not answered. */
  readonly gaps: readonly Gap[];
}

/** Something that could not be checked. */
export interface Gap {
  /** What: the path of the file that would hold it, without its ending, such as `objects/pods` or `proxies/shop/web-1`. */
  readonly subject: string;
  /** Why, as a clause. */
  readonly because: string;
}

/** A pod by its name. */
export interface PodName {
  /** Its namespace. */
  readonly namespace: string;
  /** Its name. */
  readonly pod: string;
}

/** What the Envoy of one pod says of itself. */
export interface ProxyReading extends PodName {
  /** Certificates and bundles that it got by SDS. */
  readonly secrets: readonly ProxySecret[];
  /** `ISTIO_VERSION` of its bootstrap; undefined if it has none. */
  readonly istioVersion: string | undefined;
  /** Its counters of SDS and of refused requests, by name. */
  readonly stats: Readonly<Record<string, number>>;
}

/** One secret of a proxy, public parts only. */
export interface ProxySecret {
  /** `default` for the certificate, `ROOTCA` for the bundle, `file-cert:…` and `file-root:…` for files. */
  readonly name: string;
  /** Whether it has arrived. */
  readonly state: 'active' | 'warming';
  /** Number or text of the version that the server gave it. */
  readonly version: string;
  /** When it arrived last (RFC 3339). */
  readonly updated: string;
  /** Why the proxy did not take the last one; undefined if it did. */
  readonly error: string | undefined;
  /** Certificates in PEM, the proxy's own first; empty for a bundle. */
  readonly chain: string;
  /** Roots in PEM by trust domain; the name is empty where the bundle is for all. */
  readonly roots: Readonly<Record<string, string>>;
}

/** The end of one container's log. */
export interface LogReading extends PodName {
  /** Name of the container. */
  readonly container: string;
  /** Lines, oldest first. */
  readonly text: string;
}

/** What tbot's diagnostics answer. */
export interface TbotReading extends PodName {
  /** Body of `/readyz`, also where it says that something is wrong; undefined if there was no answer. */
  readonly readyz: string | undefined;
  /** Metrics by name and labels; empty if it gave none. */
  readonly metrics: Readonly<Record<string, number>>;
}
