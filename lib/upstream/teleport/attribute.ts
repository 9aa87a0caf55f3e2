import { InvalidInputError } from '../../base/invalid-input-error';

/** How a condition compares; spelled as in Teleport's resource. */
export type ConditionOperator = 'eq' | 'not_eq' | 'in' | 'not_in';

/** One comparison of an allow rule; made by the methods of {@link Attribute}. */
export interface Condition {
  /** Full name of the attribute. */
  readonly attribute: string;
  /** How it is compared. */
  readonly operator: ConditionOperator;
  /** What is compared with: one text for `eq` and `not_eq`. */
  readonly values: readonly string[];
  /**
   * Whether a caller fails that has not got the attribute at all. Teleport then compares with the empty text, `0` or
   * `false` (gravitational/teleport lib/auth/machineid/workloadidentityv1/decision.go).
   */
  readonly needsAttribute: boolean;
}

/**
 * A fact Teleport knows about whoever asks for an identity. Its methods make conditions; put into a template literal it
 * becomes the placeholder: `` `/ns/${attributes.workload.kubernetes.namespace}` ``.
 */
export class Attribute<T extends string | number | boolean> {
  public constructor(
    /** Full name, as expressions spell it. */
    public readonly path: string,
    /** What Teleport compares with when the attribute is not set. */
    private readonly unset: T,
  ) {}

  /** Passes callers whose attribute is this. */
  public eq(expected: T): Condition {
    return this.condition('eq', [expected], expected !== this.unset);
  }

  /** Passes callers whose attribute is something else, or who have not got it. */
  public notEq(unwanted: T): Condition {
    return this.condition('not_eq', [unwanted], unwanted === this.unset);
  }

  /**
   * Passes callers whose attribute is one of these.
   *
   * @throws InvalidInputError if there are none: nobody would pass
   */
  public in(expected: readonly T[]): Condition {
    return this.condition('in', expected, !expected.includes(this.unset));
  }

  /**
   * Passes callers whose attribute has another value, or is not set.
   *
   * @throws InvalidInputError if there are none: everybody would pass
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
    /** Full name, as expressions spell it. */
    public readonly path: string,
  ) {}

  /**
   * The placeholder for one entry, for templates.
   *
   * @throws InvalidInputError if the key has a quote, a backslash or a curly brace, which a template cannot carry
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
