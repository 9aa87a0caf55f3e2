import { isObject, type JsonObject, textAt } from '../../../../base/json';
import { isGiven } from '../../admission/problem';
import { defineRule } from '../../rule';

const destination = (tls: string) =>
  `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: bank, namespace: shop}\nspec:\n  host: bank.example\n  trafficPolicy:\n    tls: ${tls}\n`;

/** Fields that name certificates as files of the proxy. */
const FILES = ['caCertificates', 'caCrl', 'clientCertificate', 'privateKey'] as const;

/** Fields that say what a server's certificate must be. */
const VERIFIED = ['caCertificates', 'subjectAltNames', 'credentialName'] as const;

/** Why Istio refuses the settings; undefined if it does not. */
function problemOf(tls: JsonObject): string | undefined {
  const mode = textAt(tls, 'mode');
  const has = (name: string) => (textAt(tls, name) ?? '') !== '';
  if (mode !== 'MUTUAL' && mode !== 'SIMPLE') return undefined;
  if (tls.insecureSkipVerify === true) {
    // What the server shows is not looked at, so nothing may say what it must be. A credential of MUTUAL may hold no roots.
    const looks = VERIFIED.find((name) => isGiven(tls, name) && !(mode === 'MUTUAL' && name === 'credentialName'));
    if (looks !== undefined) return `insecureSkipVerify and ${looks} are both set`;
  }
  if (has('credentialName')) {
    const file = FILES.find(has);
    return file && `credentialName and ${file} are both set`;
  }
  const missing = mode === 'MUTUAL' ? ['clientCertificate', 'privateKey'].find((name) => !has(name)) : undefined;
  return missing && `MUTUAL has neither credentialName nor ${missing}`;
}

/** TLS of a DestinationRule that Istio refuses. */
export const CLIENT_TLS_RULE = defineRule({
  id: 'client-tls',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid TLS settings of a DestinationRule',
  found: '{problem}',
  why: "Istio's webhook refuses the DestinationRule, so clients continue as before.",
  fix: 'give only credentialName, or files with a certificate and a key; mTLS inside the mesh is ISTIO_MUTUAL',
  source: 'istio/istio pkg/config/validation/agent/validation.go (ValidateTLS)',
  wrong: destination('{mode: MUTUAL}'),
  right: destination('{mode: MUTUAL, credentialName: bank-client}'),
  check({ tlsSettings }, report) {
    for (const { manifest, pointer, tls } of tlsSettings) {
      const problem = isObject(tls) ? problemOf(tls) : undefined;
      if (problem !== undefined) report(manifest, pointer, { problem });
    }
  },
});
