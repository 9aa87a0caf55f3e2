import { addTo } from '../../base/add-to';
import { trimmed } from '../../base/trimmed';
/** Something with labels in a namespace. */
export interface Labelled {
  /** Where it is. */
  readonly namespace: string;
  /** The labels that selectors match. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Finds what a selector selects without testing every object: ten thousand objects in one namespace stay linear. */
export class LabelIndex<T extends Labelled> {
  private readonly byLabel = new Map<string, Map<string, T[]>>();
  private readonly byNamespace = new Map<string, T[]>();

  public constructor(private readonly all: readonly T[]) {
    for (const item of all) {
      addTo(this.byNamespace, item.namespace, item);
      for (const key in item.labels) addTo(this.withKey(key), item.labels[key] ?? '', item);
    }
  }

  /** Everything with all these labels; in every namespace if none is given. No labels select everything there. */
  public select(labels: Readonly<Record<string, string>>, namespace: string | undefined): readonly T[] {
    let candidates = namespace === undefined ? this.all : (this.byNamespace.get(namespace) ?? []);
    for (const key in labels) {
      const withLabel = this.byLabel.get(key)?.get(labels[key] ?? '') ?? [];
      if (withLabel.length < candidates.length) candidates = withLabel;
    }
    const found = candidates.filter(
      (item) => (namespace === undefined || item.namespace === namespace) && selects(labels, item.labels),
    );
    return trimmed(found);
  }

  private withKey(key: string): Map<string, T[]> {
    let values = this.byLabel.get(key);
    if (!values) {
      values = new Map();
      this.byLabel.set(key, values);
    }
    return values;
  }
}

/** Whether every label a selector asks for is there; an empty selector asks for none. */
export function selects(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  for (const key in wanted) if (!Object.hasOwn(labels, key) || labels[key] !== wanted[key]) return false;
  return true;
}
