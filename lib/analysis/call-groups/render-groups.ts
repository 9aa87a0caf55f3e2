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
  const calls = counted === 'named' ? 'by calls of callers that a policy names' : 'by all calls that policies allow';
  if (groups.length === 0) return 'no workload has a certificate';
  return groups.length === 1
    ? `1 group, ${calls}: migrate everything together`
    : `${groups.length} groups, ${calls}: each can be migrated separately`;
}

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

function sections({ counted, joints, open, unprotected, aside, notEvaluated }: CallGroups): readonly Section[] {
  const all: readonly Section[] = [
    {
      title: 'without its gateway, a group would split:',
      lines: joints.map(({ gateway, parts }) => `${gateway}: ${parts.map((part) => part.join(', ')).join(' | ')}`),
    },
    {
      title:
        counted === 'named'
          ? 'left out, because their rules allow callers without naming them (migrate their callers together with them):'
          : 'grouped with all workloads, because their rules allow callers without naming them (--groups named leaves these out):',
      lines: open,
    },
    { title: 'grouped with all workloads, because they have no ALLOW policy:', lines: unprotected },
    {
      title: 'without a certificate to change:',
      lines: aside.map(({ workload, because }) => `${workload}: ${because}`),
    },
    { title: 'not evaluated:', lines: notEvaluated },
  ];
  return all.filter(({ lines }) => lines.length > 0);
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `   ${line}`);
}
