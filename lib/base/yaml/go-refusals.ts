import { COLLECTION_STYLE, EVENT_ID, type Event, parseEvents, SCALAR_STYLE } from 'js-yaml';
import type { GoRefusal } from './go-refusal';
import { MAX_DEPTH } from './max-depth';
import { overridingMerge } from './overriding-merge';

/** Line breaks of YAML 1.1 that are ordinary characters in YAML 1.2: a comment ends there for go-yaml, and not for us. */
const OLD_BREAK = /[\u0085\u2028\u2029]/;

/** What go-yaml calls control characters (go.yaml.in/yaml/v2 readerc.go), NUL and halves of pairs with them. */
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether anything stands in a text that the slower look might object to. */
const SUSPICIOUS =
  /^ *\t|[-?] *\t|\\\/|\\u[dD][89a-fA-F]|\\U00[^0]|\\U001[^0]|[&*][\w-]*[^\w\s,[\]{}-]|[:?] +[&!]|<<|\?|:[,[\]{}]|[[{,]\s*:|![^\s,[\]{}!]*[,\]}]|!!(?:\s|timestamp)|[&!]\S* +[&!]/m;

/**
 * What in a text go-yaml refuses or reads otherwise than a parser of YAML 1.2: whoever looks at the text with our eyes would
 * see another object than the cluster gets. Undefined if both read the same.
 *
 * kubectl takes a text that is JSON as JSON, so that one has only JSON's rules.
 *
 * @param text one YAML document that a YAML 1.2 parser accepts
 */
export function goRefusal(text: string): GoRefusal | undefined {
  const found = refusedCharacter(text) ?? (SUSPICIOUS.test(text) ? refusedForm(text) : undefined);
  return found === undefined || isJson(text) ? undefined : found;
}

/** Whether a text needs {@link goRefusal} at all: one quick look at a whole stream. */
export function mayBeRefused(text: string): boolean {
  return OLD_BREAK.test(text) || CONTROL.test(text) || SUSPICIOUS.test(text);
}

function refusedCharacter(text: string): GoRefusal | undefined {
  const old = text.search(OLD_BREAK);
  if (old !== -1) {
    const message = `${codePoint(text, old)} is an invisible character that ends a line for kubectl and Teleport: remove it, or write it as an escape in double quotes`;
    return { message, offset: old };
  }
  const control = text.search(CONTROL);
  if (control === -1) return undefined;
  return { message: `control character ${codePoint(text, control)}: kubectl rejects it`, offset: control };
}

