import { field, isObject, type JsonObject, type JsonValue, listAt, textAt, valueAt } from '../../base/json';
import { readYaml } from '../../base/yaml/yaml-value';
import { istioChart } from '../../upstream/istio/charts';
import { ISTIO_NAMESPACE } from '../../upstream/istio/mesh-config';
import { ARGO_CD, FLUX_HELM, KUSTOMIZE, SAIL_OPERATOR } from '../../upstream/kubernetes/api-groups';
import { withParameters } from './helm-parameters';
import { groupOf } from './manifest-set';
import { isHelmValues } from './recognise';

/** A Helm chart that another program installs, with the values it gives: of Flux's HelmRelease, of Argo CD, of kustomize, or Istio's operator. */
export interface HelmSource {
  /** Name of the chart or path to it; empty if it is not written here. */
  readonly chart: string;
  /** Release or range of releases of the chart; empty if it is not written here. */
  readonly version: string;
  /** Path to the version. */
  readonly versionPath: readonly string[];
  /** Name or address of the chart's repository. */
  readonly repository: string;
  /** Name of the Helm release. */
  readonly release: string;
  /** Namespace it is installed in; undefined if it is not written here. */
  readonly namespace: string | undefined;
  /** Path to the values, where they stand or would stand. */
  readonly valuesPath: readonly string[];
  /** The values: a mapping, a text that holds one, or undefined. */
  readonly values: JsonValue | undefined;
  /** Whether there are values in files or objects of which nothing is written here. */
  readonly hasOtherValues: boolean;
}

/** The charts that an object installs; none for objects of other kinds. */
export function helmSources(apiVersion: string, kind: string, body: JsonObject): readonly HelmSource[] {
  const group = groupOf(apiVersion);
  if (kind === 'HelmRelease' && group === FLUX_HELM) return [ofFlux(body)];
  if (kind === 'Istio' && group === SAIL_OPERATOR) return [ofSailOperator(body)];
  if (kind === 'Kustomization' && group === KUSTOMIZE) return ofKustomize(body);
  if (group !== ARGO_CD) return [];
  if (kind === 'Application') return ofArgo(body, ['spec']);
  return kind === 'ApplicationSet' ? ofArgo(body, ['spec', 'template', 'spec']) : [];
}

function ofFlux(body: JsonObject): HelmSource {
  const name = textAt(body, 'metadata', 'name') ?? '';
  const target = textAt(body, 'spec', 'targetNamespace');
  return {
    chart: textAt(body, 'spec', 'chart', 'spec', 'chart') ?? textAt(body, 'spec', 'chartRef', 'name') ?? '',
    version: textAt(body, 'spec', 'chart', 'spec', 'version') ?? '',
    versionPath: ['spec', 'chart', 'spec', 'version'],
    repository: textAt(body, 'spec', 'chart', 'spec', 'sourceRef', 'name') ?? '',
    release: textAt(body, 'spec', 'releaseName') ?? (target === undefined ? name : `${target}-${name}`),
    namespace: target ?? textAt(body, 'metadata', 'namespace'),
    valuesPath: ['spec', 'values'],
    values: field(body, 'spec', 'values'),
    hasOtherValues: listAt(body, 'spec', 'valuesFrom').length > 0,
  };
}

/**
 * The operator installs istiod's chart with these values, but names the revision itself: the object's name, of which `default`
 * is none, and the release where each gets a revision of its own (istio-ecosystem/sail-operator controllers/istio).
 */
function ofSailOperator(body: JsonObject): HelmSource {
  const name = textAt(body, 'metadata', 'name') ?? '';
  const version = textAt(body, 'spec', 'version') ?? '';
  const isOnePerRelease = textAt(body, 'spec', 'updateStrategy', 'type') === 'RevisionBased';
  const revision = isOnePerRelease ? `${name}-${version.replaceAll('.', '-')}` : name === 'default' ? '' : name;
  const written = field(body, 'spec', 'values');
  return {
    chart: 'istiod',
    version: version.replace(/^v/, '').replace(/-latest$/, ''),
    versionPath: ['spec', 'version'],
    repository: '',
    release: name,
    namespace: textAt(body, 'spec', 'namespace') ?? ISTIO_NAMESPACE,
    valuesPath: ['spec', 'values'],
    values: { ...(isObject(written) ? written : {}), revision },
    hasOtherValues: false,
  };
}

