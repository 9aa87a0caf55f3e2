import { isObject, type JsonValue } from '../../base/json';
import { type LabelSelector, readLabelSelector } from '../../upstream/kubernetes/label-selector';
import { selectsNamespace } from '../../upstream/kubernetes/namespace-selector';

/** Labels of a namespace; undefined if nobody knows them. */
export type NamespaceLabels = (namespace: string) => Readonly<Record<string, string>> | undefined;

/**
 * Which namespaces istiod looks at: those that one of `meshConfig.discoverySelectors` selects, and all if there is none. Of any other it
 * knows no Service, no pod and no policy (istio/istio pkg/kube/namespace/filter.go). That holds for the root namespace too.
 */
export class Discovery {
  private readonly selectors: readonly LabelSelector[];

  public constructor(
    selectors: readonly JsonValue[],
    private readonly labelsOf: NamespaceLabels,
  ) {
    const read = selectors.map((selector) => (isObject(selector) ? readLabelSelector(selector) : undefined));
    // With one that it cannot read istiod keeps what it had, which is everything when it starts.
    this.selectors = read.every((selector) => selector !== undefined) ? read : [];
  }

  /** Whether istiod looks at a namespace; undefined if that depends on labels that nobody knows. */
  public includes(namespace: string): boolean | undefined {
    if (this.selectors.length === 0) return true;
    const labels = this.labelsOf(namespace);
    const answers = this.selectors.map((selector) => selectsNamespace(selector, namespace, labels));
    if (answers.includes(true)) return true;
    return answers.includes(undefined) ? undefined : false;
  }
}
