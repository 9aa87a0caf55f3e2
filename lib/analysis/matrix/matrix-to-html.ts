import { portName } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import { type CallRow, callsTable, cellWords } from '../page/calls-table';
import { htmlPage } from '../page/html-page';
import type { AccessMatrix, MatrixCell } from './access-matrix';
import { decidingPolicies } from './deciding-policies';
import { externalHost } from './render-external';
import { openWays, summary } from './render-matrix';
import { EGRESS, INGRESS } from './transport-text';
import type { MatrixWay } from './ways-in';

/** For browsers: a self-contained page that lists what is allowed, with conditions and policies, and can filter it. */
export function matrixToHtml(matrix: AccessMatrix): string {
  return accessPage([{ name: undefined, matrix }], [], [summary(matrix)]);
}

/** What is allowed in one cluster of several, or in the only one. */
export interface PagePart {
  /** Name of the cluster; undefined if it is the only one. */
  readonly name: string | undefined;
  readonly matrix: AccessMatrix;
}

/** A call from one cluster to another; names begin with the cluster. */
export interface PageCall {
  readonly from: string;
  readonly to: string;
  readonly cell: MatrixCell;
}

/** One page about one or several clusters. */
export function accessPage(parts: readonly PagePart[], between: readonly PageCall[], notes: readonly string[]): string {
  const names = new PageNames();
  for (const { name, matrix } of parts) {
    const callers = matrix.cells.map((cell) => callerIn(name, cell));
    for (const caller of name === undefined ? matrix.callers : callers) names.numberOf(caller);
    for (const { to } of matrix.callees) names.numberOf(inCluster(name, to));
    for (const { host } of leaving(matrix)) names.numberOf(host);
  }
  const rows = [
    ...parts.flatMap(({ name, matrix }) => rowsOf(name, matrix, names)),
    ...between.map(({ from, to, cell }): CallRow => {
      const words = cellWords({ ...cell, to });
      return { ...words, caller: from, from: names.numberOf(from), to: names.numberOf(to), also: [] };
    }),
  ];
  return htmlPage({
    title: 'Who may call whom',
    notes: notes.map((note, index) =>
      index === 0 ? `${note}. Denied pairs are not listed; --output csv has every pair.` : note,
    ),
    pictures: [],
    style: '',
    table: callsTable(rows, 'Calls that get through'),
    names: names.all,
  });
}

/** Names on a page, which its script knows by numbers. */
class PageNames {
  private readonly numbers = new Map<string, number>();

  public numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.numbers.size);
    return this.numbers.size - 1;
  }

  public get all(): readonly string[] {
    return [...this.numbers.keys()];
  }
}

function rowsOf(name: string | undefined, matrix: AccessMatrix, names: PageNames): readonly CallRow[] {
  const cells = matrix.cells
    .filter(({ access }) => access !== 'denied')
    .map((cell): CallRow => {
      const [caller, to] = [callerIn(name, cell), inCluster(name, cell.to)];
      const ends = { from: names.numberOf(caller), to: names.numberOf(to) };
      return { ...cellWords({ ...cell, to }), caller, ...ends, also: [] };
    });
  const ways = openWays(matrix).map((way): CallRow => {
    const to = inCluster(name, way.to);
    const ends = { from: names.numberOf(OUTSIDE), to: names.numberOf(to) };
    return { ...wayWords({ ...way, to }), ...ends, also: [] };
  });
  const out = leaving(matrix).map((call): CallRow => {
    const caller = inCluster(name, call.from);
    return {
      caller,
      callee: externalHost(call),
      conditions: call.reach === 'reachable' ? [] : [`unknown: ${call.because}`],
      transport: EGRESS,
      policies: [],
      from: names.numberOf(caller),
      to: names.numberOf(call.host),
      also: [],
    };
  });
  return [...cells, ...ways, ...out];
}

function leaving({ external }: AccessMatrix): AccessMatrix['external'] {
  return external.filter(({ reach }) => reach !== 'blocked');
}

/** The words of a way from outside through a gateway, for a page's table. */
function wayWords({
  from,
  to,
  port,
  detail,
  decisions,
}: MatrixWay): Pick<CallRow, 'caller' | 'callee' | 'conditions' | 'transport' | 'policies'> {
  return {
    caller: from,
    callee: `${to}:${portName(port)}`,
    conditions: [detail],
    transport: INGRESS,
    policies: [...new Set(decisions.flatMap(decidingPolicies))],
  };
}

function inCluster(cluster: string | undefined, ref: string): string {
  return cluster === undefined ? ref : `${cluster}:${ref}`;
}

/** A caller as all clusters know it: an identity and whoever is outside is of no cluster, and a set is of those that one cluster tells apart. */
function callerIn(cluster: string | undefined, { from, decision }: MatrixCell): string {
  const { caller } = decision.request;
  if (cluster === undefined || caller.kind === 'outside') return from;
  if (caller.kind === 'workload') return inCluster(cluster, from);
  return caller.standsFor === undefined ? from : `${from} in ${cluster}`;
}
