import { isSocketSource, SOCKET_VOLUME } from '../../cluster';
import { CSI_DRIVER_IMAGE, field, listAt, textAt, toPointer } from '../../manifests';
import { baseNameOf, type CheckContext, directoryOf, mountOf, socketPath } from '../model';
import { defineRule } from '../rule';
import { deployment, indent, OVERLAY, stream, withTemplate } from './examples';

const ENV = 'WORKLOAD_IDENTITY_SOCKET_FILE';

const namedSocket = (name: string) =>
  `trustDomain: example.teleport.sh\ndefaultConfig:\n  proxyMetadata:\n    ${ENV}: ${name}`;

const tbotConfig = (listen: string) =>
  `version: v2\nproxy_server: example.teleport.sh:443\nservices:\n  - type: workload-identity-api\n    listen: ${listen}\n    selector: {name: mesh}\n`;

/** tbot's configuration and DaemonSet, whose socket directory is mounted from the node as the volume says. */
const tbot = (listen: string, mount: string, hostPath: string) =>
  stream(
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tbot, namespace: teleport}\ndata:\n  tbot.yaml: |\n${indent(tbotConfig(listen).trimEnd(), 4)}`,
    `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tbot, namespace: teleport}
spec:
  selector: {matchLabels: {app: tbot}}
  template:
    metadata: {labels: {app: tbot}}
    spec:
      containers:
        - name: tbot
          image: public.ecr.aws/gravitational/tbot-distroless:18.7.3
          volumeMounts:
            - {name: config, mountPath: /config}
            - ${mount}
      volumes:
        - {name: config, configMap: {name: tbot}}
        - {name: sockets, hostPath: {path: ${hostPath}, type: DirectoryOrCreate}}`,
  );

const csiDriver = (directory: string) => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: spiffe-csi-driver, namespace: teleport}
spec:
  selector: {matchLabels: {app: csi}}
  template:
    metadata: {labels: {app: csi}}
    spec:
      containers:
        - name: driver
          image: ghcr.io/spiffe/spiffe-csi-driver:0.2.12
          args: [-workload-api-socket-dir, /sockets]
          volumeMounts:
            - {name: sockets, mountPath: /sockets, readOnly: true}
      volumes:
        - {name: sockets, hostPath: {path: ${directory}, type: DirectoryOrCreate}}`;

const SOCKETS = '{name: sockets, mountPath: /run/tbot/sockets}';

/** Every Workload API a tbot among the manifests listens on by unix socket, with its path. */
function listeners({ tbotConfigs }: CheckContext) {
  return tbotConfigs.flatMap(({ manifest, workloadApis }) =>
    workloadApis.flatMap(({ body, pointer }) => {
      const path = socketPath(textAt(body, 'listen'));
      return path === undefined ? [] : [{ manifest, pointer: `${pointer}/listen`, path }];
    }),
  );
}

/** Directories on the nodes in which tbot makes its sockets. */
function tbotDirectories({ tbotWorkloads }: CheckContext): ReadonlySet<string> {
  return new Set(
    tbotWorkloads.flatMap(({ workload, container, configs }) =>
      configs.flatMap(({ workloadApis }) =>
        workloadApis.flatMap(({ body }) => {
          const path = socketPath(textAt(body, 'listen'));
          const host = path === undefined ? undefined : mountOf(workload, container, directoryOf(path))?.hostPath;
          return host === undefined ? [] : [host];
        }),
      ),
    ),
  );
}

/** The value of a flag of a Go program, in one argument or in two. */
function flagValue(args: readonly unknown[], flag: string): string | undefined {
  for (let index = 0; index < args.length; index += 1) {
    const arg = String(args[index]).replace(/^--?/, '');
    if (arg === flag) return String(args[index + 1] ?? '');
    if (arg.startsWith(`${flag}=`)) return arg.slice(flag.length + 1);
  }
  return undefined;
}

