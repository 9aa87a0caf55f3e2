import { addTo } from '../../base/add-to';
import { listAt, textAt } from '../../base/json';
import { commandLine } from '../../upstream/kubernetes/command-line';
import { imageTag, TBOT_IMAGE, TELEPORT_IMAGE } from '../../upstream/kubernetes/known-images';
import { Version } from '../../upstream/releases/version';
import type { Container, Volume, Workload } from '../cluster/workload';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import type { TbotConfig } from './tbot-config';

/** A pod that runs tbot, with the configurations among the manifests that it mounts. */
export interface TbotWorkload {
  readonly workload: Workload;
  /** The container tbot runs in. */
  readonly container: Container;
  readonly configs: readonly TbotConfig[];
  /** The release its image's tag names; undefined for `latest`, `18` and bare digests. */
  readonly release: Version | undefined;
}

/** Finds the pods that run tbot. */
export function findTbotWorkloads(
  workloads: readonly Workload[],
  tbotConfigs: readonly TbotConfig[],
  manifests: ManifestSet,
): readonly TbotWorkload[] {
  const configsOf = new Map<Manifest, TbotConfig[]>();
  for (const config of tbotConfigs) {
    const container = config.manifest.container?.manifest;
    if (container) addTo(configsOf, container, config);
  }
  return workloads.flatMap((workload) => {
    const container = [...workload.containers, ...workload.initContainers].find(runsTbot);
    if (!container) return [];
    const { namespace } = workload.manifest;
    const mounted = [
      ...workload.volumes.flatMap(configMapNames).map((name) => manifests.find('ConfigMap', namespace, name)),
      ...workload.volumes.flatMap(secretNames).map((name) => manifests.find('Secret', namespace, name)),
    ];
    const configs = mounted.flatMap((object) => (object && configsOf.get(object)) ?? []);
    return [{ workload, container, configs, release: releaseOf(container.image) }];
  });
}

/** Names of the ConfigMaps a volume shows, alone or among others. */
export function configMapNames({ body }: Volume): readonly string[] {
  return [body, ...listAt(body, 'projected', 'sources')].flatMap((source) => textAt(source, 'configMap', 'name') ?? []);
}

function secretNames({ body }: Volume): readonly string[] {
  const projected = listAt(body, 'projected', 'sources').flatMap((source) => textAt(source, 'secret', 'name') ?? []);
  return [textAt(body, 'secret', 'secretName') ?? [], projected].flat();
}

/** Programs that only start another one; Teleport's images begin with the first. */
const WRAPPERS = /(?:^|\/)(?:dumb-init|tini)$|^-/;

/** Teleport's own images have tbot too, for whoever names it as the command. */
function runsTbot({ image, body }: Container): boolean {
  if (TBOT_IMAGE.test(image)) return true;
  const words = commandLine(body);
  const program = words.find((word) => !WRAPPERS.test(word)) ?? '';
  return TELEPORT_IMAGE.test(image) && /(?:^|\/)tbot$/.test(program);
}

function releaseOf(image: string): Version | undefined {
  const tag = imageTag(image);
  return /^v?\d+\.\d+\.\d+/.test(tag) ? Version.tryParse(tag) : undefined;
}
