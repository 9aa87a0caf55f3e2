import { textAt } from '../../../../base/json';
import { baseNameOf } from '../../../../model/teleport/host-directory';
import { socketPath } from '../../../../model/teleport/tbot-config';
import { DEFAULT_SOCKET_FILE, SOCKET_FILE_VARIABLE } from '../../../../upstream/istio/proxy-volumes';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';
import { tbotConfig } from '../teleport-examples';

const namedSocket = (name: string) =>
  withTemplate(
    OVERLAY,
    `trustDomain: example.teleport.sh\ndefaultConfig:\n  proxyMetadata:\n    ${SOCKET_FILE_VARIABLE}: ${name}`,
  );

/** Every Workload API a tbot among the manifests listens on by unix socket, with its path. */
function listeners({ tbotConfigs }: CheckContext) {
  return tbotConfigs.flatMap(({ manifest, workloadApis }) =>
    workloadApis.flatMap(({ body, pointer }) => {
      const path = socketPath(textAt(body, 'listen'));
      return path === undefined ? [] : [{ manifest, pointer: `${pointer}/listen`, path }];
    }),
  );
}

/** What the Workload API socket is called. */
export const SOCKET_NAME_RULES = [
  defineRule({
    id: 'socket-name-has-slash',
    subject: 'The name of the socket',
    since: '0.1.0',
    severity: 'error',
    title: "Path given as the socket's file name",
    found: `${SOCKET_FILE_VARIABLE} is "{name}"`,
    why: "Istio's agent accepts only a bare file name, and exits.",
    fix: 'write only the last part of the path',
    source: 'istio/istio pkg/istio-agent/agent.go, pilot/cmd/pilot-agent/options',
    wrong: namedSocket('/run/workload.sock'),
    right: namedSocket('workload.sock'),
    check({ installations }, report) {
      for (const { manifest, pointer, name } of installations.flatMap((one) => one.socketFiles ?? [])) {
        if (name.includes('/')) report(manifest, pointer, { name });
      }
    },
  }),
  defineRule({
    id: 'socket-name-default',
    subject: 'The name of the socket',
    since: '0.1.0',
    severity: 'warning',
    title: 'Proxies fall back to istiod without an error',
    found: 'the socket has the default name "socket"',
    why: 'A proxy that does not find a socket with that name gets its certificate from istiod, signed by another root; with any other name it exits with an error.',
    fix: `give the socket another name in tbot's listen, and set the same name in meshConfig.defaultConfig.proxyMetadata.${SOCKET_FILE_VARIABLE}`,
    source: 'istio/istio#45534, pkg/istio-agent/agent.go',
    wrong: withTemplate(OVERLAY),
    right: namedSocket('workload.sock'),
    check({ installations, injector }, report) {
      if (!injector.templates.some(({ isOverlay }) => isOverlay)) return;
      for (const { manifest, pointer, name } of installations.flatMap((one) => one.socketFiles ?? [])) {
        if (name === DEFAULT_SOCKET_FILE) report(manifest, pointer);
      }
    },
  }),
  defineRule({
    id: 'socket-name-mismatch',
    subject: 'The name of the socket',
    since: '0.1.0',
    aliases: ['socket-file-name'],
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Different socket names for tbot and Istio',
    found: 'tbot creates "{file}", but proxies look for "{name}"',
    why: 'Proxies do not find the socket: they exit or, with the default name, fall back to istiod.',
    fix: `give both the same name: the last part of tbot's listen, and proxyMetadata.${SOCKET_FILE_VARIABLE}`,
    source: 'istio/istio pkg/security/security.go, pkg/istio-agent/agent.go',
    wrong: stream(namedSocket('workload.sock'), tbotConfig({ listen: 'unix:///run/tbot/sockets/socket' })),
    right: stream(namedSocket('workload.sock'), tbotConfig()),
    check(context, report) {
      if (!context.usesWorkloadApi || context.installations.length === 0) return;
      const known = context.installations.map(({ socketFiles }) => socketFiles);
      // A name that nobody here knows may be the right one.
      if (known.includes(undefined)) return;
      const names = new Set(known.flatMap((each = []) => each.map(({ name }) => name)));
      const found = listeners(context);
      if (found.some(({ path }) => names.has(baseNameOf(path)))) return;
      for (const { manifest, pointer, path } of found) {
        report(manifest, pointer, { file: baseNameOf(path), name: [...names].join('", "') });
      }
    },
  }),
];
