/** A namespaced Istio object as plain data, ready for YAML or for an `ApiObject`. */
export interface PolicyManifest<Spec> {
  /** Group and version of the kind. */
  readonly apiVersion: string;
  /** Kind of the object. */
  readonly kind: string;
  /** Name, and the namespace that the scope is in. */
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  /** What the object says, in Istio's words. */
  readonly spec: Spec;
}
