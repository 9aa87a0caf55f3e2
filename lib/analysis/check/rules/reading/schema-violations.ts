import type { Manifest } from '../../../../model/documents/manifest';
import type { ManifestSet } from '../../../../model/documents/manifest-set';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { isNewerThanSchema, type SchemaProduct } from '../../../../upstream/releases/schema-releases';
import { type StrictViolation, validateStrictly } from '../../../schema/validate-strictly';
import type { CheckContext } from '../../context/check-context';
import { oncePerContext } from '../../context/once-per-context';

/** A difference and the document it is in. */
export interface Difference {
  readonly manifest: Manifest;
  readonly violation: StrictViolation;
}

/** Names of files and directories with parts of objects, which somebody applies as such. */
const PATCH = /(?:^|[\\/_.-])patch(?:es)?[\\/_.-]/i;

/** Whether a document may lack what another program adds: kustomize gives selectors and namespaces, and a patch has nothing but what it changes. */
export function isPartial(manifests: ManifestSet, manifest: Manifest): boolean {
  return manifests.isUnfinished(manifest) || PATCH.test(manifest.file);
}

/** All differences from the schemas, for the rules that report them. */
export const violations = oncePerContext((context): readonly Difference[] => {
  const found: Difference[] = [];
  for (const manifest of context.manifests.all) {
    const partial = isPartial(context.manifests, manifest);
    for (const violation of validateStrictly(manifest, context.target, partial)) found.push({ manifest, violation });
  }
  return found;
});

/** The product that reads a document, if its fields are known up to a release. */
export function productOf({ shape, apiVersion }: Manifest): SchemaProduct | undefined {
  switch (shape) {
    case 'teleport':
    case 'tbot-config':
      return 'teleport';
    case 'istio-operator':
    case 'helm-values':
    case 'mesh-config':
    case 'annotation':
      return 'istio';
    default:
      if (/(?:^|\.)istio\.io\//.test(apiVersion)) return 'istio';
      return apiVersion.startsWith('resources.teleport.dev/') ? 'teleport' : undefined;
  }
}

/**
 * Whether an unknown name may be one that came after the schemas: the target is newer than they are, and no known name is
 * so near that it is a slip.
 */
export function mayBeNew({ target }: CheckContext, manifest: Manifest, violation: StrictViolation): boolean {
  if (violation.type === 'invalid-value' || violation.meant !== undefined) return false;
  const product = productOf(manifest);
  return product !== undefined && isNewerThanSchema(target, product);
}

/** Files that pin a release of Istio which is older than all whose fields are known. */
const oldFiles = oncePerContext(
  ({ istioReleases }): ReadonlySet<string> =>
    new Set(
      istioReleases
        .filter(({ version }) => !RELEASE_FACTS.fitsOverlay.holds(version))
        .map(({ manifest }) => manifest.file),
    ),
);

/** `warning` for what may have been right in the old release that the file itself is for. */
export function certaintyOf(context: CheckContext, manifest: Manifest): 'warning' | undefined {
  return productOf(manifest) === 'istio' && oldFiles(context).has(manifest.file) ? 'warning' : undefined;
}
