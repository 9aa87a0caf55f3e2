import { portName } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import { type CallRow, callsTable, cellWords } from '../page/calls-table';
import { htmlPage } from '../page/html-page';
import type { AccessMatrix } from './access-matrix';
import { decidingPolicies } from './deciding-policies';
import { externalHost } from './render-external';
import { openWays, summary, WAY_OUT } from './render-matrix';
import type { MatrixWay } from './ways-in';

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
    transport: 'way in',
    policies: [...new Set(decisions.flatMap(decidingPolicies))],
  };
}

/** For browsers: a page without outside references that lists what gets through, with conditions and policies, and filters it. */
export function matrixToHtml(matrix: AccessMatrix): string {
  const leaving = matrix.external.filter(({ reach }) => reach !== 'blocked');
  const names = [
    ...new Set([...matrix.callers, ...matrix.callees.map(({ to }) => to), ...leaving.map(({ host }) => host)]),
  ];
  const numbers = new Map(names.map((name, index) => [name, index]));
  const rows = matrix.cells
    .filter(({ access }) => access !== 'denied')
    .map((cell): CallRow => {
      const from = numbers.get(cell.from) ?? -1;
      const to = numbers.get(cell.to) ?? -1;
      return { ...cellWords(cell), caller: cell.from, from, to, also: [] };
    });
  const ways = openWays(matrix).map((way): CallRow => {
    return { ...wayWords(way), from: numbers.get(OUTSIDE) ?? -1, to: numbers.get(way.to) ?? -1, also: [] };
  });
  const out = leaving.map((call): CallRow => {
    return {
      caller: call.from,
      callee: externalHost(call),
      conditions: call.reach === 'reachable' ? [] : [`not known: ${call.because}`],
      transport: WAY_OUT,
      policies: [],
      from: numbers.get(call.from) ?? -1,
      to: numbers.get(call.host) ?? -1,
      also: [],
    };
  });
  return htmlPage({
    title: 'Who may call whom',
    notes: [`${summary(matrix)}. Denied pairs are not listed; --output csv has every pair.`],
    pictures: [],
    style: '',
    table: callsTable([...rows, ...ways, ...out], 'Calls that get through'),
    names,
  });
}