function codePoint(text: string, at: number): string {
  return `U+${(text.codePointAt(at) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function refusedForm(text: string): GoRefusal | undefined {
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch {
    return undefined; // Whoever reads the text next says what is wrong with it.
  }
  return (
    refusedTab(text, events) ??
    refusedName(text, events) ??
    refusedMapping(text, events) ??
    refusedScalar(text, events) ??
    (text.includes('<<') ? overridingMerge(text, events) : undefined)
  );
}

/** Anchors and aliases have names of letters, digits, `-` and `_` in YAML 1.1 as libyaml reads it. */
function refusedName(text: string, events: readonly Event[]): GoRefusal | undefined {
  for (const event of events) {
    if (!('anchorStart' in event) || event.anchorStart < 0) continue;
    const at = text.slice(event.anchorStart, event.anchorEnd).search(/[^\w-]/);
    if (at !== -1) {
      return {
        message: 'an anchor name with unusual characters: kubectl reads this differently',
        offset: event.anchorStart,
      };
    }
  }
  return undefined;
}

/** A mapping that begins on the line of its key, which an anchor or a tag before it hides from our parser. */
function refusedMapping(text: string, events: readonly Event[]): GoRefusal | undefined {
  let end = -1;
  for (const event of events) {
    if (event.type === EVENT_ID.SCALAR && event.valueStart >= 0) end = event.valueEnd;
    if (event.type !== EVENT_ID.MAPPING || event.style === COLLECTION_STYLE.FLOW || end < 0) continue;
    const named = Math.max(event.anchorEnd, event.tagEnd);
    if (named >= 0 && !text.slice(named, event.start).includes('\n')) {
      return {
        message: 'the anchor or tag of a mapping is on the line of its first key: kubectl rejects it',
        offset: named,
      };
    }
    const between = text.slice(end, event.start);
    if (/^["']?[ \t]*:[^\n]*$/.test(between)) {
      return { message: 'a nested mapping begins on the line of its key: kubectl rejects it', offset: event.start };
    }
  }
  return undefined;
}

/** A tab before a comment, on an empty line, before a value at the start of its line, or behind the dash of an item; inside scalars tabs are text. */
function refusedTab(text: string, events: readonly Event[]): GoRefusal | undefined {
  const scalars = events.filter((event) => event.type === EVENT_ID.SCALAR && event.valueStart >= 0);
  let next = 0;
  for (const { index, 0: found } of text.matchAll(/^ *\t[ \t]*(?=#|\r?$)|^ *(?:[-?] +)*[-?] *\t/gm)) {
    const tab = index + found.indexOf('\t');
    const isAt = (at: number) => scalars[at] as Extract<Event, { type: typeof EVENT_ID.SCALAR }>;
    while (next < scalars.length && isAt(next).valueEnd <= index) next += 1;
    // In the middle of a plain text go-yaml takes a dash for an item.
    const isItem = /[-?]/.test(found) && isAt(next)?.style === SCALAR_STYLE.PLAIN;
    const isText = next < scalars.length && isAt(next).valueStart <= index && !isItem;
    if (!isText) return { message: TAB, offset: tab };
  }
  return undefined;
}

const TAB = 'a tab where only spaces are allowed: kubectl rejects it';

function refusedScalar(text: string, events: readonly Event[]): GoRefusal | undefined {
  const flow: boolean[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) flow.pop();
    else if (event.type === EVENT_ID.DOCUMENT) flow.push(false);
    else if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) {
      flow.push(event.style === COLLECTION_STYLE.FLOW);
    } else if (event.type === EVENT_ID.SCALAR) {
      const found = scalarRefusal(text, event, flow.at(-1) === true);
      if (found) return found;
    }
  }
  return undefined;
}

function scalarRefusal(
  text: string,
  { style, valueStart, valueEnd, anchorStart, tagStart, tagEnd }: Extract<Event, { type: typeof EVENT_ID.SCALAR }>,
  isInFlow: boolean,
): GoRefusal | undefined {
  if (isInFlow && tagEnd >= 0 && /[,\]}]/.test(text.charAt(tagEnd))) {
    return { message: 'a tag without a value: kubectl reads this differently', offset: tagEnd };
  }
  const tag = tagStart < 0 ? '' : text.slice(tagStart, tagEnd);
  if (tag === '!!') return { message: 'a tag without a name: kubectl rejects it', offset: tagStart };
  if (valueStart < 0) return undefined;
  const raw = text.slice(valueStart, valueEnd);
  if (tag === '!!timestamp' && style === SCALAR_STYLE.PLAIN && !isTimestamp(raw)) {
    return { message: 'not a timestamp that kubectl can read', offset: valueStart };
  }
  if (!isInFlow && followsTab(text, anchorStart, tagStart, valueStart)) return { message: TAB, offset: valueStart - 1 };
  if (style === SCALAR_STYLE.DOUBLE_QUOTED) {
    const refused = raw.search(/(?<!\\)(?:\\\\)*\\(?:\/|u[dD][89a-fA-F]|U(?!000|0010))/);
    if (refused === -1) return undefined;
    return { message: 'an escape sequence that kubectl rejects in YAML', offset: valueStart + refused };
  }
  if (!isInFlow || style !== SCALAR_STYLE.PLAIN) return undefined;
  const mark = raw.startsWith(':') ? 0 : raw.indexOf('?');
  if (mark !== -1) {
    const message = `"${raw.charAt(mark)}" in brackets: kubectl reads it as YAML syntax, so quote the string`;
    return { message, offset: valueStart + mark };
  }
  if (text.charAt(valueEnd) === ':' && /[,[\]{}]/.test(text.charAt(valueEnd + 1))) {
    return { message: 'no space after a colon in brackets: kubectl reads this differently', offset: valueEnd };
  }
  return undefined;
}

/** Whether a value is the first thing on its line, behind a tab. */
function followsTab(text: string, anchorStart: number, tagStart: number, valueStart: number): boolean {
  const start = Math.min(...[anchorStart, tagStart, valueStart].filter((at) => at >= 0));
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return before.includes('\t') && /^[ \t]*["'&!]?$/.test(before);
}

/** The forms of times that go-yaml knows (go.yaml.in/yaml/v2 resolve.go). */
function isTimestamp(text: string): boolean {
  const [, month = 0, day = 0] = /^\d{4}-(\d{1,2})-(\d{1,2})/.exec(text)?.map(Number) ?? [];
  const TIME =
    /^[\d-]+(?:[Tt]\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?)?$/;
  return month >= 1 && month <= 12 && day >= 1 && day <= 31 && TIME.test(text);
}
