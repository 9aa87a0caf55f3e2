import { field } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { mayBeIn } from '../../../../model/cluster/tls-settings';
import type { MtlsPolicy } from '../../../../model/policy/peer-authentication';
import { isPortText } from '../../../../upstream/network/port-number';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const peer = (spec: string, name = 'default', namespace = 'shop') =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;

/**
 * Whether some client of these pods would send plain text to a strict port: no DestinationRule tells it otherwise. Pods
 * or Services that are elsewhere may be those of any DestinationRule for the namespace.
 */
function hasPlainClients(context: CheckContext, { namespace, selector }: MtlsPolicy): boolean {
  const mutual = context.tlsSettings.filter(({ mode }) => mode === 'ISTIO_MUTUAL');
  const strict = context.workloadIndex
    .select(selector, namespace)
    .flatMap((workload) =>
      context
        .portsOf(workload)
        .filter(({ target }) => target !== undefined && context.mtlsModes.modeOf(workload, target).mode === 'STRICT'),
    );
  if (strict.length === 0) return !mutual.some((one) => mayBeIn(one, namespace));
  return strict.some(
    ({ service: one, port }) =>
      !mutual.some(({ services, isForPort }) => services.includes(one) && isForPort(port.port)),
  );
}

function levelOf({ namespace, selector }: MtlsPolicy): string {
  return JSON.stringify([namespace, Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** PeerAuthentication. */
export const MTLS_RULES = [
  defineRule({
    id: 'pa-selector-in-root-namespace',
    subject: 'Mutual TLS',
    since: '0.1.0',
    severity: 'error',
    title: 'PeerAuthentication with a selector in the root namespace',
    found: 'a PeerAuthentication with a selector is in the root namespace {namespace}',
    why: 'Istio ignores it completely, even for the workloads of that namespace.',
    fix: 'move it to the namespace of the workloads',
    source: 'istio/istio pilot/pkg/model/authentication.go',
    wrong: peer('{selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}}', 'a', 'istio-system'),
    right: peer('{selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}}', 'a'),
    check({ peerAuthentications, rootNamespace }, report) {
      for (const { manifest, namespace, selector } of peerAuthentications) {
        if (namespace !== rootNamespace || Object.keys(selector).length === 0) continue;
        report(manifest, '/spec/selector', { namespace });
      }
    },
  }),
  defineRule({
    id: 'pa-port-level-without-selector',
    subject: 'Mutual TLS',
    since: '0.1.0',
    severity: 'error',
    title: 'Port-level mTLS without a selector',
    found: 'portLevelMtls is given {how}',
    why: 'Istio refuses it.',
    fix: 'add a selector, and at least one port from 1 to 65535',
    source: 'istio/istio pkg/config/validation/validation.go (ValidatePeerAuthentication)',
    wrong: peer('{portLevelMtls: {"3306": {mode: DISABLE}}}'),
    right: peer('{selector: {matchLabels: {app: db}}, portLevelMtls: {"3306": {mode: DISABLE}}}'),
    check({ peerAuthentications }, report) {
      for (const { manifest, selector, portModes } of peerAuthentications) {
        if (field(manifest.body, 'spec', 'portLevelMtls') == null) continue;
        if (Object.keys(selector).length === 0) report(manifest, '/spec/portLevelMtls', { how: 'without a selector' });
        const ports = Object.keys(portModes);
        if (ports.length === 0) report(manifest, '/spec/portLevelMtls', { how: 'without a port' });
        for (const port of ports) {
          if (isPortText(port) && Number(port) >= 1) continue;
          report(manifest, toPointer('spec', 'portLevelMtls', port), { how: `for "${port}", which is not a port` });
        }
      }
    },
  }),
  defineRule({
    id: 'pa-duplicates',
    subject: 'Mutual TLS',
    since: '0.1.0',
    severity: 'warning',
    title: 'Two PeerAuthentications for the same workloads',
    found: '"{name}" selects the same workloads as "{other}"',
    why: 'The oldest one in the cluster wins and the other is ignored: the files do not determine which.',
    fix: 'keep one of them',
    source: 'istio/istio pilot/pkg/model/authentication.go',
    wrong: stream(peer('{mtls: {mode: STRICT}}'), peer('{mtls: {mode: PERMISSIVE}}', 'catalogue')),
    right: stream(
      peer('{mtls: {mode: STRICT}}'),
      peer('{selector: {matchLabels: {app: db}}, mtls: {mode: PERMISSIVE}}', 'db'),
    ),
    check({ peerAuthentications }, report) {
      const first = new Map<string, MtlsPolicy>();
      for (const one of peerAuthentications) {
        const other = first.get(levelOf(one));
        if (!other) first.set(levelOf(one), one);
        // Two of one name are one object, which the API server keeps the last of.
        else if (other.manifest.name !== one.manifest.name) {
          report(one.manifest, '/spec', { name: one.manifest.name, other: other.manifest.name });
        }
      }
    },
  }),
  defineRule({
    id: 'pa-namespace-disable-workload-strict',
    subject: 'Mutual TLS',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Clients send plain text to a STRICT server',
    found: "the workload's mode is {mode}, but the mode of its namespace {namespace} is DISABLE",
    why: 'Clients use only the mode of the namespace and the mesh, so they send plain text and are refused.',
    fix: "set the namespace to PERMISSIVE or STRICT, or add a DestinationRule with ISTIO_MUTUAL for the workload's Service",
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
    wrong: stream(
      peer('{mtls: {mode: DISABLE}}'),
      peer('{selector: {matchLabels: {app: db}}, mtls: {mode: STRICT}}', 'db'),
    ),
    right: stream(
      peer('{mtls: {mode: PERMISSIVE}}'),
      peer('{selector: {matchLabels: {app: db}}, mtls: {mode: STRICT}}', 'db'),
    ),
    check(context, report) {
      for (const policy of context.peerAuthentications) {
        const { manifest, namespace, selector, mode, portModes } = policy;
        if (Object.keys(selector).length === 0 || context.mtlsModes.namespaceModeOf(namespace).mode !== 'DISABLE')
          continue;
        const strict = [mode, ...Object.values(portModes)].find((one) => one === 'STRICT');
        if (strict === undefined || !hasPlainClients(context, policy)) continue;
        report(manifest, '/spec', { mode: strict, namespace });
      }
    },
  }),
];
