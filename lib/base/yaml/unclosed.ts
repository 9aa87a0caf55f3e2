import { COLLECTION_STYLE, EVENT_ID, type Event, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';

/** What a text opens and never closes. */
export interface Unclosed {
  readonly what: 'list' | 'mapping' | 'quoted string';
  /** Offset of the bracket or quote. */
  readonly offset: number;
}

/** Larger texts are not worth the readings. */
const MAX_CHARACTERS = 1_000_000;

/** Brackets that may be open at once; who forgets one has hardly more. */
const MAX_OPEN = 8;

/** Whether a text that cannot be read only lacks an end. */
export function endsTooEarly(error: unknown): error is YAMLException {
  return error instanceof YAMLException && error.reason.startsWith('unexpected end of the stream');
}

/**
 * Finds what is never closed in a text that ends too early, by closing it until it can be read. Of brackets inside
 * brackets it is the outermost: whatever follows that one was taken for its content.
 */
export function findUnclosed(text: string): Unclosed | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  // Closing signs may not stand left of what they close.
  let closed = `${text}\n${' '.repeat(200)}`;
  for (let signs = ''; signs.length < MAX_OPEN; ) {
    const sign = missingSign(closed);
    if (sign === undefined) return undefined;
    closed += sign;
    signs += sign;
    const events = read(closed);
    if (Array.isArray(events)) return /^["']/.test(signs) ? lastQuoted(events) : lastBracket(events);
  }
  return undefined;
}

/** The sign that a text lacks next. */
function missingSign(text: string): string | undefined {
  const error = read(text);
  if (!endsTooEarly(error)) return undefined;
  if (error.reason.includes('double quoted')) return '"';
  if (error.reason.includes('single quoted')) return "'";
  const asList = read(`${text}]`);
  return Array.isArray(asList) || endsTooEarly(asList) ? ']' : '}';
}

function read(text: string): readonly Event[] | unknown {
  try {
    return parseEvents(text, { maxDepth: 100 });
  } catch (error) {
    return error;
  }
}

function lastQuoted(events: readonly Event[]): Unclosed | undefined {
  const scalar = events.filter((event) => event.type === EVENT_ID.SCALAR).at(-1);
  const isQuoted = scalar?.style === SCALAR_STYLE.DOUBLE_QUOTED || scalar?.style === SCALAR_STYLE.SINGLE_QUOTED;
  return isQuoted ? { what: 'quoted string', offset: scalar.valueStart - 1 } : undefined;
}

/** The last bracket that is inside no other. */
function lastBracket(events: readonly Event[]): Unclosed | undefined {
  let found: Unclosed | undefined;
  const open: boolean[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      open.pop();
    } else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      const isFlow = event.style === COLLECTION_STYLE.FLOW;
      if (isFlow && !open.includes(true)) {
        found = { what: event.type === EVENT_ID.SEQUENCE ? 'list' : 'mapping', offset: event.start };
      }
      open.push(isFlow);
    } else if (event.type === EVENT_ID.DOCUMENT) {
      open.push(false);
    }
  }
  return found;
}
