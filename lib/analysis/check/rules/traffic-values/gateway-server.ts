import { isVariable } from '../../../../base/is-variable';
import { isObject, type JsonValue, listAt, scalarText, textAt } from '../../../../base/json';
import { SERVER_PROTOCOLS } from '../../../../upstream/istio/port-protocol';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const gateway = (server: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: edge, namespace: istio-ingress}\nspec:\n  selector: {istio: ingress}\n  servers: [{${server}}]\n`;

/** Fields with which a server names its certificate. */
const OWN_CERTIFICATE = ['credentialName', 'serverCertificate', 'privateKey', 'caCertificates'] as const;

/** Why Istio refuses a server; undefined if it does not. */
function problemOf(server: JsonValue): string | undefined {
  const protocol = (textAt(server, 'port', 'protocol') ?? '').toUpperCase();
  const spoken = SERVER_PROTOCOLS.get(protocol);
  if (protocol !== '' && spoken === undefined) return `the protocol ${protocol}, which does not exist`;
  const tls = isObject(server) ? server.tls : undefined;
  if (spoken === 'tls' && tls == null) return `${protocol} and no tls`;
  if (!isObject(tls)) return undefined;
  if (spoken === 'bytes') return `tls and ${protocol}; TLS around bytes is called TLS`;
  const mode = textAt(tls, 'mode') ?? 'PASSTHROUGH';
  const given = OWN_CERTIFICATE.find((name) => (textAt(tls, name) ?? '') !== '');
  if (spoken === 'http') {
    const isPlain = /^(?:AUTO_)?PASSTHROUGH$/.test(mode) && (given === undefined || given === 'credentialName');
    return isPlain ? undefined : `TLS settings and ${protocol}, which is plain text`;
  }
  if (mode === 'ISTIO_MUTUAL') return given && `ISTIO_MUTUAL and ${given}`;
  return /^(?:SIMPLE|(?:OPTIONAL_)?MUTUAL)$/.test(mode) ? withoutCertificate(tls, mode) : undefined;
}

function withoutCertificate(tls: JsonValue, mode: string): string | undefined {
  const has = (name: string) => (scalarText((tls as { [key: string]: JsonValue })[name]) ?? '') !== '';
  if (has('credentialName') || listAt(tls, 'credentialNames').length > 0) return undefined;
  if (mode !== 'SIMPLE' && !has('caCertificates')) return `${mode} and neither credentialName nor caCertificates`;
  if (listAt(tls, 'tlsCertificates').length > 0 || (has('serverCertificate') && has('privateKey'))) return undefined;
  return `${mode} and no certificate`;
}

/** A server of a Gateway that Istio refuses. */
export const GATEWAY_SERVER_RULE = defineRule({
  id: 'gateway-server',
  subject: 'Routes of gateways',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid server of a Gateway',
  found: 'a server has {problem}',
  why: "Istio's webhook refuses the Gateway, so it has no server at all.",
  fix: 'HTTPS and TLS need tls with a mode and certificates; other protocols must not have tls',
  source: 'istio/istio pkg/config/validation/validation.go (validateServer)',
  wrong: gateway('port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example]'),
  right: gateway(
    'port: {number: 443, name: https, protocol: HTTPS}, hosts: [shop.example], tls: {mode: SIMPLE, credentialName: shop}',
  ),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('Gateway', ISTIO_NETWORKING)) {
      listAt(manifest.body, 'spec', 'servers').forEach((server, index) => {
        const text = JSON.stringify(server);
        // What is filled in later is not known yet.
        const problem = isVariable(text) ? undefined : problemOf(server);
        if (problem !== undefined) report(manifest, `/spec/servers/${index}`, { problem });
      });
    }
  },
});
