import { markdownText } from '../../base/markdown-text';
import { portName } from '../access/named-port';
import { describeCondition } from '../matrix/access-condition';
import { cellText } from '../matrix/render-matrix';
import type { CallsBetween, NotListed } from './calls-between';

/** For terminals. */
export function callsToText({ calls, notListed }: CallsBetween): string {
  const [from, to] = [
    Math.max(0, ...calls.map((call) => call.from.length)),
    Math.max(0, ...calls.map((target) => calleeOf(target).length)),
  ];
  const lines = calls.map((call) =>
    `${call.from.padEnd(from)} → ${calleeOf(call).padEnd(to)} ${cellText(call.cell)}`.trimEnd(),
  );
  const sum = `${calls.length} ${calls.length === 1 ? 'call' : 'calls'} between clusters of one mesh`;
  return `${[...lines, ...(lines.length > 0 ? [''] : []), sum, ...notListed.map((one) => `not evaluated: ${notListedText(one)}`)].join('\n')}\n`;
}

/** For pull requests. */
export function callsToMarkdown({ calls, notListed }: CallsBetween): string {
  const rows = calls.map(
    (call) => `| ${[call.from, calleeOf(call), cellText(call.cell)].map(markdownText).join(' | ')} |`,
  );
  const table = rows.length === 0 ? [] : ['| caller | callee | access |', '| --- | --- | --- |', ...rows, ''];
  const sum = `${calls.length} ${calls.length === 1 ? 'call' : 'calls'} between clusters of one mesh`;
  return `${[...table, sum, ...notListed.map((one) => `- not evaluated: ${markdownText(notListedText(one))}`)].join('\n')}\n`;
}

/** Calls as they stand in JSON. */
export function plainCalls({ calls, notListed }: CallsBetween): object {
  return {
    calls: calls.map(({ from, to, cell }) => ({
      from,
      to,
      port: cell.port.port,
      portName: cell.port.name,
      access: cell.access,
      conditions: cell.conditions.map((condition) => ({
        effect: condition.effect,
        text: describeCondition(condition),
      })),
    })),
    notEvaluated: notListed.map(notListedText),
  };
}

function calleeOf({ to, cell }: CallsBetween['calls'][number]): string {
  return `${to}:${portName(cell.port)}`;
}

/** As a sentence. */
function notListedText({ from, to, because }: NotListed): string {
  return `${from} → ${to}: ${because}.`;
}
