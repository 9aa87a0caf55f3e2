import type { CliCommand } from './cli-command';

/** The page about the command line, made from the commands themselves. */
export function commandReference(program: CliCommand): string {
  const commands = program.commands as readonly CliCommand[];
  return [
    '# The command line',
    '',
    '<!-- Made by `npm run docs:cli`; edit the commands in lib/cli/commands instead. -->',
    '',
    program.description(),
    '',
    '`npx teleport-istio` works where the package is installed, and nowhere else: outside such a project npx would fetch whatever is published under that name. The package is not published to a registry yet; install it from its Git repository: `npm install <git url>`.',
    'Messages go to standard error and data to standard output. Colours are for terminals only; `NO_COLOR=1` turns them off and `FORCE_COLOR=1` on.',
    '',
    ...exitCodeTable(program),
    '| command | what for |',
    '| --- | --- |',
    ...commands.map((command) => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.summary())} |`),
    '',
    ...commands.flatMap((command) => section(program, command)),
  ].join('\n');
}

function section(program: CliCommand, command: CliCommand): readonly string[] {
  const { examples } = command;
  return [
    `## ${command.name()}`,
    '',
    command.description(),
    '',
    '```',
    `${program.name()} ${command.name()} ${command.usage()}`,
    '```',
    '',
    ...table(
      'argument',
      command.registeredArguments.map((argument) => [argument.name(), withChoices(argument.description, argument)]),
    ),
    ...table(
      'flag',
      command.options.map((option) => [option.flags, withChoices(option.description, option)]),
    ),
    '```sh',
    ...examples.flatMap(({ does, shell }, index) => [...(index > 0 ? [''] : []), `# ${does}`, shell]),
    '```',
    '',
    ...exitCodeTable(command),
  ];
}

function exitCodeTable({ exitCodes }: CliCommand): readonly string[] {
  return table('exit code', Object.entries(exitCodes));
}

function table(title: string, rows: readonly (readonly [code: string, text: string])[]): readonly string[] {
  if (rows.length === 0) return [];
  return [`| ${title} | |`, '| --- | --- |', ...rows.map(([code, text]) => `| \`${code}\` | ${cell(text)} |`), ''];
}

interface Documented {
  readonly argChoices?: string[] | undefined;
  readonly defaultValue?: unknown;
  readonly defaultValueDescription?: string | undefined;
}

function withChoices(text: string, { argChoices, defaultValue, defaultValueDescription }: Documented): string {
  const choices = argChoices === undefined ? '' : `: ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`;
  const fallback = defaultValueDescription ?? (defaultValue === undefined ? undefined : `\`${String(defaultValue)}\``);
  return `${text}${choices}${fallback === undefined ? '' : ` (default: ${fallback})`}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
