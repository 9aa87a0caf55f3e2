import { accessPage, type PagePart } from '../matrix/matrix-to-html';
import { summary } from '../matrix/render-matrix';
import type { CallsBetween } from './calls-between';
import { callsSummary, notes } from './render-calls-between';

/** For browsers: what gets through in each cluster of a fleet and between them, in one page. */
export function fleetToHtml(
  matrices: readonly (PagePart & { readonly name: string })[],
  between: CallsBetween,
): string {
  const counts = matrices.map(({ name, matrix }) => `${name}: ${summary(matrix)}`);
  return accessPage(matrices, between.calls, [[...counts, callsSummary(between.calls)].join('. '), ...notes(between)]);
}
