import { addTo } from '../../base/add-to';
import { field, isObject, type JsonObject, listAt, objectAt, scalarText, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import {
  ENVIRONMENT_IN_OPERATOR,
  ENVIRONMENT_IN_VALUES,
  ISTIOD_CONTAINER,
  ISTIOD_NAME,
} from '../../upstream/istio/istiod-environment';
import { overlaySettings } from '../../upstream/istio/mesh-config';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { type ChartRelease, chartReleases, hasIstiodValues } from './chart-releases';
import { Installation, type IstiodVariable, type MeshConfigLayer } from './installation';

/**
 * Every installation of Istio's control plane among the manifests: of meshes that run first, then for istioctl, then for
 * Helm. An IstioOperator written in several files is one, and so are all files of values: layers of one release.
 */
export function findInstallations(manifests: ManifestSet): readonly Installation[] {
  return [...running(manifests), ...byIstioctl(manifests), ...byHelm(manifests)];
}

/** By the `istio` ConfigMap, which has all that istiod gets, with the environment of istiod's Deployment. */
function running(manifests: ManifestSet): readonly Installation[] {
  const configs = manifests.ofKind('MeshConfig');
  if (configs.length === 0) return [];
  const environment = manifests.ofKind('Deployment', 'apps').flatMap(deployedEnvironment);
  return configs.map(
    (manifest) =>
      new Installation({
        by: 'cluster',
        layers: [{ manifest, pointer: '', body: manifest.body }],
        values: {},
        environment,
        incomplete: undefined,
      }),
  );
}

function deployedEnvironment(manifest: Manifest): readonly IstiodVariable[] {
  if (!ISTIOD_NAME.test(manifest.name)) return [];
  return listAt(manifest.body, 'spec', 'template', 'spec', 'containers').flatMap((container, index) =>
    textAt(container, 'name') === ISTIOD_CONTAINER
      ? listedVariables(
          manifest,
          ['spec', 'template', 'spec', 'containers', String(index), 'env'],
          listAt(container, 'env'),
        )
      : [],
  );
}

function byIstioctl(manifests: ManifestSet): readonly Installation[] {
  return istioctlReleases(manifests.ofKind('IstioOperator').filter(hasControlPlane)).map(
    (operators) =>
      new Installation({
        by: 'istioctl',
        layers: ['values', ''].flatMap((place) =>
          operators.map((operator) => layerAt(operator, place === '' ? ['spec'] : ['spec', place])),
        ),
        values: mergedValues(operators.map(({ body }) => objectAt(body, 'spec', 'values'))),
        environment: [
          ...operators.flatMap((operator) => variables(operator, ['spec', 'values'])),
          ...operators.flatMap((operator) =>
            listedVariables(operator, ENVIRONMENT_IN_OPERATOR, listAt(operator.body, ...ENVIRONMENT_IN_OPERATOR)),
          ),
        ],
        incomplete: undefined,
      }),
  );
}

/** IstioOperators by what istioctl takes for one: it marks what it makes with name, namespace and revision. */
export function istioctlReleases(operators: readonly Manifest[]): readonly (readonly Manifest[])[] {
  const byName = new Map<string, Manifest[]>();
  for (const operator of operators) {
    const revision = textAt(operator.body, 'spec', 'revision') ?? '';
    addTo(byName, `${operator.namespace ?? ''}/${operator.name}/${revision}`, operator);
  }
  return [...byName.values()];
}

/** Gateways are often installed by a file of their own, which has no istiod. */
function hasControlPlane({ body }: Manifest): boolean {
  if (isObject(field(body, 'spec', 'meshConfig')) || isObject(field(body, 'spec', 'values', 'meshConfig'))) return true;
  const enabled = field(body, 'spec', 'components', 'pilot', 'enabled');
  return enabled === true || (enabled !== false && textAt(body, 'spec', 'profile') !== 'empty');
}

function byHelm(manifests: ManifestSet): readonly Installation[] {
  const files = manifests.ofKind('HelmValues').filter(isFileForIstiod);
  const release = files.length === 0 ? [] : [ofValues(files, undefined)];
  return [...release, ...releasesOfOthers(manifests)];
}

/** Files of values for istiod; what the injector of a mesh that runs has in its ConfigMap lacks the mesh configuration. */
function isFileForIstiod({ container, body }: Manifest): boolean {
  return container === undefined && hasIstiodValues(body);
}

/** By Flux and by Argo CD. */
function releasesOfOthers(manifests: ManifestSet): readonly Installation[] {
  return chartReleases(manifests).flatMap((release) => (release.chart === 'istiod' ? [ofRelease(release)] : []));
}

function ofRelease({ manifest, source, values }: ChartRelease): Installation {
  const name = `${manifest.kind} ${manifest.name}`;
  if (values !== undefined) {
    return ofValues([values], source.hasOtherValues ? `${name} also reads values from elsewhere` : undefined);
  }
  const isUnread = source.hasOtherValues || source.values != null;
  return new Installation({
    by: 'helm',
    layers: [{ manifest, pointer: toPointer(...source.valuesPath, 'meshConfig'), body: {} }],
    values: {},
    environment: [],
    incomplete: isUnread ? `the values of ${name} are not among the files` : undefined,
  });
}

function ofValues(files: readonly Manifest[], incomplete: string | undefined): Installation {
  return new Installation({
    by: 'helm',
    layers: files.map((file) => layerAt(file, [])),
    values: mergedValues(files.map(({ body }) => body)),
    environment: files.flatMap((file) => variables(file, [])),
    incomplete,
  });
}

function layerAt(manifest: Manifest, path: readonly string[]): MeshConfigLayer {
  const whole = [...path, 'meshConfig'];
  return { manifest, pointer: toPointer(...whole), body: objectAt(manifest.body, ...whole) };
}

function mergedValues(layers: readonly JsonObject[]): JsonObject {
  const { meshConfig: _, ...values } = layers.reduce<JsonObject>(overlaySettings, {});
  return values;
}

function variables(manifest: Manifest, path: readonly string[]): readonly IstiodVariable[] {
  return ENVIRONMENT_IN_VALUES.flatMap((place) =>
    Object.entries(objectAt(manifest.body, ...path, ...place)).map(([name, setting]) => ({
      manifest,
      name,
      setting: scalarText(setting) ?? '',
      pointer: toPointer(...path, ...place, name),
    })),
  );
}

function listedVariables(
  manifest: Manifest,
  path: readonly string[],
  entries: ReturnType<typeof listAt>,
): readonly IstiodVariable[] {
  return entries.map((entry, index) => ({
    manifest,
    name: textAt(entry, 'name') ?? '',
    setting: scalarText(field(entry, 'value')) ?? '',
    pointer: toPointer(...path, index),
  }));
}
