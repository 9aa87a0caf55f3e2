import { field, isObject, type JsonObject, type JsonValue, listAt, textAt } from '../../base/json';

/** Levels of the Pod Security Standards, from the least to the most restrictive. */
export type PodSecurityLevel = 'privileged' | 'baseline' | 'restricted';

/** Label of a namespace by which the API server knows which pods it admits. */
export const POD_SECURITY_LABEL = 'pod-security.kubernetes.io/enforce';

/** Label of a namespace by which the API server warns of pods that a level would refuse. */
export const POD_SECURITY_WARN_LABEL = 'pod-security.kubernetes.io/warn';

/** A field for which the API server refuses a pod. */
export interface PodSecurityViolation {
  /** JSON pointer into the pod spec, to what is wrong or to where something is missing. */
  readonly pointer: string;
  /** What is wrong, as a clause. */
  readonly problem: string;
  /** What the level wants instead. */
  readonly wanted: string;
}

/** Capabilities that containers may add at level baseline. */
const BASELINE_CAPABILITIES: ReadonlySet<string> = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'],
]);

const SECCOMP_ALLOWED: ReadonlySet<string> = new Set(['RuntimeDefault', 'Localhost']);

/** Volumes that level restricted refuses; host paths are refused from baseline on. */
const FORBIDDEN_VOLUMES = [
  ...['gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'nfs', 'iscsi', 'glusterfs', 'rbd', 'flexVolume'],
  ...['cinder', 'cephfs', 'flocker', 'fc', 'azureFile', 'vsphereVolume', 'quobyte', 'azureDisk', 'portworxVolume'],
  ...['scaleIO', 'storageos', 'photonPersistentDisk'],
];

/** Whether the text is one of the levels; the API server takes any other for `restricted`, as it fails closed. */
export function isPodSecurityLevel(text: string): text is PodSecurityLevel {
  return text === 'privileged' || text === 'baseline' || text === 'restricted';
}

/**
 * Why the API server refuses pods with this spec at a level; empty if it admits them. What injection adds is not part of it
 * (kubernetes/pod-security-admission policy/check_*.go).
 */
export function podSecurityViolations(spec: JsonObject, level: PodSecurityLevel): readonly PodSecurityViolation[] {
  if (level === 'privileged' || textAt(spec, 'os', 'name') === 'windows') return [];
  const containers = [...containersOf(spec, 'initContainers'), ...containersOf(spec, 'containers')];
  const baseline = [...ofPod(spec), ...containers.flatMap(([pointer, body]) => ofContainer(pointer, body))];
  if (level === 'baseline') return baseline;
  return [
    ...baseline,
    ...restrictedVolumes(spec),
    ...restrictedPod(spec),
    ...containers.flatMap(([pointer, body]) => restrictedContainer(pointer, body, spec)),
  ];
}

function containersOf(spec: JsonObject, key: string): readonly (readonly [string, JsonObject])[] {
  return listAt(spec, key).flatMap((body, index) => (isObject(body) ? [[`/${key}/${index}`, body] as const] : []));
}

function ofPod(spec: JsonObject): readonly PodSecurityViolation[] {
  const host = ['hostNetwork', 'hostPID', 'hostIPC']
    .filter((key) => spec[key] === true)
    .map((key) => ({ pointer: `/${key}`, problem: `${key} is true`, wanted: `no ${key}` }));
  const paths = listAt(spec, 'volumes').flatMap((volume, index) =>
    field(volume, 'hostPath') === undefined
      ? []
      : [
          {
            pointer: `/volumes/${index}`,
            problem: `volume "${name(volume)}" is a host path`,
            wanted: 'another volume',
          },
        ],
  );
  return [...host, ...paths, ...unconfined('', spec)];
}

function ofContainer(pointer: string, container: JsonObject): readonly PodSecurityViolation[] {
  const found: PodSecurityViolation[] = [];
  const at = `${pointer}/securityContext`;
  if (field(container, 'securityContext', 'privileged') === true) {
    found.push({ pointer: at, problem: `container "${name(container)}" is privileged`, wanted: 'no "privileged"' });
  }
  const added = capabilities(container, 'add').filter((each) => !BASELINE_CAPABILITIES.has(each));
  if (added.length > 0) {
    const problem = `container "${name(container)}" adds the capabilities ${added.join(', ')}`;
    found.push({ pointer: at, problem, wanted: 'not one of these' });
  }
  for (const [index, port] of listAt(container, 'ports').entries()) {
    const hostPort = field(port, 'hostPort');
    if (hostPort === undefined || hostPort === 0) continue;
    const problem = `container "${name(container)}" uses port ${String(hostPort)} of the node`;
    found.push({ pointer: `${pointer}/ports/${index}`, problem, wanted: 'no hostPort' });
  }
  return [...found, ...unconfined(pointer, container)];
}

function unconfined(pointer: string, owner: JsonObject): readonly PodSecurityViolation[] {
  if (textAt(owner, 'securityContext', 'seccompProfile', 'type') !== 'Unconfined') return [];
  const wanted = 'seccompProfile: {type: RuntimeDefault}';
  return [{ pointer: `${pointer}/securityContext`, problem: 'the seccomp profile is Unconfined', wanted }];
}

function restrictedVolumes(spec: JsonObject): readonly PodSecurityViolation[] {
  return listAt(spec, 'volumes').flatMap((volume, index) => {
    const kind = FORBIDDEN_VOLUMES.find((each) => field(volume, each) !== undefined);
    if (kind === undefined) return [];
    return [
      {
        pointer: `/volumes/${index}`,
        problem: `volume "${name(volume)}" is of type ${kind}`,
        wanted: 'a PersistentVolumeClaim',
      },
    ];
  });
}

function restrictedPod(spec: JsonObject): readonly PodSecurityViolation[] {
  return runsAsRoot('the pod', '', spec);
}

function restrictedContainer(pointer: string, container: JsonObject, pod: JsonObject): readonly PodSecurityViolation[] {
  const who = `container "${name(container)}"`;
  const at = `${pointer}/securityContext`;
  const found: PodSecurityViolation[] = [...runsAsRoot(who, pointer, container)];
  const own = (key: string) => field(container, 'securityContext', key);
  if (own('allowPrivilegeEscalation') !== false) {
    found.push({
      pointer: at,
      problem: `${who} allows privilege escalation`,
      wanted: 'allowPrivilegeEscalation: false',
    });
  }
  if (!capabilities(container, 'drop').includes('ALL')) {
    found.push({ pointer: at, problem: `${who} keeps capabilities`, wanted: 'capabilities: {drop: [ALL]}' });
  }
  const added = capabilities(container, 'add').filter((each) => each !== 'NET_BIND_SERVICE');
  if (added.some((each) => BASELINE_CAPABILITIES.has(each))) {
    const problem = `${who} adds the capabilities ${added.join(', ')}`;
    found.push({ pointer: at, problem, wanted: 'no capability except NET_BIND_SERVICE' });
  }
  const nonRoot = own('runAsNonRoot') ?? field(pod, 'securityContext', 'runAsNonRoot');
  if (nonRoot !== true) {
    found.push({ pointer: at, problem: `${who} may run as root`, wanted: 'runAsNonRoot: true' });
  }
  if (!hasSeccomp(container) && !hasSeccomp(pod)) {
    const wanted = 'seccompProfile: {type: RuntimeDefault}';
    found.push({ pointer: at, problem: `${who} has no seccomp profile`, wanted });
  }
  return found;
}

function runsAsRoot(who: string, pointer: string, owner: JsonObject): readonly PodSecurityViolation[] {
  if (field(owner, 'securityContext', 'runAsUser') !== 0) return [];
  return [{ pointer: `${pointer}/securityContext`, problem: `${who} runs as user 0`, wanted: 'another runAsUser' }];
}

/** Whether a pod, or a container, has a seccomp profile of its own that the level takes. */
export function hasSeccomp(owner: JsonObject): boolean {
  return SECCOMP_ALLOWED.has(textAt(owner, 'securityContext', 'seccompProfile', 'type') ?? '');
}

function capabilities(container: JsonObject, key: 'add' | 'drop'): readonly string[] {
  return listAt(container, 'securityContext', 'capabilities', key).filter((each) => typeof each === 'string');
}

function name(value: JsonValue): string {
  return textAt(value, 'name') ?? '';
}
