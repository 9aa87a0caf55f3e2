/**
 * Characters that change how the text around them is shown, instead of being shown: controls, which move a terminal's cursor;
 * line breaks of every kind; marks that reverse the direction of writing (CVE-2021-42574); characters without a width.
 */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

/**
 * The same, except for the line breaks and tabs that whoever prints a text puts between its parts. CSV has line breaks of
 * two characters; a carriage return alone would write over the line.
 */
const INVISIBLE_IN_OUTPUT = new RegExp(
  `${INVISIBLE.source.replace('\\u0000-\\u001f', '\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f')}|\\r(?!\\n)`,
  'g',
);

/** A value from a file, as one piece of a line: what cannot be seen is written as an escape (`\u202e`). */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, escaped);
}

/** A whole text for people or a CI, in which only line breaks and tabs may be invisible. */
export function visibleOutput(text: string): string {
  return text.replace(INVISIBLE_IN_OUTPUT, escaped);
}

function escaped(found: string): string {
  return [...Array(found.length).keys()]
    .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
}
