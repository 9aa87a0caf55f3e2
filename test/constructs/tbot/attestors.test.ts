import type { Attestors } from '../../../lib/constructs/tbot/attestors';
import { toAttestorsConfig } from '../../../lib/constructs/tbot/attestors';
import { KubeletTls } from '../../../lib/constructs/tbot/kubelet-tls';
import { refusal } from './fixtures';

const tls = KubeletTls.verify();

test.each<[Attestors, object]>([
  [{}, {}],
  [{ kubernetes: { kubelet: { tls } } }, { kubernetes: { enabled: true } }],
  [
    {
      kubernetes: {
        kubelet: { tls: KubeletTls.verify({ caPath: '/ca' }), port: 10260, credentials: { tokenPath: '/t' } },
      },
    },
    { kubernetes: { enabled: true, kubelet: { secure_port: 10260, token_path: '/t', ca_path: '/ca' } } },
  ],
  [
    { kubernetes: { kubelet: { tls: KubeletTls.skipVerify({ reason: 'lab' }), credentials: 'anonymous' } } },
    { kubernetes: { enabled: true, kubelet: { anonymous: true, skip_verify: true } } },
  ],
  [
    { kubernetes: { kubelet: { readOnlyPort: 10255 } } },
    { kubernetes: { enabled: true, kubelet: { read_only_port: 10255 } } },
  ],
  [{ unix: { binaryHashMaxSizeBytes: 1024 } }, { unix: { binary_hash_max_size_bytes: 1024 } }],
  [{ unix: { binaryHashMaxSizeBytes: 'unlimited' } }, { unix: { binary_hash_max_size_bytes: -1 } }],
  [{ docker: {} }, { docker: { enabled: true } }],
  [{ docker: { socketPath: '/run/d.sock' } }, { docker: { enabled: true, addr: 'unix:///run/d.sock' } }],
  [{ podman: { socketPath: '/run/p.sock' } }, { podman: { enabled: true, addr: 'unix:///run/p.sock' } }],
  [{ systemd: true }, { systemd: { enabled: true } }],
  [{ systemd: false }, {}],
  [
    {
      docker: {},
      sigstore: {
        additionalRegistries: ['registry.example.com:5000'],
        credentialsPath: '/creds.json',
        allowedPrivateNetworkPrefixes: ['10.0.0.0/8', 'fd00::/8'],
      },
    },
    {
      docker: { enabled: true },
      sigstore: {
        enabled: true,
        additional_registries: [{ host: 'registry.example.com:5000' }],
        credentials_path: '/creds.json',
        allowed_private_network_prefixes: ['10.0.0.0/8', 'fd00::/8'],
      },
    },
  ],
])('an attestor that is given is on: %#', (attestors, expected) => {
  expect(toAttestorsConfig('test', attestors)).toEqual(expected);
});

test.each<[string, Attestors]>([
  ['no container image', { sigstore: {} }],
  ['no container image', { sigstore: {}, systemd: true }],
  ['"port" is not a valid port', { kubernetes: { kubelet: { tls, port: 0 } } }],
  ['"readOnlyPort" is not a valid port', { kubernetes: { kubelet: { readOnlyPort: 70_000 } } }],
  ['"tokenPath" is not an absolute path', { kubernetes: { kubelet: { tls, credentials: { tokenPath: 'token' } } } }],
  ['binaryHashMaxSizeBytes" is not a valid size', { unix: { binaryHashMaxSizeBytes: 0.5 } }],
  ['binaryHashMaxSizeBytes" is not a valid size', { unix: { binaryHashMaxSizeBytes: -1 } }],
  ['"socketPath" is not an absolute path', { docker: { socketPath: 'unix:///run/d.sock' } }],
  ['"socketPath" is not an absolute path', { podman: { socketPath: '' } }],
  ['not a valid CIDR', { docker: {}, sigstore: { allowedPrivateNetworkPrefixes: ['10.0.0.0'] } }],
  ['"additionalRegistries" is empty', { docker: {}, sigstore: { additionalRegistries: [''] } }],
])('refuses an attestor with %s', (problem, attestors) => {
  expect(refusal(() => toAttestorsConfig('test', attestors)).problem).toContain(problem);
});

test('combinations that tbot refuses or half ignores do not compile', () => {
  const attestors: Attestors[] = [
    // @ts-expect-error one port or the other
    { kubernetes: { kubelet: { readOnlyPort: 10255, port: 10250 } } },
    // @ts-expect-error the read-only port has no TLS
    { kubernetes: { kubelet: { readOnlyPort: 10255, tls } } },
    // @ts-expect-error the ordinary port needs a word about TLS
    { kubernetes: { kubelet: {} } },
    // @ts-expect-error tbot knows no such attestor
    { kubernets: { kubelet: { tls } } },
  ];
  expect(attestors).toHaveLength(4);
});
