import { field, isObject, type JsonObject, listAt, textAt } from '../../../../base/json';
import { isSocketSource } from '../../../../model/cluster/injection-template';
import type { Container, Volume, Workload } from '../../../../model/cluster/workload';
import { directoryOf, mountOf } from '../../../../model/teleport/host-directory';
import { socketPath } from '../../../../model/teleport/tbot-config';
import { USER_VOLUME_MOUNT_ANNOTATION } from '../../../../upstream/istio/injection';
import { SOCKET_MOUNT_PATH, SOCKET_VOLUME } from '../../../../upstream/istio/proxy-volumes';
import { commandLine } from '../../../../upstream/kubernetes/command-line';
import { CSI_DRIVER_IMAGE } from '../../../../upstream/kubernetes/known-images';
import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { CSI_VOLUME, csiDriver, OVERLAY, stream, withTemplate, withVolume } from '../examples';
import { tbotConfig, tbotPods } from '../teleport-examples';
import { podVolumes } from './pod-volumes';

/** A tbot that shares /run/tbot/sockets with its node, whether it listens there or elsewhere. */
const tbot = (listen: string) =>
  tbotPods({
    config: tbotConfig({ listen, service: 'attestors: {kubernetes: {enabled: true}}' }),
    mount: '{name: sockets, mountPath: /run/tbot/sockets}',
    volume: '{name: sockets, hostPath: {path: /run/tbot/sockets, type: DirectoryOrCreate}}',
  });

const TBOT = tbot('unix:///run/tbot/sockets/workload.sock');

/** Directories in which tbots make their sockets, with the mounts they lie in. */
function madeDirectories({ tbotWorkloads }: CheckContext) {
  return tbotWorkloads.flatMap(({ workload, container, configs }) =>
    configs.flatMap(({ manifest, workloadApis }) =>
      workloadApis.flatMap(({ body, pointer }) => {
        const path = socketPath(textAt(body, 'listen'));
        if (path === undefined) return [];
        const directory = directoryOf(path);
        const mount = mountOf(workload, container, directory);
        return [{ manifest, pointer: `${pointer}/listen`, directory, workload, container, mount }];
      }),
    ),
  );
}

/** Whether a volume holds what one container writes and nobody else can see. */
function isPrivate({ containers, initContainers, annotations }: Workload, writer: Container, volume: Volume): boolean {
  if (!isObject(volume.body.emptyDir)) return false;
  const readers = [...containers, ...initContainers].filter((one) => one !== writer);
  const isMounted = readers.some(({ body }) =>
    listAt(body, 'volumeMounts').some((mount) => textAt(mount, 'name') === volume.name),
  );
  // A proxy that is injected mounts the socket's volume, or what an annotation of the pod tells it to.
  const isProxys =
    volume.name === SOCKET_VOLUME || annotations[USER_VOLUME_MOUNT_ANNOTATION]?.includes(`"${volume.name}"`) === true;
  return !isMounted && !isProxys;
}

/** Mounts of a single file of the volumes. */
function subPathsOf(spec: JsonObject, volumes: ReadonlySet<string>) {
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, list).flatMap((container, index) =>
      listAt(container, 'volumeMounts').flatMap((mount, at) => {
        const subPath = textAt(mount, 'subPath');
        if (subPath === undefined || !volumes.has(textAt(mount, 'name') ?? '')) return [];
        return [{ subPath, pointer: `/${list}/${index}/volumeMounts/${at}/subPath` }];
      }),
    ),
  );
}

/** Those of them that are directories of the nodes, by their paths there. */
function hostDirectories(context: CheckContext): ReadonlySet<string> {
  return new Set(madeDirectories(context).flatMap(({ mount }) => mount?.hostPath ?? []));
}

/** The value of a flag of a Go program, in one argument or in two. */
function flagValue(args: readonly string[], flag: string): string | undefined {
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index]?.replace(/^--?/, '') ?? '';
    if (arg === flag) return args[index + 1] ?? '';
    if (arg.startsWith(`${flag}=`)) return arg.slice(flag.length + 1);
  }
  return undefined;
}

