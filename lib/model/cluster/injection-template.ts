import { field, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { PROXY_CONTAINER, TEMPLATES_ANNOTATION } from '../../upstream/istio/injection';
import { SOCKET_VOLUME } from '../../upstream/istio/proxy-volumes';
import type { Manifest } from '../documents/manifest';
import { toVolumes, type Volume } from './workload';

/** JSON pointer to the annotation that chooses templates, from the pod. */
export const TEMPLATES_POINTER = toPointer('metadata', 'annotations', TEMPLATES_ANNOTATION);

/** A user-defined injection template. */
export interface InjectionTemplate {
  readonly manifest: Manifest;
  readonly name: string;
  readonly spec: JsonObject;
  readonly volumes: readonly Volume[];
  /** Whether it decides by native sidecars which container list it writes. */
  readonly switchesOnNative: boolean;
  /** Whether what it prints is known: Istio's own, as they stand in a cluster, have more branches than can be tried. */
  readonly isRead: boolean;
  /** Whether it adds a complete proxy: a container of that name with an image. */
  readonly hasProxy: boolean;
  /** Whether it sets the source of the socket volume, which enrolls a pod. */
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
    isRead: Object.keys(manifest.body).length > 0,
    hasProxy: ['containers', 'initContainers'].some((list) => listAt(spec, list).some(isWholeProxy)),
    isOverlay: volumes.some(isSocketSource),
  };
}

function isWholeProxy(container: JsonValue): boolean {
  return textAt(container, 'name') === PROXY_CONTAINER && field(container, 'image') !== undefined;
}

/** Whether the volume is the socket's, with a source. */
export function isSocketSource({ name, body }: Volume): boolean {
  return name === SOCKET_VOLUME && ['csi', 'hostPath', 'projected'].some((source) => body[source] != null);
}
