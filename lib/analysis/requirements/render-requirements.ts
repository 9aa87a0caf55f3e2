import type { SourceLocation } from '../../base/source-location';
import type { ComponentRequirements } from './read-requirements';

/** Puts a text into the colour of what is well or is not. */
export type RequirementPainter = (isMet: boolean, text: string) => string;

/** For people: each component with its release, and what it takes and why. */
export function requirementsToText(
  components: readonly ComponentRequirements[],
  paint: RequirementPainter = (_, text) => text,
): string {
  return components
    .map(({ component, release, namedAt, requirements }) => {
      const where = namedAt === undefined ? 'not in the manifests: from --target, or the default' : place(namedAt);
      const lines = requirements.map(
        ({ needs, because, location, isMet }) =>
          `  ${paint(isMet, isMet ? 'ok     ' : 'NOT MET')}  ${needs}: ${because} (${place(location)})\n`,
      );
      return `${component} ${release} (${where})\n${lines.join('') || '  nothing in the manifests requires a specific release\n'}`;
    })
    .join('\n')
    .concat(teleportNote(components));
}

/** For programs. */
export function requirementsToJson(components: readonly ComponentRequirements[]): string {
  const plain = components.map(({ release, ...rest }) => ({ ...rest, release: release.toString() }));
  return `${JSON.stringify({ components: plain }, undefined, 2)}\n`;
}

/** What no manifest can show: the release of the cluster tbot joins. */
function teleportNote(components: readonly ComponentRequirements[]): string {
  const tbot = components.find(({ component, requirements }) => component === 'Teleport' && requirements.length > 0);
  const major = tbot?.release.major;
  return major === undefined
    ? ''
    : `\nThe Teleport cluster itself must be ${major} or newer: it does not accept a tbot of a newer major version than its own.\n`;
}

function place({ file, line }: SourceLocation): string {
  return `${file}:${line}`;
}
