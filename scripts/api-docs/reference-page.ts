import { type ApiItem, declaration, room } from './api-item';
import { type DocComment, parseDocComment } from './doc-comment';
import type { EntryPoint } from './entry-points';
import type { Extracted } from './extract';

/** Where a symbol is described: the page of its entry point and the heading there. */
export type Links = (name: string, from: EntryPoint) => string;

/** Links to any exported symbol, on the page itself where it has it. */
export function linksBetween(entries: readonly Extracted[]): Links {
  const headings = new Map(entries.map((entry) => [entry.entryPoint, anchors(entry)]));
  return (name, from) => {
    const own = headings.get(from)?.get(name);
    if (own !== undefined) return `#${own}`;
    const [page, there] = [...headings].find(([, symbols]) => symbols.has(name)) ?? [];
    if (page === undefined) throw new Error(`${from.path} links to ${name}, which no entry point exports`);
    return `${page.id}.md#${there?.get(name)}`;
  };
}

/** The symbols by room, in the order of the page. */
export function byRoom({ items }: Extracted): readonly (readonly [room: string, items: readonly ApiItem[]])[] {
  const rooms = [...new Set(items.map(room))].sort();
  return rooms.map((name) => [name, items.filter((item) => room(item) === name)]);
}

/** What GitHub makes of the headings: lower case, and a number for each that comes again. */
function anchors(entry: Extracted): ReadonlyMap<string, string> {
  const seen = new Map<string, number>();
  const anchor = (heading: string) => {
    const text = heading.toLowerCase().replaceAll(/[^\w-]/g, '');
    const times = seen.get(text) ?? 0;
    seen.set(text, times + 1);
    return times === 0 ? text : `${text}-${times}`;
  };
  anchor(entry.entryPoint.path);
  const result = new Map<string, string>();
  for (const [name, items] of byRoom(entry)) {
    anchor(name);
    for (const item of items) result.set(item.name ?? '', anchor(item.name ?? ''));
  }
  return result;
}

/** The reference of one entry point: a section per room, a heading per symbol. */
export function referencePage(entry: Extracted, links: Links): string {
  const { entryPoint } = entry;
  const write = (text: string) => linked(text, (name) => links(name, entryPoint));
  const sections = byRoom(entry).map(([name, items]) =>
    [`## ${name}`, ...items.map((item) => section(item, write))].join('\n\n'),
  );
  return `${[`# ${entryPoint.path}`, NOTICE, ...sections].join('\n\n')}\n`;
}

/** What stands on top of every page. */
export const NOTICE =
  '<!-- Written by `npm run docs:api` from the comments in lib/. Change those. -->\n\nSignatures alone are in the `.api.md` file beside this page.';

function section(item: ApiItem, write: (text: string) => string): string {
  const members = (item.members ?? []).filter((member) => !/\?: never;$/.test(declaration(member)));
  return [
    `### ${item.name}`,
    ...paragraphs(parseDocComment(item.docComment)).map(write),
    `\`\`\`ts\n${declaration(item)}\n\`\`\``,
    members.map((member) => entry(member, write)).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function entry(member: ApiItem, write: (text: string) => string): string {
  const signature = declaration(member).replaceAll(/\s+/g, ' ').replace(/;$/, '');
  const ticks = signature.includes('`') ? '``' : '`';
  const text = paragraphs(parseDocComment(member.docComment)).map(write);
  // Everything of a member belongs to its list entry.
  return [`- ${ticks}${signature}${ticks}`, ...text.map((paragraph) => paragraph.replace(/^(?=.)/gm, '  '))].join(
    '\n\n',
  );
}

function paragraphs(comment: DocComment): readonly string[] {
  return [
    comment.summary,
    ...comment.params.map(({ name, text }) => `\`${name}\`: ${text}`),
    comment.returns && `Returns ${comment.returns}`,
    comment.defaultValue && `Default: ${defaultText(comment.defaultValue)}`,
    ...comment.throws.map((text) => `Throws ${text}`),
  ].filter((text) => text !== '');
}

/** `value - remark`, or `- prose` where no literal says it. */
function defaultText(text: string): string {
  const [, value = text, remark] = /^(.*?)(?:(?:^| )- ([\s\S]*))?$/s.exec(text) ?? [];
  return [value && `\`${value}\``, remark].filter(Boolean).join(', ');
}

function linked(text: string, link: (name: string) => string): string {
  return text.replaceAll(/\{@link\s+([\w.]+)(?:\s*\|\s*([^}]+))?\}/g, (_, target: string, label?: string) => {
    const [symbol = target] = target.split('.');
    return `[${label ?? target}](${link(symbol)})`;
  });
}
