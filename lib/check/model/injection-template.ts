import {
  type JsonObject,
  listAt,
  type Manifest,
  type ManifestSet,
  objectAt,
  textAt,
  textsAt,
  toPointer,
} from '../../manifests';
import type { InstallValues } from './mesh-settings';
import { toVolumes, type Volume } from './workload';

/** Templates every Istio has (istio/istio manifests/charts/istio-control/istio-discovery/files). */
export const STOCK_TEMPLATES: ReadonlySet<string> = new Set([
  ...['sidecar', 'gateway', 'grpc-simple', 'grpc-agent', 'kube-gateway', 'waypoint'],
]);

/** Pod annotation that chooses templates. */
export const TEMPLATES_ANNOTATION = 'inject.istio.io/templates';

/** JSON pointer to that annotation, from the pod. */
export const TEMPLATES_POINTER = toPointer('metadata', 'annotations', TEMPLATES_ANNOTATION);

/** The volume every stock template mounts where Istio's agent looks for a Workload API socket. */
export const SOCKET_VOLUME = 'workload-socket';

/** An injection template of the user's own. */
export interface InjectionTemplate {
  readonly manifest: Manifest;
  readonly name: string;
  readonly spec: JsonObject;
  readonly volumes: readonly Volume[];
  /** Whether it decides by native sidecars which container list it writes. */
  readonly switchesOnNative: boolean;
  /** Whether it gives the socket volume a source: that makes it the one that enrolls a pod. */
  readonly isOverlay: boolean;
}

/** What the injector was told about templates. */
export interface InjectorSettings {
  /** Own templates, once for each file that has them: the same one may be in an IstioOperator and in Helm values. */
  readonly templates: readonly InjectionTemplate[];
  /** Own templates by name. */
  readonly byName: ReadonlyMap<string, InjectionTemplate>;
  /** Templates of pods without the annotation; undefined if no injector configuration is among the manifests. */
  readonly defaultTemplates: readonly string[] | undefined;
}

/** Reads one template. */
export function toInjectionTemplate(manifest: Manifest): InjectionTemplate {
  const spec = objectAt(manifest.body, 'spec');
  const volumes = toVolumes(spec, '/spec');
  return {
    manifest,
    name: manifest.name,
    spec,
    volumes,
    switchesOnNative: /NativeSidecars|nativeSidecar/.test(manifest.text ?? ''),
    isOverlay: volumes.some(isSocketSource),
  };
}

/** Whether the volume is the socket's, with a source. */
export function isSocketSource({ name, body }: Volume): boolean {
  return name === SOCKET_VOLUME && ['csi', 'hostPath', 'projected'].some((source) => body[source] != null);
}

/** Puts together what all files say about injection. */
export function findInjectorSettings(manifests: ManifestSet, values: readonly InstallValues[]): InjectorSettings {
  const templates = manifests.ofKind('InjectionTemplate').map(toInjectionTemplate);
  let defaults: readonly string[] | undefined;
  const sources = [
    ...values.filter(({ body }) => !isGatewayValues(body)).map(({ body }) => objectAt(body, 'sidecarInjectorWebhook')),
    ...manifests.ofKind('InjectorConfig').map(({ body }) => body),
  ];
  for (const source of sources) {
    const listed = listAt(source, 'defaultTemplates').filter((name) => typeof name === 'string');
    if (listed.length > 0) defaults = listed;
    else defaults ??= ['sidecar'];
  }
  return {
    templates,
    byName: new Map(templates.map((template) => [template.name, template])),
    defaultTemplates: defaults,
  };
}

/** Whether Helm values are the gateway chart's: its pods carry the annotation themselves. */
export function isGatewayValues(values: JsonObject): boolean {
  return (
    textsAt(values, 'podAnnotations')[TEMPLATES_ANNOTATION] !== undefined && textAt(values, 'meshConfig') === undefined
  );
}

/** The names in the value of {@link TEMPLATES_ANNOTATION}. */
export function templateNames(annotation: string): readonly string[] {
  return annotation.split(',').map((name) => name.trim());
}
