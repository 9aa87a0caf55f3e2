import { field, isList, isObject, type JsonObject, textAt } from '../../base/json';
import { nearName } from '../../base/near-names';
import { TEMPLATES_ANNOTATION } from '../../upstream/istio/injection';
import type { ManifestShape } from './manifest';
import { groupOf } from './manifest-set';

/** Kinds `tctl` knows of that concern workload identity; anything else with `kind` and `version` is not looked at. */
const TELEPORT_KINDS: ReadonlySet<string> = new Set([
  'bot',
  'cert_authority_override',
  'role',
  'spiffe_federation',
  'token',
  'workload_identity',
  'workload_identity_x509_issuer_override',
]);

/** Groups of the API server with kinds that have no `spec`. */
const SPECLESS_GROUPS = /^$|^(?:rbac\.authorization|storage|scheduling|admissionregistration)\.k8s\.io$/;

/** What a document is, and what it calls itself. */
export interface Recognised {
  readonly shape: ManifestShape;
  readonly apiVersion: string;
  readonly kind: string;
}

/** Tells what a document is by its keys; undefined for what concerns none of the tools we know. */
export function recognise(body: JsonObject): Recognised | undefined {
  const apiVersion = textAt(body, 'apiVersion');
  const kind = textAt(body, 'kind');
  if (apiVersion !== undefined && kind !== undefined) {
    return { shape: kind === 'IstioOperator' ? 'istio-operator' : 'kubernetes', apiVersion, kind };
  }
  const version = textAt(body, 'version');
  if (kind !== undefined && (TELEPORT_KINDS.has(kind) || isSlip(kind, body)))
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

/** Whether a resource for `tctl` was meant to be of a kind we know; a slip hardly ever is in the first letter. */
function isSlip(kind: string, body: JsonObject): boolean {
  const isResource = /^v\d+$/.test(textAt(body, 'version') ?? '') && textAt(body, 'metadata', 'name') !== undefined;
  return isResource && nearName(kind, TELEPORT_KINDS)?.[0] === kind[0]?.toLowerCase();
}

function nameless(shape: ManifestShape, kind: string): Recognised {
  return { shape, apiVersion: '', kind };
}

function hasAny(body: JsonObject, keys: readonly string[]): boolean {
  return keys.some((key) => field(body, key) !== undefined);
}

function isTbotConfig(body: JsonObject): boolean {
  if (hasAny(body, ['onboarding', 'join_uri'])) return true;
  const connects = hasAny(body, ['proxy_server', 'auth_server']);
  return connects && (isList(field(body, 'services')) || isList(field(body, 'outputs')) || hasAny(body, ['storage']));
}

/** The values of Istio's charts that say something about identity; `podAnnotations` is the gateway chart's. */
function isHelmValues(body: JsonObject): boolean {
  // In the wrong letter case they have no effect, which is for somebody to say.
  if (Object.keys(body).some((key) => /^(?:meshconfig|sidecarinjectorwebhook)$/i.test(key))) return true;
  if (isObject(field(body, 'global')) && hasAny(body, ['pilot', 'gateways', 'revision', 'istio_cni'])) return true;
  return textAt(body, 'podAnnotations', TEMPLATES_ANNOTATION) !== undefined;
}

/** SPIRE's charts have a value `trustDomain` as well, and what charts have for their subcharts, `global`. */
function isMeshConfig(body: JsonObject): boolean {
  return (
    isObject(field(body, 'defaultConfig')) ||
    (hasAny(body, ['trustDomain', 'pathNormalization']) && !hasAny(body, ['kind', 'global']))
  );
}
