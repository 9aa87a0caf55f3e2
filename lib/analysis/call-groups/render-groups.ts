import { markdownText } from '../../base/markdown-text';
import type { CallGroups } from './call-groups';

/** For terminals. */
export function groupsToText(result: CallGroups): string {
  const width = String(result.groups.length).length;
  const groups = result.groups.map((group, index) => `${String(index + 1).padStart(width)}  ${group.join(', ')}`);
  return [
    heading(result),
    '',
    ...groups,
    ...sections(result).flatMap(({ title, lines }) => ['', title, ...indent(lines)]),
    '',
  ].join('\n');
}

/** For pull requests and plans. */
export function groupsToMarkdown(result: CallGroups): string {
  const groups = result.groups.map((group, index) => `${index + 1}. ${markdownText(group.join(', '))}`);
  const more = sections(result).flatMap(({ title, lines }) => [
    '',
    title,
    '',
    ...lines.map((line) => `- ${markdownText(line)}`),
  ]);
  return [heading(result), '', ...groups, ...more, ''].join('\n');
}

/** For programs. */
export function groupsToJson(result: CallGroups): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

function heading({ groups, counted }: CallGroups): string {
  const calls =
    counted === 'named' ? 'of calls by callers whom a policy names' : 'of all calls that policies let through';
  if (groups.length === 0) return 'no workload has a certificate';
  return groups.length === 1
    ? `1 group, ${calls}: everything moves together`
    : `${groups.length} groups, ${calls}: each may move on a day of its own`;
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function sections({ counted, joints, open, unprotected, aside, notEvaluated }: CallGroups): readonly Section[] {
  const all: readonly Section[] = [
    {
      title: 'without its gateway a group would be several:',
      lines: joints.map(({ gateway, parts }) => `${gateway}: ${parts.map((part) => part.join(', ')).join(' | ')}`),
    },
    {
      title:
        counted === 'named'
          ? 'left out, because their rules let in callers they do not name (who calls these has to move with them):'
          : 'joined with everybody, because their rules let in callers they do not name (--groups named leaves that out):',
      lines: open,
    },
    { title: 'joined with everybody, because they have no ALLOW policy:', lines: unprotected },
    {
      title: 'no certificate to change:',
      lines: aside.map(({ workload, because }) => `${workload}: ${because}`),
    },
    { title: 'not looked at:', lines: notEvaluated },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `   ${line}`);
}
