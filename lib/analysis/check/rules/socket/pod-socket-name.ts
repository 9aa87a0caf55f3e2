import { PROXY_CONFIG_ANNOTATION } from '../../../../upstream/istio/injection';
import { SOCKET_FILE_VARIABLE } from '../../../../upstream/istio/proxy-volumes';
import { defineRule } from '../../rule';
import { deployment, OVERLAY, stream, withTemplate } from '../examples';

const MESH = withTemplate(
  OVERLAY,
  `trustDomain: example.teleport.sh\ndefaultConfig:\n  proxyMetadata:\n    ${SOCKET_FILE_VARIABLE}: workload.sock`,
);

const annotated = (name: string) =>
  stream(
    MESH,
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n',
    deployment(
      'front-end',
      `annotations:\n  inject.istio.io/templates: sidecar,spire\n  ${PROXY_CONFIG_ANNOTATION}: '{"proxyMetadata": {"${SOCKET_FILE_VARIABLE}": "${name}"}}'`,
      '',
    ),
  );

/** Pods whose proxies look for another socket than the one that is there. */
export const POD_SOCKET_NAME_RULE = defineRule({
  id: 'pod-socket-name',
  subject: 'The name of the socket',
  since: '0.1.0',
  severity: 'error',
  title: 'Socket name of one pod differs from the one tbot creates',
  found: 'the proxy of {workload} looks for "{name}", but the socket is named {known}',
  why: 'The proxy exits or, with the default name "socket", gets its certificate from istiod, which no proxy with a certificate from Teleport trusts.',
  fix: `remove ${SOCKET_FILE_VARIABLE} here: the mesh's configuration sets it for every proxy`,
  source: 'istio/istio pkg/istio-agent/agent.go, pilot/pkg/model/proxy_config.go',
  wrong: annotated('socket'),
  right: annotated('workload.sock'),
  check(context, report) {
    const { made, meshWide } = context.socketFiles;
    const known = made.size > 0 ? made : new Set(meshWide === undefined ? [] : [meshWide.name]);
    if (known.size === 0) return;
    const reported = new Set<string>();
    for (const workload of context.workloads) {
      if (context.isInjected(workload) === false || context.isEnrolled(workload) !== true) continue;
      const file = context.socketFiles.of(workload);
      if (file?.manifest === undefined || !file.isOfPods || known.has(file.name)) continue;
      // Who repeats the mesh's own name is right as soon as that is.
      if (file.name === meshWide?.name) continue;
      const place = [file.manifest.file, file.manifest.document, file.pointer].join('\n');
      // A ProxyConfig for many pods is one mistake.
      if (reported.has(place)) continue;
      reported.add(place);
      const names = [...known].map((name) => `"${name}"`).join(' or ');
      report(file.manifest, file.pointer, { workload: workload.name, name: file.name, known: names });
    }
  },
});
