import { type CallRow, callsTable, cellWords } from '../page/calls-table';
import { htmlPage } from '../page/html-page';
import type { AccessMatrix } from './access-matrix';
import { summary } from './render-matrix';

/** For browsers: a page without outside references that lists what gets through, with conditions and policies, and filters it. */
export function matrixToHtml(matrix: AccessMatrix): string {
  const names = [...new Set([...matrix.callers, ...matrix.callees.map(({ to }) => to)])];
  const numbers = new Map(names.map((name, index) => [name, index]));
  const rows = matrix.cells
    .filter(({ access }) => access !== 'denied')
    .map((cell): CallRow => {
      const from = numbers.get(cell.from) ?? -1;
      const to = numbers.get(cell.to) ?? -1;
      return { ...cellWords(cell), caller: cell.from, from, to, also: [] };
    });
  return htmlPage({
    title: 'Who may call whom',
    notes: [`${summary(matrix)}. Denied pairs are not listed; --output csv has every pair.`],
    pictures: [],
    style: '',
    table: callsTable(rows, 'Calls that get through'),
    names,
  });
}
