/** Attributes with one value each (gravitational/teleport api/proto/teleport/workloadidentity/v1/attrs.proto). */
const SCALARS: ReadonlySet<string> = new Set([
  ...['attested', 'namespace', 'service_account', 'pod_name', 'pod_uid', 'container.name', 'container.image']
    .concat(['container.image_digest', 'container.type'])
    .map((name) => `workload.kubernetes.${name}`),
  ...['attested', 'pid', 'uid', 'gid', 'binary_path', 'binary_hash'].map((name) => `workload.unix.${name}`),
  ...['attested', 'service'].map((name) => `workload.systemd.${name}`),
  ...['docker', 'podman'].flatMap((engine) =>
    ['attested', 'container.name', 'container.image', 'container.image_digest'].map(
      (name) => `workload.${engine}.${name}`,
    ),
  ),
  'workload.podman.pod.name',
  ...['name', 'is_bot', 'bot_name', 'bot_instance_id'].map((name) => `user.${name}`),
  ...['join_token_name', 'join_method'].map((name) => `join.meta.${name}`),
]);

/** Attributes that hold entries by key; only expressions can read them. */
const MAPS: ReadonlySet<string> = new Set([
  ...['workload.kubernetes.labels', 'workload.docker.container.labels', 'workload.podman.container.labels'],
  ...['workload.podman.pod.labels', 'user.traits', 'user.labels'],
]);

/** What an attribute's name can be used for; `undefined` if there is none of that name. */
export function attributeType(name: string): 'scalar' | 'map' | undefined {
  if (SCALARS.has(name)) return 'scalar';
  const map = [...MAPS].find((one) => name === one || name.startsWith(`${one}.`) || name.startsWith(`${one}[`));
  if (map !== undefined) return 'map';
  // What a join method tells differs by method and is not all listed here.
  return /^join\.(?!meta\.)[a-z_]+\.[a-z_.]+$/.test(name) ? 'scalar' : undefined;
}

/** Every attribute's name, for suggestions. */
export const ATTRIBUTE_NAMES: readonly string[] = [...SCALARS, ...MAPS];
