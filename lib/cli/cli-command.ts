import { Command, type ErrorOptions } from 'commander';
import { visibleText } from '../base/visible-text';
import type { ExitCode } from './exit-code';

/** A command line that works as it stands; tests run every one of them. */
export interface Example {
  readonly shell: string;
  /** What it does, as a clause without a full stop. */
  readonly does: string;
}

/** One command of the tree: commander's, and examples and exit codes as data so that help, documentation and tests agree. */
export class CliCommand extends Command {
  /** Shown in the help, in this order. */
  public readonly examples: Example[] = [];
  /** What 0, 1 and 2 mean here. */
  public exitCodes: Readonly<Partial<Record<ExitCode, string>>> = {};
  /** What it came to, once it has run. */
  public exitCode: ExitCode = 0;

  public constructor(name: string) {
    super(name);
    this.addHelpText('after', () => `${this.exampleHelp()}${this.exitCodeHelp()}`);
  }

  /** Adds an example to the help. */
  public example(shell: string, does: string): this {
    this.examples.push({ shell, does });
    return this;
  }

  /** Says what the exit codes mean. */
  public exits(codes: CliCommand['exitCodes']): this {
    this.exitCodes = codes;
    return this;
  }

  /** Says what the command does with its arguments and options, as commander hands them over. */
  // biome-ignore lint/suspicious/noExplicitAny: the types of the arguments follow from the declarations above each call
  public runs(handler: (...args: any[]) => Promise<ExitCode> | ExitCode): this {
    return this.action(async (...args: unknown[]) => {
      this.exitCode = await handler(...args);
    });
  }

  /** Commander puts arguments into its messages as they are, and a script may have them from anywhere. */
  public override error(message: string, options?: ErrorOptions): never {
    const [, own = message, suggestion = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?$/s.exec(message) ?? [];
    return super.error(`${visibleText(own)}${suggestion}`, options);
  }

  private exampleHelp(): string {
    const lines = this.examples.map(({ shell, does }) => `  # ${does}\n  ${shell}\n`);
    return lines.length === 0 ? '' : `\nExamples:\n${lines.join('')}`;
  }

  private exitCodeHelp(): string {
    const lines = Object.entries(this.exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}\n`);
    return lines.length === 0 ? '' : `\nExit codes:\n${lines.join('')}`;
  }
}
