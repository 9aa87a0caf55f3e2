import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../base/json';
import { nearName } from '../../base/near-names';
import { TEMPLATES_ANNOTATION } from '../../upstream/istio/injection';
import { IDENTITY_KINDS } from '../../upstream/teleport/resource-kinds';
import type { ManifestShape } from './manifest';
import { groupOf } from './manifest-set';

/** What only tbot joins with, besides a token (gravitational/teleport lib/tbot/bot/onboarding/config.go). */
const ONBOARDING = ['join_method', 'ca_path', 'ca_pins', 'registration_secret', 'bound_keypair'] as const;

/** Words without one of which no text holds anything that we recognise. */
const MANIFEST_WORDS =
  /kind|apiVersion|meshConfig|sidecarInjectorWebhook|trustDomain|pathNormalization|defaultConfig|onboarding|join_uri|proxy_server|auth_server|static_resources|dynamic_resources|podAnnotations|global/i;

/** Directives of strategic merge patches (kubernetes/kubernetes staging/src/k8s.io/apimachinery/pkg/util/strategicpatch). */
const PATCH_DIRECTIVE = /^\$(?:patch|retainKeys|(?:setElementOrder|deleteFromPrimitiveList)\/.*)$/;

/** Groups of the API server with kinds that have no `spec`. */
const SPECLESS_GROUPS = /^$|^(?:rbac\.authorization|storage|scheduling|admissionregistration)\.k8s\.io$/;

/** The kind and name of a document. */
export interface Recognised {
  readonly shape: ManifestShape;
  readonly apiVersion: string;
  readonly kind: string;
}

/** Recognizes a document by its keys; undefined for documents of other tools. */
export function recognise(body: JsonObject): Recognised | undefined {
  const apiVersion = textAt(body, 'apiVersion');
  const kind = textAt(body, 'kind');
  if (apiVersion !== undefined && kind !== undefined) {
    return { shape: kind === 'IstioOperator' ? 'istio-operator' : 'kubernetes', apiVersion, kind };
  }
  const version = textAt(body, 'version');
  if (kind !== undefined && (IDENTITY_KINDS.has(kind) || isSlip(kind, body)))
    return { shape: 'teleport', apiVersion: version ?? '', kind };
  if (isTbotConfig(body)) return nameless('tbot-config', 'TbotConfig');
  if (hasAny(body, ['static_resources', 'dynamic_resources'])) return nameless('envoy-bootstrap', 'EnvoyBootstrap');
  if (isHelmValues(body)) return nameless('helm-values', 'HelmValues');
  if (isMeshConfig(body)) return nameless('mesh-config', 'MeshConfig');
  return undefined;
}

/**
 * Whether a document with a `kind` and `apiVersion` but no name is a file that only a program reads, such as a
 * kustomization, a kind cluster or a kubelet's configuration, and not an object for the API server.
 */
export function isProgramFile(body: JsonObject): boolean {
  const group = groupOf(textAt(body, 'apiVersion') ?? '');
  if (group.endsWith('.config.k8s.io')) return true;
  const isKubeconfig = group === '' && textAt(body, 'kind') === 'Config';
  return isKubeconfig || !(SPECLESS_GROUPS.test(group) || hasAny(body, ['metadata', 'spec']));
}

/** Whether a document without a `kind` or `apiVersion` was surely meant to be a Kubernetes object. */
export function looksUnfinished(body: JsonObject): boolean {
  return (
    (field(body, 'apiVersion') !== undefined && field(body, 'metadata') !== undefined) ||
    (field(body, 'kind') !== undefined &&
      field(body, 'version') === undefined &&
      isObject(field(body, 'metadata')) &&
      isObject(field(body, 'spec')))
  );
}

/**
 * Whether a document changes an object instead of being one: with a directive that only a merge understands, wherever that
 * stands in it. The API server refuses such a field in an object.
 */
export function isPatch(body: JsonObject): boolean {
  return Object.keys(body).some((key) => PATCH_DIRECTIVE.test(key) || isDirected(body[key]));
}

function isDirected(value: JsonValue | undefined): boolean {
  if (isList(value)) return value.some(isDirected);
  return isObject(value) && isPatch(value);
}

/** Whether a text that cannot be read may be one of a document that we would recognise. */
export function mayHoldManifest(text: string): boolean {
  return MANIFEST_WORDS.test(text);
}

/** Whether a resource for `tctl` was meant to be of a kind we know; a slip hardly ever is in the first letter. */
function isSlip(kind: string, body: JsonObject): boolean {
  const isResource = /^v\d+$/.test(textAt(body, 'version') ?? '') && textAt(body, 'metadata', 'name') !== undefined;
  return isResource && nearName(kind, IDENTITY_KINDS)?.[0] === kind[0]?.toLowerCase();
}

function nameless(shape: ManifestShape, kind: string): Recognised {
  return { shape, apiVersion: '', kind };
}

function hasAny(body: JsonObject, keys: readonly string[]): boolean {
  return keys.some((key) => field(body, key) !== undefined);
}

function isTbotConfig(body: JsonObject): boolean {
  const connects = hasAny(body, ['proxy_server', 'auth_server', 'join_uri']);
  const works = isList(field(body, 'services')) || isList(field(body, 'outputs')) || isObject(field(body, 'storage'));
  if (textAt(body, 'join_uri') !== undefined || (connects && works)) return true;
  const onboarding = field(body, 'onboarding');
  // Other programs have a first day too: what tells of tbot's is what stands in it or beside it.
  const isVersioned = /^v\d$/.test(textAt(body, 'version') ?? '');
  const isToken = isObject(onboarding) && Object.keys(onboarding).join() === 'token';
  return isObject(onboarding) && (connects || works || isVersioned || isToken || hasAny(onboarding, ONBOARDING));
}

/** Whether a mapping has what only values of Istio's charts have; `podAnnotations` is the gateway chart's. */
export function isHelmValues(body: JsonObject): boolean {
  // In the wrong letter case they have no effect, which is for somebody to say.
  if (Object.keys(body).some((key) => /^(?:meshconfig|sidecarinjectorwebhook)$/i.test(key))) return true;
  if (isObject(field(body, 'global')) && hasAny(body, ['pilot', 'gateways', 'revision', 'istio_cni'])) return true;
  return looksLikeGatewayValues(body);
}

/**
 * Whether a mapping has what only values of the gateway chart have: the template of its pods, or the label by which
 * Gateways select them beside the settings of its Service.
 */
export function looksLikeGatewayValues(body: JsonObject): boolean {
  if (textAt(body, 'podAnnotations', TEMPLATES_ANNOTATION) !== undefined) return true;
  return textAt(body, 'labels', 'istio') !== undefined && isObject(field(body, 'service'));
}

/** SPIRE's charts have a value `trustDomain` as well, and what charts have for their subcharts, `global`. */
function isMeshConfig(body: JsonObject): boolean {
  return (
    isObject(field(body, 'defaultConfig')) ||
    (hasAny(body, ['trustDomain', 'pathNormalization']) && !hasAny(body, ['kind', 'global']))
  );
}
