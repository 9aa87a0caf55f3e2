import { isObject, type JsonObject, type JsonValue, listAt, textAt } from '../../base/json';
import { readYaml } from '../../base/yaml/yaml-value';
import {
  NATIVE_SIDECAR_ANNOTATION,
  PROXY_CONTAINER,
  STOCK_TEMPLATES,
  USER_VOLUME_ANNOTATION,
} from '../../upstream/istio/injection';
import { SOCKET_MOUNT_PATH, SOCKET_VOLUME } from '../../upstream/istio/proxy-volumes';
import { ownProxy } from './injection';
import type { InjectorSettings } from './injector-settings';
import type { Workload } from './workload';

/** The relevant parts of a pod after injection. */
export interface InjectedPod {
  /** How many containers are called `istio-proxy`; with two the API server refuses the pod. */
  readonly proxies: number;
  /** How many volumes are called `workload-socket`; with two the API server refuses the pod. */
  readonly socketVolumes: number;
  /** Sources of that volume; with two the API server refuses the pod. None stands for an empty directory. */
  readonly socketSources: readonly string[];
  /** Where the proxy has that volume. */
  readonly socketMounts: readonly string[];
}

/**
 * What templates make of a pod: each is merged over it as a strategic merge patch, so that its volumes change the pod's own
 * of the same name, and the pod's own proxy container comes last (istio/istio pkg/kube/inject/webhook.go).
 *
 * @param native whether the installation makes native sidecars
 */
export function injectedPod(
  workload: Workload,
  templates: readonly string[],
  { byName }: Pick<InjectorSettings, 'byName'>,
  native: boolean,
): InjectedPod {
  const own = ownProxy(workload);
  const isOwnInit = own !== undefined && workload.initContainers.includes(own);
  const isNative = (workload.annotations[NATIVE_SIDECAR_ANNOTATION] ?? String(native)) !== 'false';
  let volume: JsonObject | undefined = workload.volumes.find(({ name }) => name === SOCKET_VOLUME)?.body;
  let added: JsonObject | undefined;
  let inList: 'containers' | 'initContainers' | undefined;
  for (const name of templates) {
    const template = byName.get(name);
    const stock = template ? undefined : STOCK_TEMPLATES.get(name);
    if (stock?.hasProxy) {
      volume = merge(volume ?? {}, { name: SOCKET_VOLUME, emptyDir: null });
      if (stock.takesUserVolumes) added ??= userVolume(workload);
      inList = stock.isNative && isNative ? 'initContainers' : 'containers';
    } else if (template?.hasProxy) inList = listOf(template.spec);
    for (const { name: of, body } of template?.volumes ?? [])
      if (of === SOCKET_VOLUME) volume = merge(volume ?? {}, body);
  }
  const isMoved = own !== undefined && !isOwnInit && inList === 'initContainers';
  const sameList = own === undefined || isMoved || isOwnInit === (inList === 'initContainers');
  const ownMounts = listAt(own?.body, 'volumeMounts')
    .filter((mount) => textAt(mount, 'name') === SOCKET_VOLUME)
    .map((mount) => textAt(mount, 'mountPath') ?? '');
  const stockMounts = inList !== undefined && sameList ? [SOCKET_MOUNT_PATH] : [];
  return {
    proxies: inList === undefined ? Number(own !== undefined) : sameList ? 1 : 2,
    socketVolumes: Number(volume !== undefined) + Number(added !== undefined),
    socketSources: sourcesOf(added ?? volume ?? {}),
    socketMounts: [...new Set([...stockMounts, ...ownMounts])],
  };
}

/** Why the API server refuses a pod after injection, as a clause; undefined if it does not. */
export function whyInvalid({ proxies, socketVolumes, socketSources }: InjectedPod): string | undefined {
  if (proxies > 1) return `it has ${proxies} containers named ${PROXY_CONTAINER}`;
  if (socketVolumes > 1) return `it has ${socketVolumes} volumes named ${SOCKET_VOLUME}`;
  return socketSources.length > 1 ? `volume ${SOCKET_VOLUME} is both ${socketSources.join(' and ')}` : undefined;
}

function listOf(spec: JsonObject): 'containers' | 'initContainers' {
  const isProxy = (container: JsonValue) => textAt(container, 'name') === PROXY_CONTAINER;
  return listAt(spec, 'initContainers').some(isProxy) ? 'initContainers' : 'containers';
}

/** Everything but its name is a source of a volume. */
function sourcesOf(volume: JsonObject): readonly string[] {
  return Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== null);
}

/** The templates write each entry of the annotation as a further volume, whether it is an object or a list. */
function userVolume({ annotations }: Workload): JsonObject | undefined {
  const text = annotations[USER_VOLUME_ANNOTATION];
  const value = text === undefined ? undefined : readYaml(text, { duplicateKeys: 'last-wins' }).value;
  if (value === null || typeof value !== 'object') return undefined;
  return Object.entries(value as Readonly<Record<string, JsonValue>>)
    .flatMap(([name, body]) => (isObject(body) ? [{ name, ...body }] : []))
    .find(({ name }) => name === SOCKET_VOLUME);
}

/** A strategic merge of two volumes of one name: null removes, objects are merged, all else is replaced. */
function merge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const old = merged[key];
    if (value === null) delete merged[key];
    else merged[key] = isObject(value) && isObject(old) ? merge(old, value) : value;
  }
  return merged;
}
