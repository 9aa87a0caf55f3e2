import { entryPoints } from './entry-points';
import { type Extracted, extract } from './extract';
import { problems } from './problems';
import { byRoom, type Links, linksBetween, NOTICE, referencePage } from './reference-page';

/**
 * The files of docs/api: file name to text. They are made from the compiled declarations.
 *
 * @throws Error naming every public symbol without a comment and every type that cannot be imported
 */
export function apiDocs(): ReadonlyMap<string, string> {
  const entries = entryPoints().map(extract);
  const found = problems(entries);
  if (found.length > 0) throw new Error(found.join('\n'));
  const links = linksBetween(entries);
  return new Map([
    ['README.md', surface(entries, links)],
    ...entries.flatMap((entry): [string, string][] => [
      [`${entry.entryPoint.id}.api.md`, entry.report],
      [`${entry.entryPoint.id}.md`, referencePage(entry, links)],
    ]),
  ]);
}

/** The public surface on one page: every name that can be imported. */
function surface(entries: readonly Extracted[], links: Links): string {
  const lists = entries.map((entry) => {
    const { id, path } = entry.entryPoint;
    const lines = byRoom(entry).map(([room, items]) => {
      const names = items.map(({ name = '' }) => `[${name}](${id}.md${links(name, entry.entryPoint)})`);
      return `- **${room}**: ${names.join(', ')}`;
    });
    return `## [${path}](${id}.md)\n\n${lines.join('\n')}`;
  });
  const [notice] = NOTICE.split('\n');
  const intro = 'Every name that can be imported, by entry point and room of the sources.';
  return `${['# Public surface', notice, intro, ...lists].join('\n\n')}\n`;
}
