import { CliCommand } from '../cli-command';
import type { CliIo } from '../cli-io';
import type { ExitCode } from '../exit-code';
import { UserError } from '../user-error';

/** `explain`: the documentation of a rule. */
export function explainCommand(io: CliIo): CliCommand {
  return new CliCommand('explain')
    .summary('explain a rule, with examples')
    .description('Prints why a rule of "check" matters, how to fix its findings, and an example of each.')
    .argument('[rule]', 'id of the rule, as "check" prints it')
    .option('--list', 'list all rules instead')
    .example('npx teleport-istio explain principal-has-scheme', 'explain one rule')
    .example('npx teleport-istio explain --list', 'list all rules')
    .exits({ 0: 'printed', 2: 'the rule does not exist' })
    .runs((rule: string | undefined, { list }: { readonly list?: true }): ExitCode => {
      if ((rule === undefined) === (list === undefined))
        throw new UserError('pass the id of a rule, or --list to list all rules');
      const { explainRule, listRules } = require('../../check') as typeof import('../../check');
      io.stdout.write(rule === undefined ? ruleTable(listRules()) : explainRule(rule));
      return 0;
    });
}

function ruleTable(rules: ReturnType<typeof import('../../check').listRules>): string {
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules.map(({ id, severity, title }) => `${id.padEnd(width)}  ${severity.padEnd(7)}  ${title}\n`).join('');
}
