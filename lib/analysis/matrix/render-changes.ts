import { markdownText } from '../../base/markdown-text';
import { portName } from '../access/named-port';
import type { AccessChange } from './access-change';
import { describeCondition } from './access-condition';
import type { AccessCondition } from './condition';

const WORDS: Readonly<Record<AccessChange['kind'], string>> = {
  opened: 'OPENED',
  widened: 'WIDENED',
  changed: 'CHANGED',
  encryption: 'ENCRYPTION',
  narrowed: 'NARROWED',
  closed: 'CLOSED',
  unknown: 'UNKNOWN',
};

/** What lets more through stands first, as that is what a reviewer looks for. */
const ORDER: readonly AccessChange['kind'][] = [
  ...(['opened', 'widened', 'changed', 'unknown', 'encryption', 'narrowed', 'closed'] as const),
];

/** For terminals: one line for each change, openings first. */
export function changesToText(changes: readonly AccessChange[]): string {
  if (changes.length === 0) return 'No pair gains or loses access.\n';
  return inOrder(changes)
    .map(
      (change) =>
        `${WORDS[change.kind].padEnd(10)} ${change.from} → ${change.to}:${portName(change.port)}${suffix(change)}\n`,
    )
    .join('');
}

/** For programs. */
export function changesToJson(changes: readonly AccessChange[]): string {
  return `${JSON.stringify({ changes: plainChanges(changes) }, undefined, 2)}\n`;
}

/** Changes in their JSON form, openings first. */
export function plainChanges(changes: readonly AccessChange[]): readonly object[] {
  return inOrder(changes).map(({ port, added, removed, ...change }) => ({
    ...change,
    port: port.port,
    portName: port.name,
    added: added.map(conditionLine),
    removed: removed.map(conditionLine),
  }));
}

/** For pull requests. */
export function changesToMarkdown(changes: readonly AccessChange[]): string {
  if (changes.length === 0) return 'No pair gains or loses access.\n';
  const rows = inOrder(changes).map((change) => {
    const cells = [
      `**${change.kind}**`,
      change.from,
      `${change.to}:${portName(change.port)}`,
      details(change).join('; '),
    ];
    return `| ${cells.map((text, index) => (index === 0 ? text : markdownText(text))).join(' | ')} |`;
  });
  return ['| change | caller | callee | conditions |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function inOrder(changes: readonly AccessChange[]): readonly AccessChange[] {
  return ORDER.flatMap((kind) => changes.filter((change) => change.kind === kind));
}

function suffix(change: AccessChange): string {
  const found = details(change);
  return found.length === 0 ? '' : `: ${found.join('; ')}`;
}

function details({ added, removed, kind, because, transport }: AccessChange): readonly string[] {
  if (because !== undefined) return [because];
  const conditions = [
    ...added.map((one) => `+ ${conditionLine(one)}`),
    ...removed.map((one) => `- ${conditionLine(one)}`),
  ];
  const changed = transport.before !== transport.after && kind !== 'opened' && kind !== 'closed';
  return [
    ...conditions,
    ...(changed ? [`${transport.before ?? 'unknown'} became ${transport.after ?? 'unknown'}`] : []),
  ];
}

/** A condition with its effect: `if GET /a`. */
function conditionLine(condition: AccessCondition): string {
  return `${condition.effect} ${describeCondition(condition)}`;
}
