import { field, type JsonValue, listAt, objectAt, textAt } from '../../base/json';
import type { ProxySecret } from './snapshot';

/** Counters that are kept: of SDS, and of requests that policies refused or admitted. */
const KEPT_STAT = /(?:^|\.)sds\.|rbac\.(?:allowed|denied)$/;

/** The secrets in what Envoy answers at `/config_dump?mask=dynamic_active_secrets`; private keys are not read. */
export function readSecretsDump(dump: JsonValue, state: ProxySecret['state']): readonly ProxySecret[] {
  return listAt(dump, 'configs').flatMap((config) =>
    listAt(config, state === 'active' ? 'dynamic_active_secrets' : 'dynamic_warming_secrets').map((entry) =>
      toSecret(entry, state),
    ),
  );
}

function toSecret(entry: JsonValue, state: ProxySecret['state']): ProxySecret {
  const context = field(entry, 'secret', 'validation_context');
  const domains = listAt(context, 'custom_validator_config', 'typed_config', 'trust_domains');
  const roots = domains.map((domain) => [textAt(domain, 'name') ?? '', pemOf(field(domain, 'trust_bundle'))] as const);
  const trusted = pemOf(field(context, 'trusted_ca'));
  return {
    name: textAt(entry, 'name') ?? '',
    state,
    version: textAt(entry, 'version_info') ?? '',
    updated: textAt(entry, 'last_updated') ?? '',
    error: textAt(entry, 'error_state', 'details'),
    chain: pemOf(field(entry, 'secret', 'tls_certificate', 'certificate_chain')),
    roots: Object.fromEntries([...roots, ...(trusted === '' ? [] : [['', trusted] as const])]),
  };
}

/** Of a text of several PEM blocks, the certificates. */
function pemOf(source: JsonValue | undefined): string {
  const bytes = textAt(source, 'inline_bytes');
  const text =
    bytes === undefined ? (textAt(source, 'inline_string') ?? '') : Buffer.from(bytes, 'base64').toString('latin1');
  return certificatesIn(text)
    .map((pem) => `${pem}\n`)
    .join('');
}

/** Every certificate in a text, as a PEM block each. */
export function certificatesIn(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,100000}-----END CERTIFICATE-----/g) ?? [];
}

/** The counters in what Envoy answers at `/stats` that are of interest here. */
export function readStats(text: string): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([^\s:][^:]*): (\d{1,15})$/.exec(line.trim()) ?? [];
    if (name !== undefined && KEPT_STAT.test(name)) found[name] = Number(value);
  }
  return found;
}

/** The Istio release in what Envoy answers at `/server_info`. */
export function readIstioVersion(info: JsonValue): string | undefined {
  return textAt(objectAt(info, 'node', 'metadata'), 'ISTIO_VERSION');
}

/** Numbers of Prometheus' text format, by name and labels. */
export function readMetrics(text: string, keep: RegExp): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-zA-Z_:][^\s]*(?:\{[^}]{0,500}\})?)\s+([-+0-9.eE]{1,30})$/.exec(line) ?? [];
    if (name !== undefined && keep.test(name) && Number.isFinite(Number(value))) found[name] = Number(value);
  }
  return found;
}
