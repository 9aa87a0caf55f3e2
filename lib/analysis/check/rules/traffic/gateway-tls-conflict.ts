import { field, isObject, type JsonValue, listAt, scalarText, scalarTextsAt, textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { selectorOf } from './gateway-selector';

const gateway = (name: string, mode: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  selector: {istio: ingress}\n  servers: [{port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: ${mode}, credentialName: shop}}]\n`;

/** A host at a port of a gateway, for which TLS is terminated or passed on. */
interface TlsHost {
  readonly manifest: Manifest;
  readonly pointer: string;
  readonly tls: string;
}

/** What of a server's TLS matters to clients, in one text. */
function settings(tls: JsonValue | undefined): string {
  const names = ['mode', 'credentialName', 'serverCertificate', 'caCertificates'];
  return JSON.stringify(names.map((name) => textAt(tls, name) ?? ''));
}

/** Two servers that do different things with the TLS of one host. */
export const GATEWAY_TLS_CONFLICT_RULE = defineRule({
  id: 'gateway-tls-conflict',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Two Gateways with different TLS for one host',
  found: 'host {host} at port {port} has different TLS settings in Gateway "{other}"',
  why: 'A gateway has one certificate and one mode for a host: it uses those of the oldest Gateway and ignores the others, even if they require client certificates.',
  fix: 'keep the host in one of them',
  source: 'istio/istio pilot/pkg/model/gateway.go (mergeGateways); istio.io analysis message IST0145',
  wrong: stream(gateway('edge', 'MUTUAL'), gateway('partners', 'SIMPLE')),
  right: stream(gateway('edge', 'SIMPLE'), gateway('partners', 'SIMPLE')),
  check({ manifests }, report) {
    const first = new Map<string, TlsHost>();
    for (const manifest of manifests.ofKind('Gateway', ISTIO_NETWORKING)) {
      const selector = selectorOf(manifest);
      listAt(manifest.body, 'spec', 'servers').forEach((server, at) => {
        const port = scalarText(field(server, 'port', 'number')) ?? '';
        const isTls = /^(?:HTTPS|TLS)$/i.test(textAt(server, 'port', 'protocol') ?? '');
        if (!isTls || !isObject(server)) return;
        scalarTextsAt(server, 'hosts').forEach((written, index) => {
          const host = written.slice(written.indexOf('/') + 1).toLowerCase();
          const key = JSON.stringify([selector, port, textAt(server, 'bind') ?? '', host]);
          const one = { manifest, pointer: `/spec/servers/${at}/hosts/${index}`, tls: settings(server.tls) };
          const other = first.get(key);
          if (other === undefined) first.set(key, one);
          else if (other.tls !== one.tls && other.manifest.name !== manifest.name) {
            report(manifest, one.pointer, { host, port, other: other.manifest.name });
          }
        });
      });
    }
  },
});
