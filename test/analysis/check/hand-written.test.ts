import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles } from '../../../lib/check';

const FIXTURES = join(__dirname, '..', '..', '..', '..', 'test', 'analysis', 'check', 'fixtures');

/** Findings as `file:line rule`, and the text of the line each points at. */
function findingsIn(directory: string): readonly { readonly at: string; readonly text: string }[] {
  const files = readdirSync(join(FIXTURES, directory)).map((file) => ({
    file,
    text: readFileSync(join(FIXTURES, directory, file), 'utf8'),
  }));
  return checkFiles(files).map(({ rule, location }) => ({
    at: `${rule} ${location.file}`,
    text:
      files
        .find(({ file }) => file === location.file)
        ?.text.split('\n')
        [location.line - 1]?.trim() ?? '',
  }));
}

describe('the integration as it is first written by hand: host path, own path, defaults', () => {
  const found = findingsIn('first-attempt');

  test.each([
    [
      'spiffe-path-not-ns-sa teleport.yaml',
      'id: /k8s/{{ workload.kubernetes.namespace }}/{{ workload.kubernetes.service_account }}',
    ],
    ['rules-empty teleport.yaml', 'spec:'],
    ['bot-roles-empty teleport.yaml', 'roles: []'],
    ['join-keys teleport.yaml', 'jwks: PASTE_JWKS_HERE'],
    ['join-allow teleport.yaml', '- service_account: "teleport-system:*"'],
    ['principal-has-scheme policies.yaml', '- spiffe://example.teleport.sh/k8s/sock-shop/front-end'],
    ['principal-not-expanded policies.yaml', '- cluster.local/k8s/sock-shop/front-end'],
    ['kubelet-tls tbot.yaml', 'skip_verify: true'],
    ['kubelet-tls-contradiction tbot.yaml', 'ca_path: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt'],
    ['hostpath-socket istio.yaml', '- name: workload-socket'],
    ['hostpath-socket-writable istio.yaml', '- name: workload-socket'],
    ['overlay-lists-proxy-container istio.yaml', '- name: istio-proxy'],
    ['overlay-unknown-top-level istio.yaml', 'labels:'],
    ['ca-addr-overridden istio.yaml', '- name: CA_ADDR'],
    ['ca-addr-overridden istio.yaml', '- name: PILOT_CERT_PROVIDER'],
    ['mount-path-run istio.yaml', '- name: workload-socket'],
    ['path-normalization-none istio.yaml', 'normalization: NONE'],
    ['socket-name-default istio.yaml', 'meshConfig:'],
    ['native-sidecar-attestation istio.yaml', 'values:'],
    ['istio-regex-cve istio.yaml', 'tag: 1.28.0'],
    ['gateway-without-identity istio.yaml', 'profile: default'],
    ['node-name-env tbot.yaml', 'env:'],
    ['tbot-version-sds-renewal tbot.yaml', 'image: public.ecr.aws/gravitational/tbot-distroless:18.5.0'],
    ['host-network-needless tbot.yaml', 'hostNetwork: true'],
    ['template-annotation-misplaced shop.yaml', 'inject.istio.io/templates: sidecar,spire'],
    ['mixed-ca-peers policies.yaml', '- example.teleport.sh/ns/sock-shop/sa/front-end'],
    ['port-protocol-unknown shop.yaml', '- port: 80'],
  ])('%s is found, at the line %j', (at, text) => {
    expect(found).toContainEqual({ at, text });
  });

  test('what is right in it is not found fault with', () => {
    for (const rule of ['join-token-volume', 'socket-dir-match', 'trust-domain-mismatch', 'host-pid', 'listen-uri']) {
      expect(found.filter(({ at }) => at.startsWith(`${rule} `))).toEqual([]);
    }
    // MySQL's own number is one Istio knows to be TCP, without a name.
    expect(found).not.toContainEqual({ at: 'port-protocol-unknown shop.yaml', text: '- port: 3306' });
  });
});

describe('the next attempt, with the CSI driver and Helm', () => {
  const found = findingsIn('csi-attempt');

  test.each([
    ['overlay-lists-proxy-container all.yaml', '- name: istio-proxy'],
    ['overlay-unknown-top-level all.yaml', 'labels:'],
    ['ca-addr-overridden all.yaml', '- name: CA_ADDR'],
    ['socket-name-default all.yaml', 'meshConfig:'],
    ['gateway-without-identity all.yaml', 'inject.istio.io/templates: gateway'],
    ['template-unknown-name all.yaml', 'inject.istio.io/templates: teleport-sidecar,spire'],
  ])('%s is found, at the line %j', (at, text) => {
    expect(found).toContainEqual({ at, text });
  });

  test("its socket is the driver's business now", () => {
    expect(found.map(({ at }) => at).filter((at) => /hostpath|csi-|volume-two/.test(at))).toEqual([]);
  });
});
