import { removedApi } from '../../../../upstream/releases/removed-apis';
import { defineRule } from '../../rule';

const budget = (version: string) =>
  `apiVersion: policy/${version}\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}\n`;

/** A version of an API that no supported release of Kubernetes serves. */
export const API_VERSION_REMOVED_RULE = defineRule({
  id: 'api-version-removed',
  subject: 'Kubernetes basics',
  since: '0.1.0',
  severity: 'error',
  title: 'API version that Kubernetes removed',
  found: '{kind} of {version} was removed in Kubernetes {release}',
  why: 'The API server has no such kind and refuses the object.',
  fix: 'use {now}',
  source: 'kubernetes.io/docs/reference/using-api/deprecation-guide',
  wrong: budget('v1beta1'),
  right: budget('v1'),
  check({ manifests }, report) {
    for (const manifest of manifests.all) {
      if (manifest.shape !== 'kubernetes') continue;
      const { kind, apiVersion: version } = manifest;
      const [release, now] = removedApi(kind, version) ?? [];
      if (release !== undefined && now !== undefined) report(manifest, '/apiVersion', { kind, version, release, now });
    }
  },
});
