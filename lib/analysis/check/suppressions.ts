import { addTo } from '../../base/add-to';
import { textsAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import type { SourceLocation } from '../../base/source-location';
import type { Manifest } from '../../model/documents/manifest';
import type { ManifestSet } from '../../model/documents/manifest-set';
import { podAnnotationsPath } from '../../upstream/kubernetes/pod-template';

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
  /** The line or the object that it applies to; undefined if it applies to nothing. */
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
      ...inAnnotations(manifests.all),
      // What a List says of itself is not for its items, so there it hides nothing.
      ...inAnnotations(manifests.lists).map((one) => ({ ...one, scope: undefined })),
    ];
    for (const suppression of this.all) {
      const { scope } = suppression;
      if (scope === undefined) continue;
      addTo(this.byScope, 'body' in scope ? scope : lineKey(scope), suppression);
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

function inAnnotations(manifests: readonly Manifest[]): readonly Suppression[] {
  const found: Suppression[] = [];
  for (const manifest of manifests) {
    if (manifest.container !== undefined) continue;
    const ofPods = podAnnotationsPath(manifest.kind);
    addAnnotations(found, manifest, OWN_ANNOTATIONS);
    if (ofPods.length > OWN_ANNOTATIONS.length) addAnnotations(found, manifest, ofPods);
  }
  return found;
}

const OWN_ANNOTATIONS = ['metadata', 'annotations'];

function addAnnotations(found: Suppression[], manifest: Manifest, path: readonly string[]): void {
  const annotations = textsAt(manifest.body, ...path);
  for (const key in annotations) {
    if (!key.startsWith(IGNORE_ANNOTATION_PREFIX)) continue;
    found.push({
      rule: key.slice(IGNORE_ANNOTATION_PREFIX.length),
      reason: annotations[key]?.trim() ?? '',
      location: () => manifest.locate(toPointer(...path, key)),
      scope: manifest,
    });
  }
}

function outermost(manifest: Manifest): Manifest {
  return manifest.container ? outermost(manifest.container.manifest) : manifest;
}
