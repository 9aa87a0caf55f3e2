import type { PeerAuthentication, Service } from '../../cluster';
import { field, type JsonObject, type JsonValue, listAt, textAt, toPointer } from '../../manifests';
import type { CheckContext } from '../model';
import { defineRule } from '../rule';
import { deployment, service, stream } from './examples';

const peer = (spec: string, name = 'default', namespace = 'shop') =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;

const destination = (tls: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: catalogue, namespace: shop}\nspec:\n  host: catalogue.shop.svc.cluster.local\n  trafficPolicy:\n    tls: ${tls}\n`;

const CATALOGUE = stream(deployment('catalogue', '', ''), service('catalogue', '{name: http, port: 80}'));
const MESH = 'meshConfig:\n  trustDomain: example.teleport.sh\n';

/** Every TLS setting of the DestinationRules, with the Service its host means. */
function tlsSettings({ manifests, services }: CheckContext) {
  const rules = manifests.ofKind('DestinationRule', 'networking.istio.io');
  if (rules.length === 0) return [];
  const byHost = new Map<string, Service>();
  for (const one of services) {
    for (const suffix of ['', '.svc', '.svc.cluster.local']) byHost.set(`${one.name}.${one.namespace}${suffix}`, one);
  }
  return rules.flatMap((manifest) => {
    const host = textAt(manifest.body, 'spec', 'host') ?? '';
    const target = byHost.get(host.includes('.') ? host : `${host}.${manifest.namespace ?? 'default'}`);
    const policies: (readonly [string, JsonValue | undefined])[] = [
      ['/spec/trafficPolicy', field(manifest.body, 'spec', 'trafficPolicy')],
      ...listAt(manifest.body, 'spec', 'subsets').map((subset, index): readonly [string, JsonValue | undefined] => [
        `/spec/subsets/${index}/trafficPolicy`,
        field(subset, 'trafficPolicy'),
      ]),
    ];
    const settings = policies.flatMap(([pointer, policy]) => [
      { pointer: `${pointer}/tls`, tls: field(policy, 'tls') },
      ...listAt(policy, 'portLevelSettings').map((entry, index) => ({
        pointer: `${pointer}/portLevelSettings/${index}/tls`,
        tls: field(entry, 'tls'),
      })),
    ]);
    return settings
      .filter(({ tls }) => tls !== undefined)
      .map(({ pointer, tls }) => ({ manifest, host, service: target, pointer, tls }));
  });
}

function levelOf({ namespace, selector }: PeerAuthentication): string {
  return JSON.stringify([namespace, Object.entries(selector).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** PeerAuthentication, and DestinationRules that meddle with mTLS. */
export const MTLS_RULES = [
  defineRule({
    id: 'pa-selector-in-root-namespace',
    severity: 'error',
    title: "A policy for workloads where only the mesh's is read",
    found: 'a PeerAuthentication with a selector is in the root namespace {namespace}',
    why: 'Istio ignores it altogether, also for the workloads of that namespace.',
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
    severity: 'error',
    title: 'Modes by port for no workload in particular',
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
          if (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535) continue;
          report(manifest, toPointer('spec', 'portLevelMtls', port), { how: `for "${port}", which is no port` });
        }
      }
    },
  }),
  defineRule({
    id: 'pa-duplicates',
    severity: 'warning',
    title: 'Two policies for the same workloads',
    found: '"{name}" is for the same workloads as "{other}"',
    why: 'The oldest one in the cluster wins and the other is ignored: which it is, the files do not say.',
    fix: 'keep one of them',
    source: 'istio/istio pilot/pkg/model/authentication.go',
    wrong: stream(peer('{mtls: {mode: STRICT}}'), peer('{mtls: {mode: PERMISSIVE}}', 'catalogue')),
    right: stream(
      peer('{mtls: {mode: STRICT}}'),
      peer('{selector: {matchLabels: {app: db}}, mtls: {mode: PERMISSIVE}}', 'db'),
    ),
    check({ peerAuthentications }, report) {
      const first = new Map<string, PeerAuthentication>();
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
    severity: 'error',
    title: 'A strict server whose clients send plain text',
    found: 'the workload asks for {mode}, the mode of its namespace {namespace} is DISABLE',
    why: "Clients look at the namespace's and the mesh's mode only, so they send plain text and are refused.",
    fix: 'set the namespace to PERMISSIVE or STRICT, or add a DestinationRule with ISTIO_MUTUAL',
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
      const mutual = tlsSettings(context).some(({ tls }) => textAt(tls, 'mode') === 'ISTIO_MUTUAL');
      if (mutual) return;
      for (const { manifest, namespace, selector, mode, portModes } of context.peerAuthentications) {
        if (Object.keys(selector).length === 0 || context.mtlsModes.namespaceModeOf(namespace).mode !== 'DISABLE')
          continue;
        const strict = [mode, ...Object.values(portModes)].find((one) => one === 'STRICT');
        if (strict !== undefined) report(manifest, '/spec', { mode: strict, namespace });
      }
    },
  }),
  defineRule({
    id: 'destinationrule-tls-not-istio-mutual',
    severity: 'warning',
    title: 'Clients told not to use mTLS',
    found: 'tls.mode for {host} is {mode}',
    why: 'Any mode but ISTIO_MUTUAL switches automatic mTLS off for the host; a STRICT server refuses the connection.',
    fix: 'remove tls, or write ISTIO_MUTUAL',
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
    wrong: stream(CATALOGUE, peer('{mtls: {mode: STRICT}}'), destination('{mode: DISABLE}')),
    right: stream(CATALOGUE, peer('{mtls: {mode: STRICT}}'), destination('{mode: ISTIO_MUTUAL}')),
    check(context, report) {
      for (const { manifest, host, service: target, pointer, tls } of tlsSettings(context)) {
        const mode = textAt(tls, 'mode');
        if (!target || mode === undefined || mode === 'ISTIO_MUTUAL') continue;
        if (context.mtlsModes.namespaceModeOf(target.namespace).mode === 'STRICT')
          report(manifest, `${pointer}/mode`, { host, mode });
      }
    },
  }),
  defineRule({
    id: 'destinationrule-sans-wrong',
    severity: 'error',
    title: 'Names that the server does not have',
    found: 'subjectAltNames for {host} lack {identity}',
    why: 'The list replaces what istiod computes, and is compared exactly: no client accepts the server.',
    fix: 'add {identity}, or leave subjectAltNames out',
    source: 'istio/istio pilot/pkg/networking/core/cluster_tls.go',
    wrong: stream(
      MESH,
      CATALOGUE,
      destination('{mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://example.teleport.sh/ns/shop/sa/db"]}'),
    ),
    right: stream(
      MESH,
      CATALOGUE,
      destination('{mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://example.teleport.sh/ns/shop/sa/catalogue"]}'),
    ),
    check(context, report) {
      const [domain] = context.trustDomains;
      if (domain === undefined || !context.teleport.identities.every(hasDefaultShape)) return;
      for (const { manifest, host, service: target, pointer, tls } of tlsSettings(context)) {
        const names = listAt(tls, 'subjectAltNames');
        if (!target || names.length === 0 || textAt(tls, 'mode') !== 'ISTIO_MUTUAL') continue;
        for (const { namespace, serviceAccount } of target.workloads) {
          const path = `/ns/${namespace}/sa/${serviceAccount}`;
          if (context.trustDomains.some((one) => names.includes(`spiffe://${one}${path}`))) continue;
          report(manifest, `${pointer}/subjectAltNames`, { host, identity: `spiffe://${domain}${path}` });
          break;
        }
      }
    },
  }),
];

/** With another path in the identities, such a list may be the way it was made to work. */
function hasDefaultShape({ spec }: { readonly spec: JsonObject }): boolean {
  return (textAt(spec, 'spiffe', 'id') ?? '').startsWith('/ns/');
}
