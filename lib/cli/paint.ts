import type { CliIo } from './cli-io';

/** ECMA-48, SGR: the code that turns a colour on; 39 turns the terminal's own back on. */
const CODES = { red: 31, green: 32, yellow: 33 } as const;

/** Text in a colour, if standard output wants colours. */
export function paint({ color }: Pick<CliIo, 'color'>, tone: keyof typeof CODES, text: string): string {
  return color ? `\u001b[${CODES[tone]}m${text}\u001b[39m` : text;
}
