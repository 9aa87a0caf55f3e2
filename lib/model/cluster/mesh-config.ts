import { type JsonObject, listAt, objectAt, textAt, textsAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';

/** A mesh configuration, wherever it is written: IstioOperator, Helm values, or the `istio` ConfigMap. */
export interface MeshConfig {
  readonly manifest: Manifest;
  readonly body: JsonObject;
  /** JSON pointer to it. */
  readonly pointer: string;
  readonly trustDomain: string | undefined;
  readonly trustDomainAliases: readonly string[];
  /** Environment of every proxy. */
  readonly proxyMetadata: Readonly<Record<string, string>>;
}

/** All mesh configurations among the manifests. */
export function findMeshConfigs(manifests: ManifestSet): readonly MeshConfig[] {
  const found: MeshConfig[] = [];
  const add = (manifest: Manifest, ...path: readonly string[]) => {
    const body = objectAt(manifest.body, ...path);
    if (path.length > 0 && Object.keys(body).length === 0) return;
    found.push({
      manifest,
      body,
      pointer: toPointer(...path),
      trustDomain: textAt(body, 'trustDomain'),
      trustDomainAliases: listAt(body, 'trustDomainAliases').filter((alias) => typeof alias === 'string'),
      proxyMetadata: textsAt(body, 'defaultConfig', 'proxyMetadata'),
    });
  };
  for (const manifest of manifests.ofKind('IstioOperator')) {
    add(manifest, 'spec', 'meshConfig');
    add(manifest, 'spec', 'values', 'meshConfig');
  }
  for (const manifest of manifests.ofKind('HelmValues')) add(manifest, 'meshConfig');
  for (const manifest of manifests.ofKind('MeshConfig')) add(manifest);
  return found;
}
