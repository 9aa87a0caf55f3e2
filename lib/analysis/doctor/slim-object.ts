import { field, isList, isObject, type JsonObject, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import { withoutSecrets } from '../../model/secrets/secret-texts';
import { PROXY_CONTAINER } from '../../upstream/istio/injection';
import { SOCKET_FILE_VARIABLE } from '../../upstream/istio/proxy-volumes';
import { API_SERVER_IMAGE, disablingWords } from '../../upstream/kubernetes/admission-plugins';
import { commandLine } from '../../upstream/kubernetes/command-line';
import { ISTIO_IMAGE, TBOT_IMAGE, TELEPORT_IMAGE } from '../../upstream/kubernetes/known-images';
import { podTemplatePath } from '../../upstream/kubernetes/pod-template';
import { SERVER_METADATA } from '../../upstream/kubernetes/server-fields';
import { isInjectorConfigMap } from './injector-config-map';

/** Keys of metadata that say nothing of what an object does. */
const NOISE: ReadonlySet<string> = new Set([
  ...[...SERVER_METADATA].filter((key) => key !== 'creationTimestamp'),
  'generateName',
]);

/** Annotations that repeat the object, or grow without end. */
const NOISY_ANNOTATION = /^kubectl\.kubernetes\.io\/|^deployment\.kubernetes\.io\//;

/** Kinds of which the status is looked at. */
const WITH_STATUS: ReadonlySet<string> = new Set(['Node', 'DaemonSet', 'Deployment', 'StatefulSet', 'Namespace']);

/** Variables of proxies that are looked at in pods. */
const POD_VARIABLES: ReadonlySet<string> = new Set([SOCKET_FILE_VARIABLE, 'TRUST_DOMAIN']);

/**
 * What a snapshot keeps of an object: what checks look at, and no secret. Of containers that are not Istio's or Teleport's the
 * values of variables, the command and its arguments are left out, as they may be anything.
 */
export function slimObject(object: JsonObject): JsonObject {
  const kind = textAt(object, 'kind') ?? '';
  if (kind === 'Secret')
    return withoutSecrets({ ...pick(object, ['apiVersion', 'kind']), metadata: slimMetadata(object) });
  const body = kind === 'Pod' ? slimPod(object) : kind === 'Event' ? slimEvent(object) : slimOther(kind, object);
  return withoutSecrets(body);
}

function slimOther(kind: string, object: JsonObject): JsonObject {
  const { status, ...rest } = object;
  const kept: JsonObject = {
    ...rest,
    metadata: { ...slimMetadata(object), ...(kind === 'ConfigMap' && changesOf(object)) },
    ...(status !== undefined && WITH_STATUS.has(kind) && { status: slimStatus(status) }),
  };
  const path = [...podTemplatePath(kind), 'spec'];
  return isObject(field(kept, ...path)) ? (replaceAt(kept, path, slimTemplateSpec) as JsonObject) : kept;
}

/** When the injector's configuration changed, without the fields that did. */
function changesOf(object: JsonObject): JsonObject {
  const entries = listAt(object, 'metadata', 'managedFields');
  if (entries.length === 0 || !isInjectorConfigMap(textAt(object, 'metadata', 'name') ?? '')) return {};
  return { managedFields: entries.map((entry) => pick(entry, ['time'])) };
}

function slimStatus(status: JsonValue): JsonValue {
  if (!isObject(status)) return status;
  // What a node has pulled is long, and what it is addressed by is said elsewhere.
  const { images: _, volumesInUse: __, volumesAttached: ___, ...rest } = status;
  return rest;
}

function slimMetadata(object: JsonObject): JsonObject {
  const entries = Object.entries(objectAt(object, 'metadata')).filter(([key]) => !NOISE.has(key));
  return Object.fromEntries(
    entries.flatMap(([key, value]): [string, JsonValue][] => {
      if (key === 'ownerReferences') return [[key, owners(value)]];
      if (key !== 'annotations' || !isObject(value)) return [[key, value]];
      const kept = Object.entries(value).filter(([name]) => !NOISY_ANNOTATION.test(name));
      return kept.length === 0 ? [] : [[key, Object.fromEntries(kept)]];
    }),
  );
}

function owners(value: JsonValue): JsonValue {
  return isList(value) ? value.map((owner) => pick(owner, ['apiVersion', 'kind', 'name'])) : value;
}

function slimTemplateSpec(spec: JsonValue): JsonValue {
  return mapContainers(spec, (container) => (isKnown(container) ? container : withoutValues(container)));
}

/** A pod is what its owner makes of it: of most, only what the injector and the kubelet did is of interest. */
function slimPod(pod: JsonObject): JsonObject {
  const spec = objectAt(pod, 'spec');
  const isOwned = listAt(pod, 'metadata', 'ownerReferences').length > 0;
  return {
    ...pick(pod, ['apiVersion', 'kind']),
    metadata: slimMetadata(pod),
    spec: isOwned
      ? {
          ...pick(spec, ['nodeName', 'serviceAccountName', 'hostNetwork', 'hostPID']),
          ...(mapContainers(pick(spec, ['initContainers', 'containers']), slimContainer) as JsonObject),
          volumes: listAt(spec, 'volumes').map((volume) => pick(volume, ['name', 'csi', 'hostPath'])),
        }
      : (slimTemplateSpec(spec) as JsonObject),
    status: slimPodStatus(objectAt(pod, 'status')),
  };
}

function slimContainer(container: JsonValue): JsonValue {
  const env = listAt(container, 'env').filter((one) => POD_VARIABLES.has(textAt(one, 'name') ?? ''));
  return {
    ...pick(container, ['name', 'image', 'restartPolicy']),
    ...(isKnown(container) && env.length > 0 && { env }),
    // Whether it calls webhooks.
    ...(isApiServer(container) && { args: disablingWords(commandLine(container)) }),
    // Where tbot's diagnostics listen.
    ...(isTbot(container) && pick(container, ['command', 'args', 'ports'])),
  };
}

function slimPodStatus(status: JsonObject): JsonObject {
  const statuses = (key: string) =>
    listAt(status, key).map((one) => pick(one, ['name', 'ready', 'restartCount', 'started', 'state', 'lastState']));
  return {
    ...pick(status, ['phase', 'reason', 'message', 'startTime', 'podIP', 'hostIP']),
    conditions: listAt(status, 'conditions').map((one) =>
      pick(one, ['type', 'status', 'reason', 'message', 'lastTransitionTime']),
    ),
    ...(field(status, 'initContainerStatuses') !== undefined && {
      initContainerStatuses: statuses('initContainerStatuses'),
    }),
    containerStatuses: statuses('containerStatuses'),
  };
}

function slimEvent(event: JsonObject): JsonObject {
  return {
    ...pick(event, ['apiVersion', 'kind', 'type', 'reason', 'message', 'count', 'lastTimestamp', 'eventTime']),
    metadata: pick(field(event, 'metadata') ?? {}, ['name', 'namespace']),
    involvedObject: pick(field(event, 'involvedObject') ?? {}, ['kind', 'namespace', 'name']),
  };
}

function isApiServer(container: JsonValue): boolean {
  return API_SERVER_IMAGE.test(textAt(container, 'image') ?? '');
}

function isTbot(container: JsonValue): boolean {
  const image = textAt(container, 'image') ?? '';
  return TBOT_IMAGE.test(image) || TELEPORT_IMAGE.test(image);
}

/** A container of Istio's, Teleport's or the CSI driver's, whose settings are looked at. */
function isKnown(container: JsonValue): boolean {
  const image = textAt(container, 'image') ?? '';
  return (
    isTbot(container) ||
    ISTIO_IMAGE.test(image) ||
    textAt(container, 'name') === PROXY_CONTAINER ||
    /spiffe-csi|node-driver-registrar/.test(image)
  );
}

function withoutValues(container: JsonValue): JsonValue {
  if (!isObject(container)) return container;
  const { command: _, args: __, env, ...others } = container;
  const rest = isApiServer(container) ? { ...others, args: disablingWords(commandLine(container)) } : others;
  return env === undefined
    ? rest
    : { ...rest, env: listAt(container, 'env').map((one) => pick(one, ['name', 'valueFrom'])) };
}

function mapContainers(spec: JsonValue, change: (container: JsonValue) => JsonValue): JsonValue {
  if (!isObject(spec)) return spec;
  const result: Record<string, JsonValue> = { ...spec };
  for (const key of ['initContainers', 'containers', 'ephemeralContainers']) {
    if (isList(spec[key])) result[key] = listAt(spec, key).map(change);
  }
  return result;
}

function pick(value: JsonValue, keys: readonly string[]): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(keys.flatMap((key) => (Object.hasOwn(value, key) ? [[key, value[key] as JsonValue]] : [])));
}

function replaceAt(value: JsonValue, path: readonly string[], change: (value: JsonValue) => JsonValue): JsonValue {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (!isObject(value)) return value;
  return { ...value, [key]: replaceAt(value[key] ?? null, rest, change) };
}
