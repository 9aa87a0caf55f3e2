import { markdownText } from '../../base/markdown-text';
import { portName } from '../access/named-port';
import { EGRESS_WORDS } from '../egress/explain-egress';
import { describeCondition } from './access-condition';
import type { Access, AccessMatrix, MatrixCell } from './access-matrix';
import { externalGroups, externalLines } from './render-external';
import { EGRESS, transportText } from './transport-text';
import { type MatrixWay, waysOf } from './ways-in';

const SIGNS: Readonly<Record<Access, string>> = { allowed: '✓', conditional: '~', denied: '·', unknown: '?' };

/** Above this many columns a grid is wider than any screen, so only the list of what gets through is printed. */
const WIDEST_GRID = 40;

/** For terminals: a grid of all pairs, and below it what is allowed on which conditions. */
export function matrixToTable(matrix: AccessMatrix): string {
  const wide = matrix.callees.length > WIDEST_GRID;
  const open = matrix.cells.filter(({ access }) => access !== 'denied');
  const from = Math.max(0, ...open.map((cell) => cell.from.length));
  const to = Math.max(0, ...open.map((cell) => `${cell.to}:${portName(cell.port)}`.length));
  const lines = open.map((cell) =>
    [
      cell.from.padEnd(from),
      '→',
      `${cell.to}:${portName(cell.port)}`.padEnd(to),
      SIGNS[cell.access],
      describeCell(cell),
    ]
      .join(' ')
      .trimEnd(),
  );
  const ways = openWays(matrix).map(
    ({ from, to, port, access, detail }) => `${from} → ${to}:${portName(port)} ${SIGNS[access]} ${detail}`,
  );
  const through = ways.length === 0 ? [] : ['', ...ways];
  const leaving = externalLines(matrix);
  const out = leaving.length === 0 ? [] : ['', ...leaving];
  return [...(wide ? [] : [...grid(matrix), '']), ...lines, ...through, ...out, '', summary(matrix)]
    .join('\n')
    .concat('\n');
}

/** The access of one pair: a sign, the transport and the conditions. */
export function cellText(cell: MatrixCell): string {
  return `${SIGNS[cell.access]} ${describeCell(cell)}`.trimEnd();
}

/** For programs: every pair with its conditions and the place that decided. */
export function matrixToJson(matrix: AccessMatrix): string {
  return `${JSON.stringify(plainMatrix(matrix), undefined, 2)}\n`;
}

/** A matrix in its JSON form. */
export function plainMatrix(matrix: AccessMatrix): object {
  const cells = matrix.cells.map(({ decision, conditions, port, ...cell }) => {
    const place = decision.decidedBy?.location;
    const decidedBy = place ? { file: place.file, line: place.line } : undefined;
    return {
      ...cell,
      port: port.port,
      portName: port.name,
      conditions: plainConditions({ conditions }),
      reason: decision.reason.kind,
      decidedBy,
    };
  });
  const callees = matrix.callees.map(({ to, port }) => ({ to, port: port.port, portName: port.name }));
  const ways = waysOf(matrix).map(({ from, to, port, access, hosts, detail }) => ({
    from,
    to,
    access,
    hosts,
    detail,
    port: port.port,
    portName: port.name,
  }));
  return { callers: matrix.callers, callees, cells, ways, external: matrix.external };
}

/** Conditions of a cell in their JSON form. */
export function plainConditions({ conditions }: Pick<MatrixCell, 'conditions'>): readonly object[] {
  return conditions.map((condition) => ({ effect: condition.effect, text: describeCondition(condition) }));
}

/** For spreadsheets: one line for each pair, each way from outside through a gateway, and each workload with each host outside. */
export function matrixToCsv(matrix: AccessMatrix): string {
  return csvText([CSV_COLUMNS, ...csvRows(matrix)]);
}

/** The columns of a matrix in CSV. */
export const CSV_COLUMNS: readonly string[] = ['from', 'to', 'port', 'access', 'conditions', 'transport'];

/** Lines of CSV. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(csvField).join(',').concat('\r\n')).join('');
}

/** A pair in CSV. */
export function csvCell(cell: MatrixCell): readonly string[] {
  return [cell.from, cell.to, portName(cell.port), cell.access, conditionText(cell), transportText(cell.transport)];
}

