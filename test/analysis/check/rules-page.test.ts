import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesPage } from '../../../lib/analysis/check/rules-page';
import { explainRule, listRules } from '../../../lib/check';

test('docs/rules.md says what the rules say: run "npm run docs:rules" after changing one', () => {
  const file = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'rules.md'), 'utf8');
  expect(file).toBe(rulesPage());
});

test('every rule has its section, and the table leads to it', () => {
  const page = rulesPage();
  for (const { id } of listRules()) {
    expect(page).toContain(`\n### ${id}\n`);
    expect(page).toContain(`(#${id.replaceAll('.', '')})`);
  }
});

test('a rule is explained with severity, reason, remedy, source and both examples', () => {
  const page = explainRule('principal-has-scheme');
  expect(page).toMatch(/^principal-has-scheme \(error\)\nalso: principal-prefix\n/);
  for (const part of ['\nFix: ', '\nSource: istio/istio', '\nWrong:\n', '\nRight:\n', 'spiffe://example.teleport.sh']) {
    expect(page).toContain(part);
  }
});

test('a rule is explained under its other name too', () => {
  expect(explainRule('principal-prefix')).toBe(explainRule('principal-has-scheme'));
});

test('an unknown rule is refused, with the near one', () => {
  expect(() => explainRule('principle-has-scheme')).toThrow('write "principal-has-scheme"');
});

/**
 * The ids of the checks that the product's requirements list; a rule may carry one as its other name.
 */
const REQUIRED = [
  ...['overlay-lists-proxy-container', 'overlay-init-with-gateway', 'overlay-unknown-top-level'],
  ...[
    'template-unknown-name',
    'volume-two-sources',
    'uservolume-overrides-stock',
    'csi-not-readonly',
    'mount-path-run',
  ],
  ...['socket-name-has-slash', 'socket-name-default', 'socket-name-mismatch', 'socket-dir-not-shared'],
  ...['hostpath-socket-writable', 'credential-socket-not-writable', 'workload-certs-populated'],
  ...['pilot-cert-provider-not-istiod', 'ca-addr-overridden', 'ca-name-gke', 'istiod-ca-disabled'],
  ...['trust-domain-mismatch', 'spiffe-path-not-ns-sa', 'spiffe-path-user-controlled', 'skip-validate-trust-domain'],
  ...['mixed-ca-peers', 'gateway-without-identity', 'ambient-unsupported', 'native-sidecar-attestation'],
  ...['istio-too-old', 'istio-regex-cve', 'principal-has-scheme', 'principal-foreign-trust-domain'],
  ...['principal-not-expanded', 'wildcard-inside', 'deny-http-without-port', 'allow-http-on-tcp'],
  ...['ports-are-service-ports', 'allow-empty-spec', 'allow-all-rule', 'deny-without-rules'],
  ...['serviceaccounts-with-principals', 'trustdomains-before-1.30', 'identity-rule-with-plaintext'],
  ...['pa-selector-in-root-namespace', 'pa-port-level-without-selector', 'pa-duplicates'],
  ...['pa-namespace-disable-workload-strict', 'destinationrule-tls-not-istio-mutual', 'destinationrule-sans-wrong'],
  ...['port-protocol-unknown-server-first', 'port-protocol-unknown', 'server-first-permissive-plain'],
  ...['path-normalization-none', 'host-without-port'],
  ...['tbot-version-sds-renewal', 'tbot-version-pinned', 'tbot-native-sidecar', 'config-version', 'unknown-key'],
  ...['deprecated-key', 'address-exclusive', 'join-method-known', 'selector-exclusive', 'selector-istio', 'listen-uri'],
  ...['listen-tcp', 'socket-file-name', 'socket-dir-match', 'socket-mount-as-file', 'node-name-env', 'host-pid'],
  ...['host-network-needless', 'kubelet-tls', 'kubelet-ports', 'kubelet-rbac', 'join-token-volume', 'join-allow'],
  ...[
    'join-keys',
    'bot-wiring',
    'bot-roles-empty',
    'role-verbs',
    'role-too-wide',
    'spiffe-id-shape',
    'spiffe-id-istio',
  ],
  ...[
    'identity-unattested',
    'rules-only-negative',
    'rules-shape',
    'rules-empty',
    'template-attr',
    'ttl',
    'oneshot-api',
  ],
  ...['service-name', 'trust-domain', 'principal-prefix', 'sds-names', 'issuer-override-sds', 'probes'],
  ...['config-rollout', 'coverage', 'dup-names-and-keys', 'subject-namespace', 'gateway-socket'],
];

test.each(REQUIRED)('%s can be asked for', (id) => {
  expect(() => explainRule(id)).not.toThrow();
});
