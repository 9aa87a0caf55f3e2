import type { CliIo } from '../cli-io';

/** Which cluster kubectl is to ask. */
export interface ClusterChoice {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** An answer, or why there is none, as a clause. */
export type Answer = { readonly text: string } | { readonly because: string };

/** How many calls are under way at once: enough to be quick, few enough for an API server that is busy. */
const AT_ONCE = 6;

/** Longest a call may take, in milliseconds. */
const CALL = { short: 15_000, list: 60_000 } as const;

/** Why a call that the total limit cut off, or kept from beginning, has no answer: one reason for all of them. */
const OUT_OF_TIME = 'the overall time limit was reached';

/** Asks a cluster through kubectl, and Teleport through tctl: some calls at once, each with a time limit, all together with another. Never throws. */
export class ClusterCalls {
  private readonly flags: readonly string[];
  private readonly end: number;
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  /** How many calls have ended. */
  public done = 0;

  /** @param total milliseconds after which no call begins or goes on */
  public constructor(
    private readonly io: Pick<CliIo, 'kubectl' | 'tctl'>,
    { context, kubeconfig }: ClusterChoice,
    total: number,
  ) {
    this.flags = [
      ...(context === undefined ? [] : [`--context=${context}`]),
      ...(kubeconfig === undefined ? [] : [`--kubeconfig=${kubeconfig}`]),
    ];
    this.end = Date.now() + total;
  }

  /** Runs kubectl with the arguments. */
  public ask(args: readonly string[], length: keyof typeof CALL = 'short'): Promise<Answer> {
    // kubectl takes its own flags anywhere before "--".
    const [verb = '', ...rest] = args;
    return this.run(length, (limit) => this.io.kubectl([verb, ...this.flags, ...rest], '', limit));
  }

  /** Runs tctl with the arguments. */
  public askTeleport(args: readonly string[], length: keyof typeof CALL = 'short'): Promise<Answer> {
    return this.run(length, (limit) => this.io.tctl(args, limit));
  }

  private async run(length: keyof typeof CALL, call: (limit: number) => Promise<string>): Promise<Answer> {
    await this.turn();
    const left = this.end - Date.now();
    try {
      if (left <= 0) return { because: OUT_OF_TIME };
      return { text: await call(Math.min(CALL[length], left)) };
    } catch (error) {
      // A timer may go off a little early.
      const isOver = left < CALL[length] && Date.now() >= this.end - 50;
      return { because: isOver ? OUT_OF_TIME : reasonOf(error) };
    } finally {
      this.done += 1;
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private async turn(): Promise<void> {
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
  }
}

/** The message for a kubectl that failed without output, as `auth can-i` does. */
export const SILENT = 'kubectl failed without a message';

/** What went wrong, as one line: of kubectl's words the last, which says it. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message
    .replace(/^(?:kubectl|tctl) \w+ failed: /, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return (lines.at(-1) ?? SILENT)
    .replace(/^(?:error|ERROR|Error from server(?: \(Forbidden\))?(?=:| \()):? ?/, '')
    .slice(0, 400);
}
