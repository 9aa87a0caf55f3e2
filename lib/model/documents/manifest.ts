import type { JsonObject } from '../../base/json';
import type { SourceLocation } from '../../base/source-location';

/**
 * The kind of a document. All but `kubernetes` and `istio-operator` are recognized by their keys, because they have no
 * `apiVersion`.
 */
export type ManifestShape =
  /** A Kubernetes object. */
  | 'kubernetes'
  /** A resource for `tctl create`: `kind` and `version`, no `apiVersion`. */
  | 'teleport'
  /** A file for `istioctl install -f`. */
  | 'istio-operator'
  /** A values file for one of Istio's Helm charts. */
  | 'helm-values'
  /** tbot's configuration file. */
  | 'tbot-config'
  /** Envoy's bootstrap configuration. */
  | 'envoy-bootstrap'
  /** Istio's mesh configuration on its own, as in the `istio` ConfigMap. */
  | 'mesh-config'
  /** The injector's own configuration, as in the `istio-sidecar-injector` ConfigMap. */
  | 'injector-config'
  /** One injection template. */
  | 'injection-template'
  /** What a ConfigMap adds to the Deployments istiod makes for Gateway API gateways and waypoints. */
  | 'gateway-patch'
  /** The JSON or YAML that an annotation holds. */
  | 'annotation';

/** The document in which another one is embedded. */
export interface ManifestContainer {
  /** The enclosing document. */
  readonly manifest: Manifest;
  /** JSON pointer to the string that contains the embedded document. */
  readonly pointer: string;
}

/** One document, wherever it is written: on its own, in a `List`, or as text inside another document. */
export interface Manifest {
  /** Whether it is a Kubernetes object, a Teleport document, or settings of an installer. */
  readonly shape: ManifestShape;
  /**
   * As written in a Kubernetes object; the `version` of a Teleport resource; empty for everything else.
   */
  readonly apiVersion: string;
  /**
   * As written; for documents without a kind one of `TbotConfig`, `HelmValues`, `EnvoyBootstrap`, `MeshConfig`,
   * `InjectorConfig`, `InjectionTemplate`, `GatewayPatch`, `UserVolumes`, `UserVolumeMounts`,
   * `ProxyConfigOverride`.
   */
  readonly kind: string;
  /** `metadata.name`, or the name of the template, or the file's or annotation's for documents without a name. */
  readonly name: string;
  /** `metadata.namespace`; for an embedded document, that of the containing one; undefined if it is not set. */
  readonly namespace: string | undefined;
  /** The whole document as plain data. */
  readonly body: JsonObject;
  /** Path of the file, as it was given. */
  readonly file: string;
  /** Index of the document in its file, counted from 0. */
  readonly document: number;
  /**
   * The document in which this one is embedded.
   *
   * @default - it stands on its own
   */
  readonly container?: ManifestContainer;
  /**
   * The original text, for documents that are more than data: the Go template of an injection template.
   *
   * @default - only embedded documents have it
   */
  readonly text?: string;
  /**
   * The location of a part of this document in its file: the key of a mapping's entry, or the start of a list's item.
   * For a part that does not exist, the nearest enclosing part.
   *
   * The first call parses the document again, so call it only for what is shown.
   */
  locate(pointer: string): SourceLocation;
}

/** `namespace/name` of an object. */
export function refOf({ namespace, name }: Pick<Manifest, 'namespace' | 'name'>): string {
  return `${namespace ?? 'default'}/${name}`;
}
