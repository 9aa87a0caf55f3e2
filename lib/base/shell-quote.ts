/** A word of a POSIX shell's command line: names come from manifests of strangers, and people paste these lines. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Text as it may stand in a comment of a shell script. */
export function shellComment(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => `# ${line}`)
    .join('\n');
}
