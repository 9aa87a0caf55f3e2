import { plainChanges } from '../matrix/render-changes';
import type { FleetChanges } from './compare-fleets';
import { notListedText } from './render-calls-between';

/** Changes of a fleet in their JSON form. */
export function plainFleetChanges({ clusters, between, notEvaluated, assumed }: FleetChanges): {
  readonly clusters: object;
  readonly between: object;
} {
  return {
    clusters: Object.fromEntries(
      clusters.map(({ name, state, changes }) => [name, { state, changes: plainChanges(changes) }]),
    ),
    between: { changes: plainChanges(between), notEvaluated: notEvaluated.map(notListedText), assumed },
  };
}

/** What is unknown about the calls between clusters, and what is assumed where some of them changed. */
export function notesOf({ between, notEvaluated, assumed }: FleetChanges): readonly string[] {
  return [
    ...notEvaluated.map((one) => `not evaluated: ${notListedText(one)}`),
    ...(between.length === 0 ? [] : assumed.map((text) => `assumed: ${text}.`)),
  ];
}
