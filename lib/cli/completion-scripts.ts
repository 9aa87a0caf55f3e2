import type { Argument, Command, Option } from 'commander';

/** Shells there is a completion script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that completes commands, their flags, ids of rules, and the values of flags that have a fixed choice; everything else is a file. */
export function completionScript(shell: Shell, program: Command): string {
  return WRITERS[shell](program);
}

const WRITERS: Readonly<Record<Shell, (program: Command) => string>> = { bash, zsh, fish };

function bash(program: Command): string {
  const name = program.name();
  const own = program.commands.flatMap((command) => [
    `    ${command.name()})`,
    '      case "$previous" in',
    ...options(command)
      .filter(takesValue)
      .map(
        (option) =>
          `        ${flags(option).join('|')}) words="${values(option).join(' ')}" files=${needsFile(option)} ;;`,
      ),
    `        *) words="${[...values(command.registeredArguments[0]), ...options(command).flatMap(flags)].join(' ')}" ;;`,
    '      esac ;;',
  ]);
  const top = [...program.commands.map((command) => command.name()), ...options(program).flatMap(flags)];
  return `# Completion of ${name} for bash: source <(${name} completion bash)
${functionName(name)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" files=true
  case "\${COMP_WORDS[1]}" in
${own.join('\n')}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${top.join(' ')}" files=false; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "$files" = true ] && [ "\${current:0:1}" != - ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F ${functionName(name)} ${name}
`;
}

function zsh(program: Command): string {
  const name = program.name();
  const summaries = program.commands.map((command) => `    ${quote(`${command.name()}:${command.summary()}`)}`);
  const own = program.commands.map((command) => {
    const specs = options(command).flatMap((option) => flags(option).map((flag) => quote(zshOption(option, flag))));
    const positional = values(command.registeredArguments[0]);
    const rest = positional.length > 0 ? quote(`1:argument:(${positional.join(' ')})`) : quote('*:file:_files');
    return `    ${command.name()}) _arguments ${[...specs, rest].join(' ')} ;;`;
  });
  return `#compdef ${name}
# Completion of ${name} for zsh: source <(${name} completion zsh)
${functionName(name)}() {
  local -a commands=(
${summaries.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${own.join('\n')}
  esac
}
# In a file of $fpath this is the body of the function that zsh calls for the first completion.
if [[ "\${funcstack[1]}" == _${name} ]]; then
  ${functionName(name)}
else
  compdef ${functionName(name)} ${name}
fi
`;
}

function fish(program: Command): string {
  const name = program.name();
  const lines = program.commands.flatMap((command) => {
    const inside = `complete -c ${name} -n ${quote(`__fish_seen_subcommand_from ${command.name()}`)}`;
    const positional = values(command.registeredArguments[0]);
    return [
      `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d ${quote(command.summary())}`,
      ...(positional.length > 0 ? [`${inside} -f -a ${quote(positional.join(' '))}`] : []),
      ...options(command).map((option) => `${inside} ${fishOption(option)}`),
    ];
  });
  return `# Completion of ${name} for fish: ${name} completion fish | source\n${lines.join('\n')}\n`;
}

function zshOption(option: Option, flag: string): string {
  const value = takesValue(option) ? `:value:${needsFile(option) ? '_files' : `(${values(option).join(' ')})`}` : '';
  // `=` lets zsh complete `--flag=value` as well as `--flag value`.
  const joined = takesValue(option) && flag.startsWith('--') ? '=' : '';
  return `${isRepeated(option) ? '*' : ''}${flag}${joined}[${option.description.replace(/[[\]:]/g, '\\$&')}]${value}`;
}

function fishOption(option: Option): string {
  const parts = flags(option).map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = !takesValue(option) ? [] : needsFile(option) ? ['-r'] : ['-x', `-a ${quote(values(option).join(' '))}`];
  return [...parts, ...value, `-d ${quote(option.description)}`].join(' ');
}

function options(command: Command): readonly Option[] {
  return command.createHelp().visibleOptions(command);
}

function flags({ short, long }: Option): readonly string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/** As its help says; zsh offers every other flag once only. */
function isRepeated({ description }: Option): boolean {
  return /\bmay be repeated\b/.test(description);
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

/** Only what is called a file, directory or path is one; completing names or numbers with files would mislead. */
function needsFile({ flags: text, argChoices }: Option): boolean {
  return argChoices === undefined && /<(file|directory|path)s?>/.test(text);
}

function values(choice: Argument | Option | undefined): readonly string[] {
  if (choice === undefined) return [];
  const isRule = 'flags' in choice ? choice.flags.endsWith('<rule>') : choice.name() === 'rule';
  return choice.argChoices ?? (isRule ? ruleIds() : []);
}

/** Not a choice for commander, as help would list all of them. */
function ruleIds(): readonly string[] {
  const { listRules } = require('../check') as typeof import('../check');
  return listRules().map(({ id }) => id);
}

function functionName(program: string): string {
  return `_${program.replaceAll('-', '_')}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
