import { markdownText } from '../../base/markdown-text';
import { visibleText } from '../../base/visible-text';
import { changesToMarkdown, changesToText, plainChanges } from '../matrix/render-changes';
import type { ChangesBetween, FleetChanges } from './compare-fleets';
import { notListedText } from './render-calls-between';

/** Changes of a fleet in their JSON form. */
export function plainFleetChanges({ clusters, ...between }: FleetChanges): {
  readonly clusters: object;
  readonly between: object;
} {
  return {
    clusters: Object.fromEntries(
      clusters.map(({ name, state, changes }) => [name, { state, changes: plainChanges(changes) }]),
    ),
    between: plainBetween(between),
  };
}

/** Changes between clusters in their JSON form. */
export function plainBetween({ between, notEvaluated, assumed }: ChangesBetween): object {
  return { changes: plainChanges(between), notEvaluated: notEvaluated.map(notListedText), assumed };
}

/** Changes between clusters for terminals, with what is unknown about them. */
export function betweenToText(found: ChangesBetween): string {
  return [changesToText(found.between), ...notesOf(found).map((note) => `${visibleText(note)}\n`)].join('');
}

/** The same for pull requests. */
export function betweenToMarkdown(found: ChangesBetween): string {
  return [changesToMarkdown(found.between), ...notesOf(found).map((note) => `\n${markdownText(note)}\n`)].join('');
}

/** What is unknown about the calls between clusters, and what is assumed where some of them changed. */
export function notesOf({ between, notEvaluated, assumed }: ChangesBetween): readonly string[] {
  return [
    ...notEvaluated.map((one) => `not evaluated: ${notListedText(one)}`),
    ...(between.length === 0 ? [] : assumed.map((text) => `assumed: ${text}.`)),
  ];
}
