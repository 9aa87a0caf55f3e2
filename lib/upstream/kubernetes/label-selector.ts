import { isObject, type JsonValue, listAt, scalarTextsAt, textAt, textsAt } from '../../base/json';

/** Labels of an object. */
type Labels = Readonly<Record<string, string>>;

/** One condition of a selector. */
export interface LabelRequirement {
  /** The label. */
  readonly key: string;
  /** How it is compared. */
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Only for `In` and `NotIn`. */
  readonly values: readonly string[];
}

/** A selector: all of its conditions must hold. */
export type LabelSelector = readonly LabelRequirement[];

const OPERATORS: ReadonlySet<string> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

/**
 * Reads a LabelSelector as Kubernetes objects write it; an empty one selects everything.
 *
 * @returns undefined if it is malformed, so that it selects nothing
 */
export function readLabelSelector(value: JsonValue | undefined): LabelSelector | undefined {
  const requirements = Object.entries(textsAt(value, 'matchLabels')).map(([key, text]) => equals(key, text));
  for (const expression of listAt(value, 'matchExpressions')) {
    const [key, operator] = [textAt(expression, 'key'), textAt(expression, 'operator') ?? ''];
    if (!isObject(expression) || key === undefined || !OPERATORS.has(operator)) return undefined;
    const values = scalarTextsAt(expression, 'values');
    const needsValues = operator === 'In' || operator === 'NotIn';
    if (needsValues !== values.length > 0) return undefined;
    requirements.push({ key, operator: operator as LabelRequirement['operator'], values });
  }
  return requirements;
}

/** Whether all conditions hold; `NotIn` also holds where the label is missing. */
export function selectorMatches(selector: LabelSelector, labels: Labels): boolean {
  return selector.every((requirement) => isMet(requirement, labels));
}

function isMet({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function equals(key: string, value: string): LabelRequirement {
  return { key, operator: 'In', values: [value] };
}