/** A matrix in CSV, without the names of its columns. */
export function csvRows(matrix: AccessMatrix): readonly (readonly string[])[] {
  const rows = matrix.cells.map(csvCell);
  const ways = waysOf(matrix).map(({ from, to, port, access, detail }) => [
    from,
    to,
    portName(port),
    access,
    detail,
    '',
  ]);
  const out = matrix.external.map(({ from, host, port, reach, because }) => [
    from,
    host,
    String(port ?? 'any'),
    EGRESS_WORDS[reach].toLowerCase(),
    because,
    EGRESS,
  ]);
  return [...rows, ...ways, ...out];
}

/** For pull requests: what is allowed, as a table; everything else is denied. */
export function matrixToMarkdown(matrix: AccessMatrix): string {
  const rows = matrix.cells
    .filter(({ access }) => access !== 'denied')
    .map((cell) => [
      cell.from,
      `${cell.to}:${portName(cell.port)}`,
      SIGNS[cell.access],
      conditionText(cell),
      transportText(cell.transport),
    ]);
  const ways = openWays(matrix).map(({ from, to, port, access, detail }) => [
    from,
    `${to}:${portName(port)}`,
    SIGNS[access],
    detail,
    '',
  ]);
  const out = externalGroups(matrix)
    .filter(({ reach }) => reach !== 'blocked')
    .map(({ to, reach, callers, because }) => [
      callers,
      to,
      ...(reach === 'reachable' ? ['✓', ''] : ['?', because]),
      EGRESS,
    ]);
  return [
    markdownRow(['caller', 'callee', '', 'only if', 'transport']),
    markdownRow(['---', '---', '---', '---', '---']),
    ...[...rows, ...ways, ...out].map((row) => markdownRow(row.map(markdownText))),
    '',
    summary(matrix),
    '',
  ].join('\n');
}

/** Routes through gateways on which something is allowed. */
export function openWays(matrix: AccessMatrix): readonly MatrixWay[] {
  return waysOf(matrix).filter(({ access }) => access !== 'denied');
}

/** How many pairs are allowed, conditional and denied. */
export function summary({ cells }: AccessMatrix): string {
  const count = (access: Access) => cells.filter((cell) => cell.access === access).length;
  const unknown = count('unknown') === 0 ? '' : `, ${count('unknown')} unknown`;
  return `${count('allowed')} allowed, ${count('conditional')} allowed with conditions, ${count('denied')} denied${unknown}, of ${cells.length} pairs`;
}

function grid({ callers, callees, cells }: AccessMatrix): readonly string[] {
  const byPair = new Map(cells.map((cell) => [`${cell.from}\n${cell.to}\n${cell.port.port}`, cell]));
  const width = String(callees.length).length;
  const label = Math.max(...callers.map((from) => from.length));
  const legend = callees.map(({ to, port }, index) => `${String(index + 1).padStart(width)} ${to}:${portName(port)}`);
  const header = `${' '.repeat(label)} ${callees.map((_, index) => String(index + 1).padStart(width)).join(' ')}`;
  const rows = callers.map((from) => {
    const signs = callees.map(({ to, port }) => {
      const cell = byPair.get(`${from}\n${to}\n${port.port}`);
      return (cell ? SIGNS[cell.access] : '-').padStart(width);
    });
    return `${from.padEnd(label)} ${signs.join(' ')}`;
  });
  const unknown = cells.some(({ access }) => access === 'unknown') ? `${SIGNS.unknown} unknown, ` : '';
  return [
    ...legend,
    '',
    header,
    ...rows,
    '',
    `${SIGNS.allowed} allowed, ${SIGNS.conditional} with conditions, ${SIGNS.denied} denied, ${unknown}- same workload`,
  ];
}

function describeCell(cell: MatrixCell): string {
  return [transportText(cell.transport), conditionText(cell)].filter((text) => text !== '').join(', ');
}

/** The conditions of a cell in one line: alternatives first, then exceptions. */
export function conditionText({ conditions }: Pick<MatrixCell, 'conditions'>): string {
  const ways = conditions.filter(({ effect }) => effect !== 'unless').map(describeCondition);
  const exceptions = conditions
    .filter(({ effect }) => effect === 'unless')
    .map((condition) => `unless ${describeCondition(condition)}`);
  return [ways.join(' or '), ...exceptions].filter((text) => text !== '').join('; ');
}

/** A quoted field; what a spreadsheet would take for a formula gets an apostrophe. */
function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}

function markdownRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
