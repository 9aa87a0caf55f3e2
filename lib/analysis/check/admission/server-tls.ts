import { isObject, type JsonObject, type JsonValue, listAt, textAt } from '../../../base/json';
import { isGiven } from './problem';

/** Fields that name a certificate for a server. */
const CERTIFICATES = [
  'serverCertificate',
  'privateKey',
  'caCertificates',
  'tlsCertificates',
  'credentialName',
  'credentialNames',
] as const;

/** Modes in which a server shows a certificate of its own. */
const OWN = /^(?:SIMPLE|(?:OPTIONAL_)?MUTUAL)$/;

/** Why Istio refuses the TLS settings of a server (istio/istio pkg/config/validation/validation.go `validateTLSOptions`). */
export function serverTlsProblem(tls: JsonObject): string | undefined {
  const mode = textAt(tls, 'mode') ?? 'PASSTHROUGH';
  const has = (name: string) => isGiven(tls, name);
  if (mode === 'ISTIO_MUTUAL') {
    const given = CERTIFICATES.find(has);
    return given && `ISTIO_MUTUAL with ${given}`;
  }
  const files = has('serverCertificate') && has('privateKey') ? ['serverCertificate'] : [];
  const sources = [...files, ...['credentialName', 'credentialNames', 'tlsCertificates'].filter(has)];
  if (sources.length > 1) return `both ${sources[0]} and ${sources[1]}`;
  if (!OWN.test(mode)) return undefined;
  if (!has('credentialName') && !has('credentialNames')) return withoutCertificate(tls, mode);
  return undefined;
}

function withoutCertificate(tls: JsonObject, mode: string): string | undefined {
  if (mode !== 'SIMPLE' && !isGiven(tls, 'caCertificates'))
    return `${mode} but neither credentialName nor caCertificates`;
  const lists = listAt(tls, 'tlsCertificates');
  const isWhole = (one: JsonValue) => isObject(one) && isGiven(one, 'serverCertificate') && isGiven(one, 'privateKey');
  if (!(lists.length > 0 ? lists : [tls]).every(isWhole)) return `${mode} but no certificate with its key`;
  return mode === 'SIMPLE' && isGiven(tls, 'caCrl') ? 'SIMPLE with caCrl' : undefined;
}
