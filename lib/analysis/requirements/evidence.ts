import { listAt, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { Cluster } from '../../model/cluster/cluster';
import type { ManifestSet } from '../../model/documents/manifest-set';
import type { Installation, ManifestPointer } from '../../model/installation/installation';
import { findIstioReleases, type NamedRelease } from '../../model/installation/istio-releases';
import { imageTag } from '../../upstream/kubernetes/known-images';
import { podTemplatePath } from '../../upstream/kubernetes/pod-template';
import { Version } from '../../upstream/releases/version';

/** What the manifests say about releases and about what they use. */
export class Evidence {
  public constructor(public readonly manifests: ManifestSet) {}

  /** Releases of an image; floating tags and digests alone name none. */
  public releasesOfImage(image: RegExp): readonly NamedRelease[] {
    return this.containers().flatMap(({ manifest, pointer, image: reference }) => {
      const version = image.test(reference) ? Version.tryParse(imageTag(reference)) : undefined;
      return version === undefined ? [] : [{ manifest, pointer, version }];
    });
  }

  /** The first place where an image is used, whatever its release. */
  public imageUse(image: RegExp): ManifestPointer | undefined {
    return this.containers().find(({ image: reference }) => image.test(reference));
  }

  /** Releases of Istio that the manifests pin. */
  public istioTags(): readonly NamedRelease[] {
    return findIstioReleases(this.manifests);
  }

  /** Every installation of istiod. */
  public get installations(): readonly Installation[] {
    return Cluster.of(this.manifests).installations;
  }

  private containers(): readonly (ManifestPointer & { readonly image: string })[] {
    return this.manifests.all.flatMap((manifest) => {
      const path = [...podTemplatePath(manifest.kind), 'spec'];
      return ['initContainers', 'containers'].flatMap((list) =>
        listAt(manifest.body, ...path, list).flatMap((container, index) => {
          const image = textAt(container, 'image');
          return image === undefined ? [] : [{ manifest, pointer: toPointer(...path, list, index, 'image'), image }];
        }),
      );
    });
  }
}
