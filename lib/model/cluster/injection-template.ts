import { type JsonObject, objectAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import type { Manifest } from '../documents/manifest';
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

/** The names in the value of {@link TEMPLATES_ANNOTATION}. */
export function templateNames(annotation: string): readonly string[] {
  return annotation.split(',').map((name) => name.trim());
}
