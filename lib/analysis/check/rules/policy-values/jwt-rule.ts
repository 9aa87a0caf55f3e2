import { isVariable } from '../../../../base/is-variable';
import { type JsonValue, listAt, textAt } from '../../../../base/json';
import { ISTIO_SECURITY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';

const request = (fields: string) =>
  `apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: jwt, namespace: shop}\nspec:\n  jwtRules: [{${fields}}]\n`;

/** A rule about tokens that Istio refuses. */
export const JWT_RULE_RULE = defineRule({
  id: 'jwt-rule',
  subject: 'Fields and values',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid JWT rule',
  found: '{problem}',
  why: 'The RequestAuthentication is refused.',
  fix: 'give an issuer, and its keys as a JSON Web Key Set or as jwksUri',
  source:
    'istio/istio pkg/config/validation/validation.go (validateJwtRule), manifests/charts/base/files/crd-all.gen.yaml',
  wrong: request('issuer: "https://id.example", jwks: "https://id.example/keys"'),
  right: request('issuer: "https://id.example", jwksUri: "https://id.example/keys"'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('RequestAuthentication', ISTIO_SECURITY)) {
      listAt(manifest.body, 'spec', 'jwtRules').forEach((rule, index) => {
        const [at, problem] = problemOf(rule) ?? [];
        if (problem !== undefined) report(manifest, `/spec/jwtRules/${index}${at}`, { problem });
      });
    }
  },
});

/** Lists of names, with what is said of one that is empty. */
const NAMES = {
  audiences: 'an audience is empty',
  fromParams: 'a name in fromParams is empty',
  fromCookies: 'a name in fromCookies is empty',
};

/** Where Istio refuses a rule, and why; undefined if it does not. */
function problemOf(rule: JsonValue): readonly [at: string, problem: string] | undefined {
  const hasUri = (textAt(rule, 'jwksUri') || textAt(rule, 'jwks_uri') || '') !== '';
  if (!textAt(rule, 'issuer') && !hasUri) return ['/issuer', 'there is neither issuer nor jwksUri'];
  for (const [name, problem] of Object.entries(NAMES)) {
    const index = listAt(rule, name).indexOf('');
    if (index >= 0) return [`/${name}/${index}`, problem];
  }
  const header = listAt(rule, 'fromHeaders').findIndex((one) => textAt(one, 'name') === '');
  if (header >= 0) return [`/fromHeaders/${header}/name`, 'a header has an empty name'];
  const jwks = textAt(rule, 'jwks') ?? '';
  if (jwks !== '' && hasUri) return ['/jwks', 'jwks and jwksUri are both set'];
  // A variable that somebody fills in later is not JSON yet.
  return jwks === '' || isVariable(jwks) || isJsonObject(jwks) ? undefined : ['/jwks', 'jwks is not JSON'];
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
