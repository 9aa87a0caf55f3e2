/** A namespaced Istio object as plain data, ready for YAML or for an `ApiObject`. */
export interface PolicyManifest<Spec> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Spec;
}
