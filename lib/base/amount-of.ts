/** A number of things in words: `1 file`, `2 files`. */
export function amountOf(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}
