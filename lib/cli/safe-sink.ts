import { visibleOutput } from '../base/visible-text';
import type { TextSink } from './cli-io';

/** What this program itself sends to a terminal beside text: styles, as {@link paint} and the reports write them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape sequences
const STYLE = /\u001b\[\d{1,2}m/;

/**
 * A sink through which no text from a file can move the cursor, hide or reverse what is printed. Every command writes through
 * one, so a command cannot forget it; names are made visible where they are read, as line breaks cannot be distinguished here.
 */
export function safeSink(sink: TextSink, color: boolean): TextSink {
  return { write: (text) => sink.write(color ? keepStyles(text) : visibleOutput(text)) };
}

function keepStyles(text: string): string {
  return text
    .split(new RegExp(`(${STYLE.source})`))
    .map((part, at) => (at % 2 === 1 ? part : visibleOutput(part)))
    .join('');
}
