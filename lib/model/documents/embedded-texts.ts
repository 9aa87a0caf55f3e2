import { isObject, type JsonObject, objectAt, textAt, textsAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { readYaml } from '../../base/yaml/yaml-value';
import {
  PROXY_CONFIG_ANNOTATION,
  USER_VOLUME_ANNOTATION,
  USER_VOLUME_MOUNT_ANNOTATION,
} from '../../upstream/istio/injection';
import { SOCKET_VOLUME } from '../../upstream/istio/proxy-volumes';
import { podAnnotationsPath } from '../../upstream/kubernetes/pod-template';
import type { ManifestShape } from './manifest';
import { recognise } from './recognise';

/** A document written as a text inside another one. */
export interface EmbeddedText {
  readonly shape: ManifestShape;
  readonly kind: string;
  readonly name: string;
  /** JSON pointer to the text. */
  readonly pointer: string;
  readonly text: string;
}

/** Annotations whose value is itself a document (istio/istio manifests/charts/istio-control/istio-discovery/files). */
const ANNOTATIONS: ReadonlyMap<string, string> = new Map([
  [USER_VOLUME_ANNOTATION, 'UserVolumes'],
  [USER_VOLUME_MOUNT_ANNOTATION, 'UserVolumeMounts'],
  [PROXY_CONFIG_ANNOTATION, 'ProxyConfigOverride'],
]);

/** Texts in a ConfigMap that may be a configuration we know; everything else in one is the application's. */
const TBOT = /^[ \t]*(?:onboarding|proxy_server|auth_server|join_uri):/m;
const JSON_CONFIG = /"(?:onboarding|proxy_server|auth_server|join_uri|static_resources|dynamic_resources)"/;
const ENVOY = /^[ \t]*"?(?:static_resources|dynamic_resources)"?:/m;

/** The documents inside a document, one level deep. */
export function embeddedTexts(
  shape: ManifestShape,
  kind: string,
  name: string,
  body: JsonObject,
): readonly EmbeddedText[] {
  switch (shape) {
    case 'kubernetes':
      if (kind === 'ConfigMap') return inFiles(name, body, 'data');
      return kind === 'Secret' ? inFiles(name, body, 'stringData') : inAnnotations(kind, body);
    case 'istio-operator':
      return inInjectorValues(body, ['spec', 'values', 'sidecarInjectorWebhook', 'templates']);
    case 'helm-values':
      return inInjectorValues(body, ['sidecarInjectorWebhook', 'templates']);
    case 'injector-config':
      return inInjectorValues(body, ['templates']);
    default:
      return [];
  }
}

function inInjectorValues(body: JsonObject, path: readonly string[]): readonly EmbeddedText[] {
  return Object.entries(textsAt(body, ...path)).map(([name, text]) => ({
    shape: 'injection-template',
    kind: 'InjectionTemplate',
    name,
    pointer: toPointer(...path, name),
    text,
  }));
}

/** The texts by file name of a ConfigMap or Secret; what a Secret has in `data` is not a string but base64. */
function inFiles(object: string, body: JsonObject, field: string): readonly EmbeddedText[] {
  const found: EmbeddedText[] = [];
  for (const [key, text] of Object.entries(textsAt(body, field))) {
    const what = inFile(object, key, text);
    if (what) found.push({ ...what, name: key, pointer: toPointer(field, key), text });
  }
  return found;
}

/** Revisioned installations add `-<revision>` to the names of Istio's two ConfigMaps. */
function inFile(
  object: string,
  key: string,
  text: string,
): { readonly shape: ManifestShape; readonly kind: string } | undefined {
  if (/^istio-sidecar-injector(?:-|$)/.test(object)) {
    if (key === 'config') return { shape: 'injector-config', kind: 'InjectorConfig' };
    if (key === 'values') return { shape: 'helm-values', kind: 'HelmValues' };
  }
  if (/^istio(?:-|$)/.test(object) && key === 'mesh') return { shape: 'mesh-config', kind: 'MeshConfig' };
  if (key === 'deployment' && text.includes(SOCKET_VOLUME)) return { shape: 'gateway-patch', kind: 'GatewayPatch' };
  if (text.trimStart().startsWith('{')) return inJson(text);
  if (TBOT.test(text) && mayBeTbot(text)) return { shape: 'tbot-config', kind: 'TbotConfig' };
  if (ENVOY.test(text)) return { shape: 'envoy-bootstrap', kind: 'EnvoyBootstrap' };
  return undefined;
}

/** What cannot be read is for somebody to say; what can has to be tbot's by more than one word. */
function mayBeTbot(text: string): boolean {
  const body = readYaml(text, { duplicateKeys: 'last-wins' }).value;
  return !isObject(body) || recognise(body)?.shape === 'tbot-config';
}

/** In JSON the same names stand anywhere, so only what it has at the top counts. */
function inJson(text: string): { readonly shape: ManifestShape; readonly kind: string } | undefined {
  if (!JSON_CONFIG.test(text)) return undefined;
  const body = readYaml(text, { duplicateKeys: 'last-wins' }).value;
  const recognised = isObject(body) ? recognise(body) : undefined;
  return recognised?.shape === 'tbot-config' || recognised?.shape === 'envoy-bootstrap' ? recognised : undefined;
}

function inAnnotations(kind: string, body: JsonObject): readonly EmbeddedText[] {
  const path = podAnnotationsPath(kind);
  const annotations = objectAt(body, ...path);
  const found: EmbeddedText[] = [];
  for (const [annotation, embeddedKind] of ANNOTATIONS) {
    const text = textAt(annotations, annotation);
    if (text === undefined) continue;
    found.push({
      shape: 'annotation',
      kind: embeddedKind,
      name: annotation,
      pointer: toPointer(...path, annotation),
      text,
    });
  }
  return found;
}
