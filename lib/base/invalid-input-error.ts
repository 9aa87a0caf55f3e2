import { pointToCaller } from './caller-stack';

/** What a caller gave us that cannot work, in the four parts every such message has. */
export interface InvalidInput {
  /** Where it was given: a construct path such as `mesh/tbot`, or the factory called, such as `TrustDomain.parse`. */
  readonly where: string;
  /** What is wrong, as a clause without a full stop: `the proxy address has no port`. */
  readonly problem: string;
  /**
   * The value received; it is printed as JSON, so never pass a secret.
   *
   * @default - the message shows no value: something was missing rather than wrong
   */
  readonly value?: unknown;
  /** What would have been accepted. */
  readonly allowed: string;
  /**
   * The likely remedy, in terms of the API that was called.
   *
   * @default - what is allowed says enough
   */
  readonly fix?: string;
}

/**
 * Thrown as early as a wrong value can be seen, so that nothing half-right is ever synthesized.
 *
 * The parts stay readable as fields; `message` puts them into one sentence each.
 */
export class InvalidInputError extends Error {
  /** Name of the error class, as it is printed. */
  public override readonly name: string = 'InvalidInputError';
  /** Construct path or factory that was given the value. */
  public readonly where: string;
  /** What is wrong. */
  public readonly problem: string;
  /** What was given; undefined if something is missing. */
  public readonly value: unknown;
  /** What would have been right. */
  public readonly allowed: string;
  /** What to do about it, where one thing fits all cases. */
  public readonly fix: string | undefined;

  public constructor(input: InvalidInput) {
    super(toMessage(input));
    this.where = input.where;
    this.problem = input.problem;
    this.value = input.value;
    this.allowed = input.allowed;
    this.fix = input.fix;
    // The message has them all: Node and Jest would print each a second time below an error that nobody caught.
    for (const part of PARTS) Object.defineProperty(this, part, { enumerable: false });
    pointToCaller(this);
  }
}

const PARTS = ['where', 'problem', 'value', 'allowed', 'fix', 'name'] as const;

function toMessage({ where, problem, value, allowed, fix }: InvalidInput): string {
  const received = value === undefined ? '' : `: ${JSON.stringify(value)}`;
  const remedy = fix === undefined ? '' : ` Fix: ${fix}.`;
  return `[${where}] ${problem}${received}. Allowed: ${allowed}.${remedy}`;
}
