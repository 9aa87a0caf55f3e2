import { pointToCaller } from './caller-stack';

/** An invalid input, in the parts that every such message has. */
export interface InvalidInput {
  /** Where it was passed: a construct path such as `mesh/tbot`, or the called factory, such as `TrustDomain.parse`. */
  readonly where: string;
  /** What is wrong, as a clause without a full stop: `the proxy address has no port`. */
  readonly problem: string;
  /**
   * The value received; it is printed as JSON, so never pass a secret.
   *
   * @default - the message shows no value, because one is missing
   */
  readonly value?: unknown;
  /** What would have been accepted. */
  readonly allowed: string;
  /**
   * The likely fix, in terms of the called API.
   *
   * @default - what is allowed is explanation enough
   */
  readonly fix?: string;
}

/**
 * Thrown as early as an invalid value can be detected, so that invalid output is never synthesized.
 *
 * The parts are available as fields; `message` combines them.
 */
export class InvalidInputError extends Error {
  /** Name of the error class, as it is printed. */
  public override readonly name: string = 'InvalidInputError';
  /** Construct path or factory that received the value. */
  public readonly where: string;
  /** What is wrong. */
  public readonly problem: string;
  /** The received value; undefined if one is missing. */
  public readonly value: unknown;
  /** What is allowed. */
  public readonly allowed: string;
  /** The fix, if the same one applies in all cases. */
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
