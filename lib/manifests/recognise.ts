import { field, isList, isObject, type JsonObject, textAt } from './json';
import type { ManifestShape } from './manifest';

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
  if (kind !== undefined && TELEPORT_KINDS.has(kind)) return { shape: 'teleport', apiVersion: version ?? '', kind };
  if (isTbotConfig(body)) return nameless('tbot-config', 'TbotConfig');
  if (hasAny(body, ['static_resources', 'dynamic_resources'])) return nameless('envoy-bootstrap', 'EnvoyBootstrap');
  if (isHelmValues(body)) return nameless('helm-values', 'HelmValues');
  if (isMeshConfig(body)) return nameless('mesh-config', 'MeshConfig');
  return undefined;
}

/** Whether a document without a `kind` or `apiVersion` was surely meant to be a Kubernetes object. */
export function looksUnfinished(body: JsonObject): boolean {
  return (
    (field(body, 'apiVersion') !== undefined && field(body, 'metadata') !== undefined) ||
    (field(body, 'kind') !== undefined && isObject(field(body, 'metadata')) && isObject(field(body, 'spec')))
  );
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
  if (hasAny(body, ['meshConfig', 'sidecarInjectorWebhook'])) return true;
  if (isObject(field(body, 'global')) && hasAny(body, ['pilot', 'gateways', 'revision', 'istio_cni'])) return true;
  return textAt(body, 'podAnnotations', 'inject.istio.io/templates') !== undefined;
}

function isMeshConfig(body: JsonObject): boolean {
  return (
    isObject(field(body, 'defaultConfig')) ||
    (hasAny(body, ['trustDomain', 'pathNormalization']) && !hasAny(body, ['kind']))
  );
}
