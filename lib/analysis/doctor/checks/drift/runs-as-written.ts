import { type Manifest, refOf } from '../../../../model/documents/manifest';
import { ManifestSet } from '../../../../model/documents/manifest-set';
import { readManifests } from '../../../../model/documents/read-manifests';
import { isSelective } from '../../../../model/policy/policy-attachment';
import { shownName } from '../../../../model/secrets/known-secrets';
import type { ManifestDiff } from '../../../diff/diff-manifests';
import { diffCluster } from '../../../diff/diff-manifests';
import { wasAsked } from '../../asked';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck, type HealthSink } from '../../health-check';
import { slimObject } from '../../slim-object';

/** How many fields of an object are named. */
const FIELDS = 3;

/** Whether what runs is what was written. */
export const RUNS_AS_WRITTEN_CHECK = defineCheck({
  id: 'runs-as-written',
  group: 'drift',
  title: 'the cluster matches the manifests',
  looksAt:
    'every object of the --expect manifests, compared field by field with the cluster, and AuthorizationPolicies that only the cluster has, in namespaces for whose workloads the manifests have some',
  needs: [],
  cause: 'The cluster was changed by hand, or the manifests were not applied after a change.',
  fix: 'npx teleport-istio diff --cluster dist/ shows every field; then kubectl apply -f dist/',
  source: 'kubernetes.io/docs/concepts/overview/working-with-objects/object-management',
  fires: () => exampleSnapshot({ objects: { 'authorizationpolicies.security.istio.io': [] } }),
  quiet: () => exampleSnapshot(),
  check(mesh, sink) {
    const { expected } = mesh;
    if (expected === undefined) return;
    const asked: Manifest[] = [];
    let isSaid = false;
    for (const manifest of expected.all.filter(isObjectOfCluster)) {
      const answer = wasAsked(mesh, manifest);
      if (answer.kind === 'asked') asked.push(manifest);
      if (answer.kind !== 'not-asked') continue;
      isSaid = true;
      sink.unseen(nameOf(manifest), answer.because);
    }
    for (const object of diffOf(mesh.manifests, expected, asked).objects) {
      const fields = object.fields.slice(0, FIELDS).map(({ path }) => path);
      const more = object.fields.length > FIELDS ? [`and ${object.fields.length - FIELDS} more fields`] : [];
      sink.found({
        severity: object.kind === 'added' ? 'error' : 'warning',
        found:
          object.kind === 'added'
            ? `${object.object} is not in the cluster`
            : `${object.object} differs from the manifest`,
        evidence: [...fields, ...more],
      });
    }
    reportAdded(mesh.manifests, expected, sink);
    sink.looked(asked.length);
    // Whoever names manifests wants to hear of it: installers' files alone are in no cluster.
    if (asked.length === 0 && !isSaid) sink.unseen('the manifests of --expect', 'they contain no object to compare');
  },
});

/**
 * Reports policies that nobody wrote, where the manifests have those of single workloads: with one more, others may call. Of
 * other namespaces the manifests may have only what everybody has, as that all is denied.
 */
function reportAdded(live: ManifestSet, expected: ManifestSet, sink: HealthSink): void {
  const written = expected.ofKind('AuthorizationPolicy');
  const names = new Set(written.map(refOf));
  const namespaces = new Set(written.filter(isSelective).map(({ namespace = 'default' }) => namespace));
  for (const manifest of live.ofKind('AuthorizationPolicy')) {
    if (!namespaces.has(manifest.namespace ?? 'default') || names.has(refOf(manifest))) continue;
    sink.found({
      severity: 'warning',
      found: `${nameOf(manifest)} is in the cluster, but not in the manifests`,
      cause: 'It was added by hand, or its manifest is elsewhere. It changes who may call whom.',
      fix: 'write it into the manifests, or delete it; --expect may be repeated for manifests in other directories',
    });
  }
}

function isObjectOfCluster({ shape, container }: Manifest): boolean {
  return shape === 'kubernetes' && container === undefined;
}

function nameOf(manifest: Manifest): string {
  const { kind, namespace } = manifest;
  const name = shownName(manifest);
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** The difference, by what a snapshot keeps of objects: what it leaves out of the cluster's is left out of the written ones too. */
function diffOf(live: ManifestSet, expected: ManifestSet, asked: readonly Manifest[]): ManifestDiff {
  const files = asked.map(({ file, body }) => {
    const slim = slimObject(body);
    return { file, text: JSON.stringify(slim), documents: [slim] };
  });
  const others = expected.all.filter(({ shape, container }) => shape !== 'kubernetes' && container === undefined);
  return diffCluster(live, new ManifestSet([...readManifests(files).manifests.all, ...others]));
}