/** How the Workload API socket gets from tbot into pods. */
export const SOCKET_DIRECTORY_RULES = [
  defineRule({
    id: 'socket-dir-match',
    subject: 'The directory of the socket',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: "tbot's socket directory is not shared with the node",
    found: 'tbot listens in {directory}, which {problem}',
    why: "The socket stays inside tbot's own container.",
    fix: 'mount the directory from the node, or from a volume shared with the proxy',
    source: 'gravitational/teleport examples/chart/tbot-spiffe-daemon-set/templates/daemonset.yaml',
    wrong: tbot('unix:///run/spire/sockets/workload.sock'),
    right: TBOT,
    check(context, report) {
      for (const { manifest, pointer, directory, workload, container, mount } of madeDirectories(context)) {
        if (!mount) report(manifest, pointer, { directory, problem: 'is in no volume of its pod' });
        else if (isPrivate(workload, container, mount.volume)) {
          report(manifest, pointer, { directory, problem: 'is an emptyDir that no other container mounts' });
        }
      }
    },
  }),
  defineRule({
    id: 'socket-dir-not-shared',
    subject: 'The directory of the socket',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: "CSI driver does not serve tbot's directory",
    found: "the driver serves the node's {served}, but tbot creates its socket in {made}",
    why: 'Pods get an empty directory, and their proxies get no identity.',
    fix: 'mount the same host directory into both',
    source: 'spiffe/spiffe-csi README.md',
    wrong: stream(TBOT, csiDriver(DEFAULT_RELEASES.csiDriver, '/run/spire/agent-sockets')),
    right: stream(TBOT, csiDriver(DEFAULT_RELEASES.csiDriver, '/run/tbot/sockets')),
    check(context, report) {
      const made = hostDirectories(context);
      if (made.size === 0) return;
      for (const workload of context.workloads) {
        for (const container of workload.containers) {
          if (!CSI_DRIVER_IMAGE.test(container.image)) continue;
          const args = commandLine(container.body);
          const directory = flagValue(args, 'workload-api-socket-dir');
          const mount = directory === undefined ? undefined : mountOf(workload, container, directory);
          if (mount?.hostPath === undefined || made.has(mount.hostPath)) continue;
          report(workload.manifest, `${mount.volume.pointer}/hostPath/path`, {
            served: mount.hostPath,
            made: [...made].join(', '),
          });
        }
      }
    },
  }),
  defineRule({
    id: 'hostpath-socket',
    subject: 'The directory of the socket',
    since: '0.1.0',
    severity: 'warning',
    title: 'Pods mount the socket by hostPath',
    found: 'volume "{volume}" is the host path {path}',
    why: 'The Pod Security levels baseline and restricted forbid it, and anyone who may mount this host path can mount others too.',
    fix: 'use a csi volume of csi.spiffe.io',
    source:
      'kubernetes/website content/en/docs/concepts/security/pod-security-standards.md, spiffe/spiffe-csi README.md',
    wrong: withTemplate(
      'spec:\n  volumes:\n    - name: workload-socket\n      hostPath: {path: /run/spire/sockets, type: Directory}\n',
    ),
    right: withTemplate(OVERLAY),
    check(context, report) {
      const directories = hostDirectories(context);
      const tbots = new Set(context.tbotWorkloads.map(({ workload }) => workload));
      for (const { manifest, volumes } of context.injector.templates) {
        for (const { name, body, pointer } of volumes) {
          const path = textAt(body, 'hostPath', 'path');
          if (name === SOCKET_VOLUME && path !== undefined) report(manifest, pointer, { volume: name, path });
        }
      }
      for (const workload of context.workloads) {
        const isDriver = workload.containers.some(({ image }) => CSI_DRIVER_IMAGE.test(image));
        if (tbots.has(workload) || isDriver) continue;
        for (const { name, body, pointer } of workload.volumes) {
          const path = textAt(body, 'hostPath', 'path');
          if (path === undefined || (name !== SOCKET_VOLUME && !directories.has(path))) continue;
          report(workload.manifest, pointer, { volume: name, path });
        }
      }
    },
  }),
  defineRule({
    id: 'hostpath-socket-writable',
    subject: 'The directory of the socket',
    since: '0.1.0',
    severity: 'warning',
    title: 'Socket of the whole node is writable for one proxy',
    found: 'the host path {path} is mounted writable',
    why: 'A proxy that finds the socket unhealthy deletes it, for every pod on the node.',
    fix: `use a csi volume, which is read-only, or mount it read-only at ${SOCKET_MOUNT_PATH}`,
    source: 'istio/istio#55404, pkg/istio-agent/agent.go (checkSocket)',
    wrong: withTemplate('spec:\n  volumes:\n    - name: workload-socket\n      hostPath: {path: /run/spire/sockets}\n'),
    right: withTemplate(OVERLAY),
    check({ injector }, report) {
      for (const { manifest, spec, volumes } of injector.templates) {
        const socket = volumes.find((volume) => isSocketSource(volume) && volume.body.hostPath != null);
        if (!socket) continue;
        const mounts = ['containers', 'initContainers']
          .flatMap((list) => listAt(spec, list))
          .flatMap((container) => listAt(container, 'volumeMounts'));
        // The stock mount is writable; only one at the same path changes that.
        const isReadOnly = mounts.some(
          (mount) =>
            textAt(mount, 'name') === SOCKET_VOLUME &&
            textAt(mount, 'mountPath') === SOCKET_MOUNT_PATH &&
            field(mount, 'readOnly') === true,
        );
        if (!isReadOnly) report(manifest, socket.pointer, { path: textAt(socket.body, 'hostPath', 'path') ?? '' });
      }
    },
  }),
  defineRule({
    id: 'socket-mount-as-file',
    subject: 'The directory of the socket',
    since: '0.1.0',
    severity: 'error',
    title: 'Socket file mounted instead of its directory',
    found: '{how}',
    why: 'tbot creates a new file whenever it starts; a mount of the old one is dead until the pod is restarted.',
    fix: 'mount the directory that holds the socket',
    source: 'gravitational/teleport lib/tbot/internal/listener.go',
    wrong: withVolume('{name: workload-socket, hostPath: {path: /run/tbot/sockets/workload.sock, type: Socket}}'),
    right: withVolume(CSI_VOLUME),
    check(context, report) {
      const directories = hostDirectories(context);
      for (const { manifest, spec, specPointer, volumes } of podVolumes(context)) {
        const sockets = new Set<string>();
        for (const { name, body, pointer } of volumes) {
          const path = textAt(body, 'hostPath', 'path') ?? '';
          if (name === SOCKET_VOLUME || directories.has(path)) sockets.add(name);
          const isFile = textAt(body, 'hostPath', 'type') === 'Socket';
          if (isFile && (name === SOCKET_VOLUME || directories.has(directoryOf(path)))) {
            report(manifest, `${pointer}/hostPath`, { how: `volume "${name}" is the file ${path}` });
          }
        }
        if (sockets.size === 0) continue;
        for (const { subPath, pointer } of subPathsOf(spec, sockets)) {
          report(manifest, specPointer + pointer, { how: `subPath ${subPath} is mounted` });
        }
      }
    },
  }),
];
