import { createProgram } from '../../lib/cli/program';

/** Arguments of each command, and values of the options that take any. */
export interface Invocations {
  /** By the name of the command: lists of arguments, each of which is tried with every option. */
  readonly commands: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Values by option; by command and option where those of one name differ. */
  readonly values: Readonly<Record<string, string>>;
}

/** Options that go on until they are interrupted. */
const ENDLESS: ReadonlySet<string> = new Set(['--watch']);

/**
 * Command lines for every command and every option of the command line, each option once with each of its choices. Made from the
 * commands themselves, so that one that is added and not in the table is an error and not left out.
 */
export function everyInvocation({ commands, values }: Invocations): readonly (readonly string[])[] {
  const nothing = { write: () => undefined };
  const program = createProgram({ stdout: nothing, stderr: nothing } as unknown as Parameters<typeof createProgram>[0]);
  return program.commands.flatMap((command) => {
    const name = command.name();
    const lists = commands[name];
    if (lists === undefined) throw new Error(`no arguments for the command "${name}"`);
    const options = command.options.flatMap(({ long, required, argChoices }) => {
      if (long === undefined || long === null || ENDLESS.has(long)) return [];
      if (argChoices !== undefined) return argChoices.map((choice) => [long, choice]);
      if (!required) return [[long]];
      const value = values[`${name} ${long}`] ?? values[long];
      if (value === undefined) throw new Error(`no value for ${name} ${long}`);
      return [[long, value]];
    });
    return lists.flatMap((args) => [[], ...options].map((option) => [name, ...args, ...option]));
  });
}
