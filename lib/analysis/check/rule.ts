import { visibleText } from '../../base/visible-text';
import type { Manifest } from '../../model/documents/manifest';
import type { ReadProblemId } from '../../model/documents/read-problem';
import type { TargetProps } from '../../upstream/releases/target';
import type { CheckContext } from './context/check-context';
import type { Severity } from './finding';
import type { RuleSubject } from './rule-subject';

/** Braces that mean themselves: `{}`, `{*}`, `{operator: Exists}`. */
type NoPlaceholder = '' | `${string}${' ' | '*' | ':'}${string}`;

/** The names in braces in a message: `'port {port} of {service}'` has `port` and `service`. */
type Placeholders<Message extends string> = Message extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends NoPlaceholder ? never : Name) | Placeholders<Rest>
  : never;

type Values<Names extends string> = [Names] extends [never]
  ? []
  : [values: Readonly<Record<Names, string | number>>, certainty?: 'warning', code?: string];

/**
 * Tells of one place where the rule is broken, with a value for each name in the rule's texts; of one where that is likely
 * and not sure, with `warning` after them; and with a code where the rule is broken in several ways.
 */
type Report<Names extends string> = (manifest: Manifest, pointer: string, ...values: Values<Names>) => void;

/** {@link Report} without knowledge of the rule's texts. */
export type AnyReport = (
  manifest: Manifest,
  pointer: string,
  values?: Readonly<Record<string, string | number>>,
  certainty?: 'warning',
  code?: string,
) => void;

/**
 * What has to be known beside the objects a rule looks at, so that its errors are sure. `one cluster`: that they are applied
 * together, where they stand in files of which some are alternatives of others. `all objects`: that what is missing is
 * nowhere else.
 */
export type Certainty = 'one cluster' | 'all objects';

/** What a page about a rule says. */
interface RulePage<Found extends string, Fix extends string> {
  /** Kebab-case; never changed once released, as suppressions name it. */
  readonly id: string;
  /** Chapter of the documentation it belongs to. */
  readonly subject: RuleSubject;
  /** Version of this package in which it first appears, so that a pipeline knows which upgrade brought a finding. */
  readonly since: string;
  /**
   * Other names it is known by.
   *
   * @default - none
   */
  readonly aliases?: readonly string[];
  readonly severity: Severity;
  /** What is wrong, in a few words. */
  readonly title: string;
  /** What was found, with names of values in braces. */
  readonly found: Found;
  /** What happens because of it: one or two sentences. */
  readonly why: string;
  /** What to do, as a command; may use the same values. */
  readonly fix: Fix;
  /** Upstream source: a repository path or an issue. */
  readonly source: string;
  /** Manifests that break this rule. */
  readonly wrong: string;
  /** The same manifests as they should be. */
  readonly right: string;
  /**
   * Releases that the examples are for.
   *
   * @default - the default target
   */
  readonly exampleTarget?: TargetProps;
  /**
   * What makes its errors sure; they are warnings where the inputs leave it open and are not said to be complete.
   *
   * @default - nothing: what is wrong shows in one object
   */
  readonly sureWith?: Certainty;
  /**
   * Rules that report the cause of what this one finds: where one of them has a finding in the same part of an object, this one
   * is silent.
   *
   * @default - none
   */
  readonly yieldsTo?: readonly string[];
  /**
   * Whether the rule reports only if the inputs are declared complete.
   *
   * @default false
   */
  readonly needsComplete?: boolean;
}

/** A rule as it is written down. */
export interface RuleDefinition<Found extends string, Fix extends string> extends RulePage<Found, Fix> {
  /** Reports every place where the rule is broken. */
  check(context: CheckContext, report: Report<Placeholders<Found> | Placeholders<Fix>>): void;
}

/** A rule as the engine and the documentation see it. */
export interface CheckRule extends RulePage<string, string> {
  /**
   * Reports every place where the rule is broken.
   *
   * @default - the engine itself knows: what cannot be read, what suppressions say
   */
  check?(context: CheckContext, report: AnyReport): void;
}

/** Writes down a rule; the compiler holds the reported values against the names in its texts. */
export function defineRule<const Found extends string, const Fix extends string>(
  definition: RuleDefinition<Found, Fix>,
): CheckRule {
  return definition as CheckRule;
}

/** Writes down a rule that lib/manifests enforces when it reads; its problem is what was found. */
export function defineReadingRule(
  page: Omit<RulePage<string, string>, 'id' | 'found'> & { readonly id: ReadProblemId },
): CheckRule {
  return { ...page, found: '{problem}' };
}

/** Puts values into a rule's text, each as one piece of a line whatever it holds. */
export function render(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : visibleText(String(value));
  });
}

/** A text of a rule where there is no finding to take values from: what would stand there is named instead. */
export function renderInGeneral(text: string): string {
  return text.replace(/\{(\w+)\}/g, '<$1>');
}
