import { InvalidInputError } from '../../base/invalid-input-error';

/** The comparison of a condition, spelled as in Teleport's resource. */
export type ConditionOperator = 'eq' | 'not_eq' | 'in' | 'not_in';

/** One comparison of an allow rule; made by the methods of {@link Attribute}. */
export interface Condition {
  /** Full name of the attribute. */
  readonly attribute: string;
  /** How it is compared. */
  readonly operator: ConditionOperator;
  /** The values to compare with; one string for `eq` and `not_eq`. */
  readonly values: readonly string[];
  /**
   * Whether the condition fails if the attribute is not set. Teleport then compares with the empty string, `0` or
   * `false` (gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go).
   */
  readonly needsAttribute: boolean;
}

/**
 * A fact that Teleport knows about a workload that requests an identity. Its methods create conditions; in a template
 * literal it becomes the placeholder: `` `/ns/${attributes.workload.kubernetes.namespace}` ``.
 */
export class Attribute<T extends string | number | boolean> {
  public constructor(
    /** Full name, as in expressions. */
    public readonly path: string,
    /** What Teleport compares with when the attribute is not set. */
    private readonly unset: T,
  ) {}

  /** Matches workloads whose attribute has this value. */
  public eq(expected: T): Condition {
    return this.condition('eq', [expected], expected !== this.unset);
  }

  /** Matches workloads whose attribute has another value or is not set. */
  public notEq(unwanted: T): Condition {
    return this.condition('not_eq', [unwanted], unwanted === this.unset);
  }

  /**
   * Matches workloads whose attribute has one of these values.
   *
   * @throws InvalidInputError if there are none: it would never match
   */
  public in(expected: readonly T[]): Condition {
    return this.condition('in', expected, !expected.includes(this.unset));
  }

  /**
   * Matches workloads whose attribute has another value than these or is not set.
   *
   * @throws InvalidInputError if there are none: it would always match
   */
  public notIn(unwanted: readonly T[]): Condition {
    return this.condition('not_in', unwanted, unwanted.includes(this.unset));
  }

  /** The placeholder for templates. */
  public toString(): string {
    return `{{ ${this.path} }}`;
  }

  private condition(operator: ConditionOperator, values: readonly T[], needsAttribute: boolean): Condition {
    if (values.length === 0) {
      throw new InvalidInputError({
        where: `attributes.${this.path}`,
        problem: `"${operator}" has nothing to compare with`,
        value: values,
        allowed: 'at least one value',
      });
    }
    return { attribute: this.path, operator, values: [...new Set(values.map(String))].sort(), needsAttribute };
  }
}

/**
 * An attribute with many entries, such as a pod's labels. Conditions cannot read it; an `expression` can:
 * `` `${attributes.workload.kubernetes.labels.path}["team"] == "shop"` ``.
 */
export class MapAttribute {
  public constructor(
    /** Full name, as in expressions. */
    public readonly path: string,
  ) {}

  /**
   * The placeholder for one entry, for templates.
   *
   * @throws InvalidInputError if the key has a quote, a backslash or a curly brace, which a template cannot contain
   */
  public entry(key: string): string {
    if (/["\\{}]/.test(key)) {
      throw new InvalidInputError({
        where: `attributes.${this.path}.entry`,
        problem: 'the key cannot be written in a template',
        value: key,
        allowed: 'a key without quotes, backslashes or curly braces',
      });
    }
    return `{{ ${this.path}["${key}"] }}`;
  }
}
