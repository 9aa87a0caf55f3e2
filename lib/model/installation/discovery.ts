import { isObject, type JsonValue } from '../../base/json';
import {
  type LabelRequirement,
  type LabelSelector,
  readLabelSelector,
  selectorMatches,
} from '../../upstream/kubernetes/label-selector';
import { NAMESPACE_NAME_LABEL } from '../../upstream/kubernetes/names';

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
    const own = { ...labels, [NAMESPACE_NAME_LABEL]: namespace };
    const answers = this.selectors.map((selector) =>
      labels === undefined ? matchesUnknown(selector, own) : selectorMatches(selector, own),
    );
    if (answers.includes(true)) return true;
    return answers.includes(undefined) ? undefined : false;
  }
}

/** The same where only the label with the name is known, which Kubernetes sets by itself. */
function matchesUnknown(selector: LabelSelector, own: Readonly<Record<string, string>>): boolean | undefined {
  const isKnown = ({ key }: LabelRequirement) => Object.hasOwn(own, key);
  if (!selectorMatches(selector.filter(isKnown), own)) return false;
  return selector.every(isKnown) ? true : undefined;
}