/** kustomize renders charts itself (kubernetes-sigs/kustomize api/types/helmchartargs.go). */
function ofKustomize(body: JsonObject): readonly HelmSource[] {
  return listAt(body, 'helmCharts').map((chart, index) => ({
    chart: textAt(chart, 'name') ?? '',
    version: textAt(chart, 'version') ?? '',
    versionPath: ['helmCharts', String(index), 'version'],
    repository: textAt(chart, 'repo') ?? '',
    release: textAt(chart, 'releaseName') ?? '',
    namespace: textAt(chart, 'namespace') ?? textAt(body, 'namespace'),
    valuesPath: ['helmCharts', String(index), 'valuesInline'],
    values: field(chart, 'valuesInline'),
    hasOtherValues: field(chart, 'valuesFile') !== undefined || listAt(chart, 'additionalValuesFiles').length > 0,
  }));
}

function ofArgo(body: JsonObject, spec: readonly string[]): readonly HelmSource[] {
  const application = valueAt(body, spec);
  const listed = listAt(application, 'sources').map((source, index) => [source, ['sources', String(index)]] as const);
  const sources = listed.length > 0 ? listed : [[field(application, 'source'), ['source']] as const];
  return sources.flatMap(([source, path]) =>
    isObject(source) ? ofArgoSource(body, application, source, [...spec, ...path]) : [],
  );
}

/** `valuesObject` replaces `values`; parameters and files are further values (argoproj/argo-cd reposerver/repository/repository.go). */
function ofArgoSource(
  body: JsonObject,
  application: JsonValue | undefined,
  source: JsonObject,
  path: readonly string[],
): readonly HelmSource[] {
  const chart = textAt(source, 'chart') ?? textAt(source, 'path');
  if (chart === undefined) return [];
  const place = isObject(field(source, 'helm', 'valuesObject')) ? 'valuesObject' : 'values';
  const written = field(source, 'helm', place);
  const parameters = listAt(source, 'helm', 'parameters');
  return [
    {
      chart,
      // Of a path in a Git repository it is a revision of that.
      version: field(source, 'chart') === undefined ? '' : (textAt(source, 'targetRevision') ?? ''),
      versionPath: [...path, 'targetRevision'],
      repository: textAt(source, 'repoURL') ?? '',
      release: textAt(source, 'helm', 'releaseName') ?? textAt(body, 'metadata', 'name') ?? '',
      namespace: textAt(application, 'destination', 'namespace'),
      valuesPath: [...path, 'helm', place],
      values: parameters.length > 0 ? overlaid(written, parameters) : written,
      hasOtherValues: ['valueFiles', 'fileParameters'].some((name) => listAt(source, 'helm', name).length > 0),
    },
  ];
}

/** Values with those laid over that are set by name; a text that cannot be read is left as it is. */
function overlaid(values: JsonValue | undefined, parameters: readonly JsonValue[]): JsonValue {
  if (values === undefined || isObject(values)) return withParameters(values ?? {}, parameters);
  const body = typeof values === 'string' ? readYaml(values, { duplicateKeys: 'last-wins' }).value : undefined;
  return isObject(body) ? withParameters(body, parameters) : values;
}

/** The values of a chart of Istio's, as a mapping or as the text of one; undefined for other charts, or without values. */
export function valuesForIstio({ chart, repository, values }: HelmSource): JsonObject | string | undefined {
  const isIstio = istioChart(chart, repository) !== undefined;
  if (isObject(values)) return isIstio || isHelmValues(values) ? values : undefined;
  if (typeof values !== 'string' || !(isIstio || MENTIONS_MESH.test(values))) return undefined;
  // What cannot be read here is a template of the object around it: who fills it in says what the values are.
  const body = readYaml(values, { duplicateKeys: 'last-wins' }).value;
  return isObject(body) && (isIstio || isHelmValues(body)) ? values : undefined;
}

const MENTIONS_MESH = /meshconfig|sidecarinjectorwebhook|inject\.istio\.io\/templates|pilot/i;
