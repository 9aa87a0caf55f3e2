import { xmlText } from '../../base/xml-text';
import { portName } from '../access/named-port';
import { describeCondition } from '../matrix/access-condition';
import type { MatrixCell } from '../matrix/access-matrix';
import type { AccessCondition } from '../matrix/condition';
import { decidingPolicies } from '../matrix/deciding-policies';
import { transportText } from '../matrix/transport-text';

/** One row of a page's table. Numbers stand for names in the page's script, so that no name can be anything but text. */
export interface CallRow {
  /** Who calls, for people. */
  readonly caller: string;
  /** Who is called, for people. */
  readonly callee: string;
  /** Sentences or conditions, each on a line of its own; empty for what always gets through. */
  readonly conditions: readonly string[];
  readonly transport: string;
  /** Policies with their places. */
  readonly policies: readonly string[];
  readonly from: number;
  readonly to: number;
  /** Further callers that the row is about. */
  readonly also: readonly number[];
}

/** The words of a cell of the matrix; who it is about is the caller's to say. */
export function cellWords({
  to,
  port,
  access,
  conditions,
  transport,
  decision,
}: MatrixCell): Pick<CallRow, 'callee' | 'conditions' | 'transport' | 'policies'> {
  // A call that depends on something must never look as if it did not.
  const said = conditions.length === 0 && access !== 'allowed' ? ['not decided'] : conditionWords(conditions);
  return {
    callee: `${to}:${portName(port)}`,
    conditions: said,
    transport: transportText(transport) || 'not evaluated',
    policies: decidingPolicies(decision),
  };
}

/** Ways to get through first, of which one is enough, then exceptions. */
function conditionWords(conditions: readonly AccessCondition[]): readonly string[] {
  const ways = conditions.filter(({ effect }) => effect !== 'unless');
  const exceptions = conditions.filter(({ effect }) => effect === 'unless');
  return [
    ...ways.map((condition, index) => `${index === 0 ? '' : 'or '}${describeCondition(condition)}`),
    ...exceptions.map((condition) => `unless ${describeCondition(condition)}`),
  ];
}

const COLUMNS = ['caller', 'callee', 'only if', 'transport', 'decided by'] as const;

/** Calls as a table that becomes cards on a narrow screen; roles are said because that takes them away. */
export function callsTable(rows: readonly CallRow[], caption: string): string {
  const head = COLUMNS.map((name) => `<th scope="col" role="columnheader">${name}</th>`).join('');
  return [
    `<table role="table" id="calls"><caption>${xmlText(caption)}</caption>`,
    `<thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">`,
    ...rows.map(rowHtml),
    '</tbody></table>',
  ].join('\n');
}

function rowHtml({ caller, callee, conditions, transport, policies, from, to, also }: CallRow): string {
  const others = also.length === 0 ? '' : ` data-also="${also.join(' ')}"`;
  const cells = [
    `<th scope="row" role="rowheader" data-label="caller">${xmlText(caller)}</th>`,
    cell('callee', xmlText(callee)),
    cell('only if', conditions.length === 0 ? '<em>always</em>' : lines(conditions)),
    cell('transport', xmlText(transport)),
    cell('decided by', policies.length === 0 ? '<em>no policy</em>' : lines(joinPlaces(policies))),
  ];
  return `<tr role="row" data-from="${from}" data-to="${to}"${others}>${cells.join('')}</tr>`;
}

/** `a (f:1)` and `a (f:2)` as `a (f:1, 2)`: a path that is repeated for every rule makes the row as high as the screen. */
function joinPlaces(policies: readonly string[]): readonly string[] {
  const joined = new Map<string, string[]>();
  for (const policy of policies) {
    const [, place = policy, line] = /^(.*:)(\d+)\)$/s.exec(policy) ?? [];
    joined.set(place, [...(joined.get(place) ?? []), ...(line === undefined ? [] : [line])]);
  }
  return [...joined].map(([place, numbers]) => (numbers.length === 0 ? place : `${place}${numbers.join(', ')})`));
}

function cell(label: string, content: string): string {
  return `<td role="cell" data-label="${label}">${content}</td>`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `<div>${xmlText(text)}</div>`).join('');
}
