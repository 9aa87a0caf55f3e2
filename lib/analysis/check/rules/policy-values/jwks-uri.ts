import { isVariable } from '../../../../base/is-variable';
import { listAt, textAt } from '../../../../base/json';
import { ISTIO_SECURITY } from '../../../../upstream/kubernetes/api-groups';
import { isPortText } from '../../../../upstream/network/port-number';
import { defineRule } from '../../rule';

const request = (uri: string) =>
  `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: jwt, namespace: shop}\nspec:\n  jwtRules: [{issuer: "https://id.example", jwksUri: "${uri}"}]\n`;

/** Where an issuer describes itself (OpenID Connect Discovery 1.0, section 4). */
const DISCOVERY_DOCUMENT = /\/\.well-known\/openid-configuration\/?(?:[?#]|$)/;

/** An address of keys that leads nowhere. */
export const JWKS_URI_RULE = defineRule({
  id: 'jwks-uri',
  subject: 'Fields and values',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid jwksUri',
  found: 'jwksUri "{uri}" {problem}',
  why: 'No keys can be fetched, so every token of the issuer is refused.',
  fix: 'write the full URL of the keys, such as https://id.example/keys, or remove jwksUri so that Istio asks the issuer',
  source: 'istio/istio pkg/config/security/security.go (ParseJwksURI); istio/istio#43466',
  wrong: request('https:/id.example/keys'),
  right: request('https://id.example/keys'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('RequestAuthentication', ISTIO_SECURITY)) {
      listAt(manifest.body, 'spec', 'jwtRules').forEach((rule, index) => {
        const uri = textAt(rule, 'jwksUri') ?? textAt(rule, 'jwks_uri');
        if (uri === undefined || uri === '') return;
        const problem = problemOf(uri);
        if (problem !== undefined) report(manifest, `/spec/jwtRules/${index}/jwksUri`, { uri, problem });
      });
    }
  },
});

function problemOf(uri: string): string | undefined {
  if (!/^https?:/i.test(uri)) return 'does not begin with http:// or https://';
  if (!/^https?:\/\/(?:[^@/?#]*@)?[^:/?#\s]/i.test(uri)) return 'has no host';
  const port = /^[^/]*\/\/(?:[^@/?#]*@)?(?:\[[^\]]*\]|[^/?#:]*):([^/?#]*)/.exec(uri)?.[1] ?? '';
  if (port !== '' && !isPortText(port) && !isVariable(uri)) return `has the port ${port}, which does not exist`;
  if (/\s/.test(uri)) return 'has a space';
  // Istio reads it only where jwksUri is left out, to find the keys' address in it.
  return DISCOVERY_DOCUMENT.test(uri) ? 'is the discovery document of the issuer, which has no keys' : undefined;
}
