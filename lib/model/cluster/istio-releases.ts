import { field, listAt, scalarText, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { ISTIO_IMAGE, imageTag } from '../../upstream/kubernetes/known-images';
import { podTemplatePath } from '../../upstream/kubernetes/pod-template';
import { Version } from '../../upstream/releases/version';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A release that a manifest names. */
export interface NamedRelease {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly version: Version;
}

/** Releases of Istio that the manifests pin: tags of an installation, and images of istiod and its proxies. */
export function findIstioReleases(manifests: ManifestSet): readonly NamedRelease[] {
  const tags = (kind: string, ...path: readonly string[]) =>
    manifests
      .ofKind(kind)
      .flatMap((manifest) => named(manifest, toPointer(...path), scalarText(field(manifest.body, ...path))));
  return [
    ...tags('IstioOperator', 'spec', 'tag'),
    ...tags('IstioOperator', 'spec', 'values', 'global', 'tag'),
    ...tags('HelmValues', 'global', 'tag'),
    ...manifests.all.flatMap(imageReleases),
  ];
}

function imageReleases(manifest: Manifest): readonly NamedRelease[] {
  const path = [...podTemplatePath(manifest.kind), 'spec'];
  return ['initContainers', 'containers'].flatMap((list) =>
    listAt(manifest.body, ...path, list).flatMap((container, index) => {
      const image = textAt(container, 'image') ?? '';
      return ISTIO_IMAGE.test(image) ? named(manifest, toPointer(...path, list, index, 'image'), imageTag(image)) : [];
    }),
  );
}

function named(manifest: Manifest, pointer: string, text: string | undefined): readonly NamedRelease[] {
  const version = Version.tryParse(text ?? '');
  return version === undefined ? [] : [{ manifest, pointer, version }];
}
