import {
  field,
  type Manifest,
  type ManifestSet,
  podTemplatePath,
  type SourceLocation,
  textsAt,
  toPointer,
} from '../manifests';

/** Annotation on an object that turns one rule off for it; the reason is its value. */
export const IGNORE_ANNOTATION_PREFIX = 'teleport-istio.dev/ignore.';

/** Word of a comment that turns one rule off at its place. */
const IGNORE_COMMENT = 'teleport-istio-ignore';

const NONE: readonly Suppression[] = [];

/** A wish not to hear of a rule at one place. */
export interface Suppression {
  readonly rule: string;
  /** Empty if none is given, which makes the suppression void. */
  readonly reason: string;
  /** Where it is written; worked out when asked for. */
  readonly location: () => SourceLocation;
  /** The line or the object it is for; undefined if it is for nothing. */
  readonly scope: SourceLocation | Manifest | undefined;
}

/**
 * All suppressions: comments `# teleport-istio-ignore <rule>: <reason>` on the line they are for or above it, also
 * inside embedded documents; annotations `teleport-istio.dev/ignore.<rule>: <reason>` for everything in an object, which
 * may also stand on the object's pods.
 */
export class Suppressions {
  public readonly all: readonly Suppression[];
  private readonly byScope = new Map<string | Manifest, Suppression[]>();

  public constructor(manifests: ManifestSet) {
    this.all = [
      ...inComments(manifests),
      ...manifests.all.flatMap(inAnnotations),
      // What a List says of itself is not for its items, so there it hides nothing.
      ...manifests.lists.flatMap((list) => inAnnotations(list).map((one) => ({ ...one, scope: undefined }))),
    ];
    for (const suppression of this.all) {
      const { scope } = suppression;
      if (scope === undefined) continue;
      const key = 'body' in scope ? scope : lineKey(scope);
      const others = this.byScope.get(key);
      if (others) others.push(suppression);
      else this.byScope.set(key, [suppression]);
    }
  }

  /** Those for a finding about this manifest at this line. */
  public covering(manifest: Manifest | undefined, location: SourceLocation): readonly Suppression[] {
    const ofLine = this.byScope.get(lineKey(location)) ?? NONE;
    const ofObject = manifest === undefined ? NONE : (this.byScope.get(outermost(manifest)) ?? NONE);
    return [...ofLine, ...ofObject];
  }
}

function lineKey({ file, line }: SourceLocation): string {
  return `${line} ${file}`;
}

function inComments(manifests: ManifestSet): readonly Suppression[] {
  return manifests.comments(IGNORE_COMMENT).flatMap(({ text, location, about }): readonly Suppression[] => {
    const [, rule = '', rest = ''] = /^[ \t]*teleport-istio-ignore[ \t]+([\w-]+)(.*)$/s.exec(text) ?? [];
    if (rule === '') return [];
    const reason = rest.trimStart().startsWith(':') ? rest.trimStart().slice(1).trim() : '';
    return [{ rule, reason, location: () => location, scope: about }];
  });
}

function inAnnotations(manifest: Manifest): readonly Suppression[] {
  if (manifest.container !== undefined) return NONE;
  const ofPods = podTemplatePath(manifest.kind);
  return [
    ...annotationsAt(manifest, ['metadata', 'annotations']),
    ...(ofPods.length > 0 ? annotationsAt(manifest, [...ofPods, 'metadata', 'annotations']) : NONE),
  ];
}

function annotationsAt(manifest: Manifest, path: readonly string[]): readonly Suppression[] {
  if (field(manifest.body, ...path) === undefined) return NONE;
  return Object.entries(textsAt(manifest.body, ...path))
    .filter(([key]) => key.startsWith(IGNORE_ANNOTATION_PREFIX))
    .map(([key, reason]) => ({
      rule: key.slice(IGNORE_ANNOTATION_PREFIX.length),
      reason: reason.trim(),
      location: () => manifest.locate(toPointer(...path, key)),
      scope: manifest,
    }));
}

function outermost(manifest: Manifest): Manifest {
  return manifest.container ? outermost(manifest.container.manifest) : manifest;
}
