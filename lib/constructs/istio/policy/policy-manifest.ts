/** A namespaced Istio object as plain data, ready for YAML or for an `ApiObject`. */
export interface PolicyManifest<Spec> {
  /** Group and version of the kind. */
  readonly apiVersion: string;
  /** Kind of the object. */
  readonly kind: string;
  /** Name, and the namespace of the scope. */
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** Spec of the object, in Istio's format. */
  readonly spec: Spec;
}
