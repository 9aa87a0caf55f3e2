import {
  isObject,
  type JsonObject,
  listAt,
  type Manifest,
  type ManifestSet,
  objectAt,
  textAt,
  textsAt,
  toPointer,
} from '../../manifests';

/** A mesh configuration, wherever it is written: IstioOperator, Helm values, or the `istio` ConfigMap. */
export interface MeshSettings {
  readonly manifest: Manifest;
  readonly body: JsonObject;
  /** JSON pointer to it. */
  readonly pointer: string;
  readonly trustDomain: string | undefined;
  readonly trustDomainAliases: readonly string[];
  /** Environment of every proxy. */
  readonly proxyMetadata: Readonly<Record<string, string>>;
}

/** Helm values of the istiod chart, wherever they are written. */
export interface InstallValues {
  readonly manifest: Manifest;
  readonly body: JsonObject;
  /** JSON pointer to them. */
  readonly pointer: string;
}

/** All mesh configurations among the manifests. */
export function findMeshSettings(manifests: ManifestSet): readonly MeshSettings[] {
  const found: MeshSettings[] = [];
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

/** All istiod values among the manifests; the gateway chart's are not among them. */
export function findInstallValues(manifests: ManifestSet): readonly InstallValues[] {
  const found: InstallValues[] = [];
  for (const manifest of manifests.ofKind('IstioOperator')) {
    const body = manifest.body.spec;
    const values = isObject(body) ? objectAt(body, 'values') : {};
    found.push({ manifest, body: values, pointer: '/spec/values' });
  }
  for (const manifest of manifests.ofKind('HelmValues')) found.push({ manifest, body: manifest.body, pointer: '' });
  return found;
}
