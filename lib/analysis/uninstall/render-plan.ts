import { shellComment } from '../../base/shell-quote';
import type { UninstallStep } from './uninstall-plan';

/** The steps as a script to read and to paste from; what is optional is commented out. */
export function planToScript(steps: readonly UninstallStep[]): string {
  const heading = shellComment('Nothing has been deleted yet. Review this plan, then run it step by step.');
  const sections = steps.map(({ title, why, commands, optional }, index) =>
    [
      shellComment(`${index + 1}. ${title}`),
      shellComment(why),
      ...commands.map((command) => (optional ? shellComment(command) : command)),
    ].join('\n'),
  );
  return `${[heading, ...sections].join('\n\n')}\n`;
}