/** The Workload API socket: its name, its directory, and how pods get it. */
export const SOCKET_RULES = [
  defineRule({
    id: 'socket-name-has-slash',
    severity: 'error',
    title: 'A path where a file name belongs',
    found: `${ENV} is "{name}"`,
    why: "Istio's agent takes only a bare file name and exits.",
    fix: 'write the last part of the path only',
    source: 'istio/istio pkg/istio-agent/agent.go, pilot/cmd/pilot-agent/options',
    wrong: withTemplate(OVERLAY, namedSocket('/run/workload.sock')),
    right: withTemplate(OVERLAY, namedSocket('workload.sock')),
    check({ meshConfigs }, report) {
      for (const { manifest, pointer, proxyMetadata } of meshConfigs) {
        const name = proxyMetadata[ENV];
        if (name?.includes('/')) report(manifest, pointer + toPointer('defaultConfig', 'proxyMetadata', ENV), { name });
      }
    },
  }),
  defineRule({
    id: 'socket-name-default',
    severity: 'warning',
    title: 'A mesh that falls back to istiod in silence',
    found: 'the socket has the default name "socket"',
    why: 'A proxy that does not find a socket of that name takes its certificate from istiod, from another root; with any other name it exits and says so.',
    fix: `call the socket something else in tbot's listen, and say so in meshConfig.defaultConfig.proxyMetadata.${ENV}`,
    source: 'istio/istio#45534, pkg/istio-agent/agent.go',
    wrong: withTemplate(OVERLAY),
    right: withTemplate(OVERLAY, namedSocket('workload.sock')),
    check({ meshConfigs, injector }, report) {
      if (!injector.templates.some(({ isOverlay }) => isOverlay)) return;
      for (const { manifest, pointer, proxyMetadata } of meshConfigs) {
        if ((proxyMetadata[ENV] ?? 'socket') !== 'socket') continue;
        report(manifest, pointer + toPointer('defaultConfig', 'proxyMetadata', ENV));
      }
    },
  }),
  defineRule({
    id: 'socket-name-mismatch',
    aliases: ['socket-file-name'],
    severity: 'error',
    title: 'tbot and Istio call the socket differently',
    found: 'tbot makes "{file}", proxies look for "{name}"',
    why: 'Proxies do not find the socket: they exit, or with the default name fall back to istiod.',
    fix: `give both the same name: the last part of tbot's listen, and proxyMetadata.${ENV}`,
    source: 'istio/istio pkg/security/security.go, pkg/istio-agent/agent.go',
    wrong: stream(withTemplate(OVERLAY, namedSocket('workload.sock')), tbotConfig('unix:///run/tbot/sockets/socket')),
    right: stream(
      withTemplate(OVERLAY, namedSocket('workload.sock')),
      tbotConfig('unix:///run/tbot/sockets/workload.sock'),
    ),
    check(context, report) {
      if (!context.usesWorkloadApi || context.meshConfigs.length === 0) return;
      const names = new Set(context.meshConfigs.map(({ proxyMetadata }) => proxyMetadata[ENV] ?? 'socket'));
      const found = listeners(context);
      if (found.some(({ path }) => names.has(baseNameOf(path)))) return;
      for (const { manifest, pointer, path } of found) {
        report(manifest, pointer, { file: baseNameOf(path), name: [...names].join('", "') });
      }
    },
  }),
  defineRule({
    id: 'socket-dir-match',
    severity: 'error',
    title: 'tbot makes its socket where nobody can see it',
    found: 'tbot listens in {directory}, which is in no volume of its pod',
    why: "The socket stays inside tbot's own container.",
    fix: 'mount the directory from the node, or from a volume shared with the proxy',
    source: 'gravitational/teleport examples/chart/tbot-spiffe-daemon-set/templates/daemonset.yaml',
    wrong: tbot('unix:///run/spire/sockets/workload.sock', SOCKETS, '/run/tbot/sockets'),
    right: tbot('unix:///run/tbot/sockets/workload.sock', SOCKETS, '/run/tbot/sockets'),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, configs } of tbotWorkloads) {
        for (const { manifest, workloadApis } of configs) {
          for (const { body, pointer } of workloadApis) {
            const path = socketPath(textAt(body, 'listen'));
            if (path === undefined || mountOf(workload, container, directoryOf(path))) continue;
            report(manifest, `${pointer}/listen`, { directory: directoryOf(path) });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'socket-dir-not-shared',
    severity: 'error',
    title: "The CSI driver serves another directory than tbot's",
    found: 'the driver serves {served} of the node, tbot makes its socket in {made}',
    why: 'Pods get an empty directory and their proxies no identity.',
    fix: 'mount the same host directory into both',
    source: 'spiffe/spiffe-csi README.md',
    wrong: stream(
      tbot('unix:///run/tbot/sockets/workload.sock', SOCKETS, '/run/tbot/sockets'),
      csiDriver('/run/spire/agent-sockets'),
    ),
    right: stream(
      tbot('unix:///run/tbot/sockets/workload.sock', SOCKETS, '/run/tbot/sockets'),
      csiDriver('/run/tbot/sockets'),
    ),
    check(context, report) {
      const made = tbotDirectories(context);
      if (made.size === 0) return;
      for (const workload of context.workloads) {
        for (const container of workload.containers) {
          if (!CSI_DRIVER_IMAGE.test(container.image)) continue;
          const args = [...listAt(container.body, 'command'), ...listAt(container.body, 'args')];
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
    severity: 'warning',
    title: 'Pods that take the socket from the node themselves',
    found: 'volume "{volume}" is the host path {path}',
    why: 'Pod Security levels baseline and restricted forbid it, and whoever may mount host paths may mount others too.',
    fix: 'use a csi volume of csi.spiffe.io',
    source:
      'kubernetes/website content/en/docs/concepts/security/pod-security-standards.md, spiffe/spiffe-csi README.md',
    wrong: withTemplate(
      'spec:\n  volumes:\n    - name: workload-socket\n      hostPath: {path: /run/spire/sockets, type: Directory}\n',
    ),
    right: withTemplate(OVERLAY),
    check(context, report) {
      const directories = tbotDirectories(context);
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
    severity: 'warning',
    title: 'A socket of the whole node that one proxy can delete',
    found: 'the host path {path} is mounted writable',
    why: 'A proxy that finds the socket unhealthy deletes it, for every pod of the node.',
    fix: 'use a csi volume, which is read-only, or mount it read-only at /var/run/secrets/workload-spiffe-uds',
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
            textAt(mount, 'mountPath') === '/var/run/secrets/workload-spiffe-uds' &&
            field(mount, 'readOnly') === true,
        );
        if (!isReadOnly) report(manifest, socket.pointer, { path: textAt(socket.body, 'hostPath', 'path') ?? '' });
      }
    },
  }),
  defineRule({
    id: 'socket-mount-as-file',
    severity: 'error',
    title: 'The socket file mounted instead of its directory',
    found: '{how}',
    why: 'tbot makes a new file whenever it starts; a mount of the old one dangles until the pod is restarted.',
    fix: 'mount the directory that holds the socket',
    source: 'gravitational/teleport lib/tbot/internal/listener.go',
    wrong: deployment(
      'front-end',
      '',
      'volumes:\n  - {name: workload-socket, hostPath: {path: /run/tbot/sockets/workload.sock, type: Socket}}',
    ),
    right: deployment(
      'front-end',
      '',
      'volumes:\n  - {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}',
    ),
    check(context, report) {
      const directories = tbotDirectories(context);
      for (const { manifest, volumes, containers } of context.workloads) {
        const sockets = new Set<string>();
        for (const { name, body, pointer } of volumes) {
          const path = textAt(body, 'hostPath', 'path') ?? '';
          if (name === SOCKET_VOLUME || directories.has(path)) sockets.add(name);
          const isFile = textAt(body, 'hostPath', 'type') === 'Socket';
          if (isFile && (name === SOCKET_VOLUME || directories.has(directoryOf(path)))) {
            report(manifest, `${pointer}/hostPath`, { how: `volume "${name}" is the file ${path}` });
          }
        }
        for (const { body, pointer } of containers) {
          listAt(body, 'volumeMounts').forEach((mount, at) => {
            const subPath = textAt(mount, 'subPath');
            if (subPath === undefined || !sockets.has(textAt(mount, 'name') ?? '')) return;
            report(manifest, `${pointer}/volumeMounts/${at}/subPath`, { how: `subPath ${subPath} is mounted` });
          });
        }
      }
    },
  }),
];
