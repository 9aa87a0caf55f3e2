import { field, type Manifest, type ManifestSet, type SourceLocation, textsAt, toPointer } from '../manifests';

/** Annotation on an object that turns one rule off for it; the reason is its value. */
export const IGNORE_ANNOTATION_PREFIX = 'teleport-istio.dev/ignore.';

const NONE: readonly Suppression[] = [];

/** A wish not to hear of a rule at one place. */
export interface Suppression {
  readonly rule: string;
  /** Empty if none is given, which makes the suppression void. */
  readonly reason: string;
  /** Where it is written; worked out when asked for. */
  readonly location: () => SourceLocation;
  /** Whether it covers a finding about this manifest at this line. */
  covers(manifest: Manifest | undefined, location: SourceLocation): boolean;
}

/**
 * All suppressions: comments `# teleport-istio-ignore <rule>: <reason>` on the line they are for or above it, also
 * inside embedded documents; annotations `teleport-istio.dev/ignore.<rule>: <reason>` for everything in an object.
 */
export function findSuppressions(manifests: ManifestSet): readonly Suppression[] {
  return [
    ...manifests.files.flatMap(({ file, text }) => inComments(file, text)),
    ...manifests.all.flatMap(inAnnotations),
  ];
}

function inComments(file: string, text: string): readonly Suppression[] {
  if (!text.includes('teleport-istio-ignore')) return [];
  const lines = text.split('\n');
  return lines.flatMap((line, index): Suppression[] => {
    const found = /^(.*?)#[ \t]*teleport-istio-ignore[ \t]+([\w-]+)[ \t]*:?[ \t]*(.*)$/.exec(line.trimEnd());
    if (!found) return [];
    const { 1: before = '', 2: rule = '', 3: reason = '' } = found;
    let covered = index;
    if (before.trim() === '') {
      do covered += 1;
      while (/^\s*(?:#|$)/.test(lines[covered] ?? 'x'));
    }
    return [
      {
        rule,
        reason,
        location: () => ({ file, line: index + 1, column: before.length + 1 }),
        covers: (_, location) => location.file === file && location.line === covered + 1,
      },
    ];
  });
}

function inAnnotations(manifest: Manifest): readonly Suppression[] {
  if (manifest.container !== undefined || field(manifest.body, 'metadata', 'annotations') === undefined) return NONE;
  return Object.entries(textsAt(manifest.body, 'metadata', 'annotations'))
    .filter(([key]) => key.startsWith(IGNORE_ANNOTATION_PREFIX))
    .map(([key, reason]) => ({
      rule: key.slice(IGNORE_ANNOTATION_PREFIX.length),
      reason,
      location: () => manifest.locate(toPointer('metadata', 'annotations', key)),
      covers: (about) => about !== undefined && outermost(about) === manifest,
    }));
}

function outermost(manifest: Manifest): Manifest {
  return manifest.container ? outermost(manifest.container.manifest) : manifest;
}
