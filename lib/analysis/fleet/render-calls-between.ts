import { markdownText } from '../../base/markdown-text';
import { visibleText } from '../../base/visible-text';
import { portName } from '../access/named-port';
import type { AccessMatrix } from '../matrix/access-matrix';
import { CSV_COLUMNS, cellText, csvCell, csvRows, csvText, plainConditions } from '../matrix/render-matrix';
import type { CallsBetween } from './calls-between';
import type { NotEvaluated } from './not-evaluated';

/** For terminals. */
export function callsToText(between: CallsBetween): string {
  const { calls } = between;
  const rows = calls.map((call) => [call.from, calleeOf(call)].map(visibleText).concat(cellText(call.cell)));
  const [from = 0, to = 0] = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map(([caller = '', callee = '', cell = '']) =>
    `${caller.padEnd(from)} → ${callee.padEnd(to)} ${cell}`.trimEnd(),
  );
  return `${[...lines, ...(lines.length > 0 ? [''] : []), callsSummary(calls), ...notes(between).map(visibleText)].join('\n')}\n`;
}

/** For pull requests. */
export function callsToMarkdown(between: CallsBetween): string {
  const { calls } = between;
  const rows = calls.map(
    (call) => `| ${[call.from, calleeOf(call), cellText(call.cell)].map(markdownText).join(' | ')} |`,
  );
  const table = rows.length === 0 ? [] : ['| caller | callee | access |', '| --- | --- | --- |', ...rows, ''];
  return `${[...table, callsSummary(calls), ...notes(between).map((note) => `- ${markdownText(note)}`)].join('\n')}\n`;
}

/** The matrices of clusters and what gets through between them, for spreadsheets: a line between clusters is of no cluster. */
export function fleetToCsv(
  matrices: readonly { readonly name: string; readonly matrix: AccessMatrix }[],
  between: CallsBetween,
): string {
  const { calls, assumed } = between;
  return csvText([
    ['cluster', ...CSV_COLUMNS],
    ...matrices.flatMap(({ name, matrix }) => csvRows(matrix).map((row) => [name, ...row])),
    ...calls.map(({ from, to, cell }) => ['', from, to, ...csvCell(cell).slice(2)]),
    ...notEvaluated(between).map(({ from, to, because }) => ['', from, to, '', 'not evaluated', because, '']),
    ...assumed.map((text) => ['', '', '', '', 'assumed', text, '']),
  ]);
}

/** Calls in their JSON form. */
export function plainCalls(between: CallsBetween): object {
  const { calls, assumed } = between;
  return {
    calls: calls.map(({ from, to, cell }) => ({
      from,
      to,
      port: cell.port.port,
      portName: cell.port.name,
      access: cell.access,
      conditions: plainConditions(cell),
    })),
    notEvaluated: notEvaluated(between).map(notListedText),
    assumed,
  };
}

function calleeOf({ to, cell }: CallsBetween['calls'][number]): string {
  return `${to}:${portName(cell.port)}`;
}

/** How many calls there are. */
export function callsSummary(calls: CallsBetween['calls']): string {
  return `${calls.length} ${calls.length === 1 ? 'call' : 'calls'} between clusters of one mesh`;
}

/** What is not listed and what is assumed, as sentences. */
export function notes(between: CallsBetween): readonly string[] {
  return [
    ...notEvaluated(between).map((one) => `not evaluated: ${notListedText(one)}`),
    ...between.assumed.map((text) => `assumed: ${text}.`),
  ];
}

/** What is said not to be evaluated: calls, and what gateways bring from outside. */
function notEvaluated({ notListed, outside }: CallsBetween): readonly NotEvaluated[] {
  return [...notListed, ...outside];
}

/** Why something is not listed, as a sentence. */
export function notListedText({ from, to, because }: NotEvaluated): string {
  return `${from} → ${to}: ${because}.`;
}
