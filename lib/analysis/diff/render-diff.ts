import type { JsonValue } from '../../base/json';
import { changesToText, plainChanges } from '../matrix/render-changes';
import type { ManifestDiff, ObjectDifference } from './diff-manifests';
import type { FieldDifference } from './field-differences';

/** Puts a text into the colour of what is added or removed. */
export type DiffPainter = (kind: ObjectDifference['kind'], text: string) => string;

/** A longer value says less, not more. */
const LONGEST_VALUE = 160;

/** As many lines of a text as are worth a look. */
const MOST_LINES = 20;

/** For people: every object with its changed fields, then the access that this opens and closes, then a summary line. */
export function diffToText({ objects, access }: ManifestDiff, paint: DiffPainter = (_, text) => text): string {
  const lines = objects.flatMap(({ kind, object, file, fields }) => [
    `${paint(kind, kind.padEnd(7))}  ${object}  (${file})`,
    ...fields.flatMap((difference) => fieldLines(difference, paint)),
  ]);
  const words = access.length === 0 ? [] : ['', 'Who may call whom:', changesToText(access).trimEnd()];
  return [...lines, ...words, ...(lines.length > 0 ? [''] : []), summary(objects), ''].join('\n');
}

/** For programs. */
export function diffToJson({ objects, access }: ManifestDiff): string {
  return `${JSON.stringify({ objects, access: plainChanges(access) }, undefined, 2)}\n`;
}

function fieldLines({ path, before, after }: FieldDifference, paint: DiffPainter): readonly string[] {
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) {
    return [`    ${path}:`, ...textLines(before, after, paint)];
  }
  if (before === undefined) return [`    ${path}: ${paint('added', `+ ${show(after)}`)}`];
  if (after === undefined) return [`    ${path}: ${paint('removed', `- ${show(before)}`)}`];
  return [`    ${path}: ${paint('removed', show(before))} → ${paint('added', show(after))}`];
}

/** The lines that only one of two texts has. */
function textLines(before: string, after: string, paint: DiffPainter): readonly string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  const [wasThere, isThere] = [new Set(old), new Set(now)];
  const lines = [
    ...old.filter((line) => !isThere.has(line)).map((line) => paint('removed', `      - ${line}`)),
    ...now.filter((line) => !wasThere.has(line)).map((line) => paint('added', `      + ${line}`)),
  ];
  if (lines.length === 0) return ['      (the same lines in a different order)'];
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), `      and ${more} more lines`] : lines;
}

function show(json: JsonValue | undefined): string {
  const text = typeof json === 'string' && /^[\w./:@-]+$/.test(json) ? json : JSON.stringify(json ?? null);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}

function summary(objects: readonly ObjectDifference[]): string {
  const count = (kind: ObjectDifference['kind']) => objects.filter((object) => object.kind === kind).length;
  return objects.length === 0
    ? 'no differences'
    : `${count('added')} added, ${count('removed')} removed, ${count('changed')} changed`;
}
