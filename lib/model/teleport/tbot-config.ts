import { field, isObject, type JsonObject, listAt, objectAt, textAt } from '../../base/json';
import { servesWorkloadApi } from '../../upstream/teleport/tbot-services';
import type { Manifest } from '../documents/manifest';

/** One entry of `services` or of the older `outputs`. */
export interface TbotService {
  readonly type: string;
  readonly body: JsonObject;
  readonly pointer: string;
}

/** tbot's configuration. */
export interface TbotConfig {
  readonly manifest: Manifest;
  readonly body: JsonObject;
  readonly services: readonly TbotService[];
  /** Those that serve the SPIFFE Workload API, under the new name or the old. */
  readonly workloadApis: readonly TbotService[];
  /** Whether any of those attests Kubernetes pods. */
  readonly attestsKubernetes: boolean;
}

/** Reads a tbot configuration. */
export function toTbotConfig(manifest: Manifest): TbotConfig {
  const services = ['services', 'outputs'].flatMap((key) =>
    listAt(manifest.body, key).flatMap((body, index) =>
      isObject(body) ? [{ type: textAt(body, 'type') ?? '', body, pointer: `/${key}/${index}` }] : [],
    ),
  );
  const workloadApis = services.filter(({ type }) => servesWorkloadApi(type));
  return {
    manifest,
    body: manifest.body,
    services,
    workloadApis,
    attestsKubernetes: workloadApis.some(({ body }) => field(body, 'attestors', 'kubernetes', 'enabled') === true),
  };
}

/** A `listen` address as tbot takes it: the path of the socket, or undefined if it is not a sound unix address. */
export function socketPath(listen: string | undefined): string | undefined {
  const path = /^unix:\/\/(\/[^?#]*)$/.exec(listen ?? '')?.[1];
  return path === undefined || path.endsWith('/') ? undefined : path;
}

/** The kubelet options of a service's Kubernetes attestor. */
export function kubeletOf({ body }: TbotService): JsonObject {
  return objectAt(body, 'attestors', 'kubernetes', 'kubelet');
}
