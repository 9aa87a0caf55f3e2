import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PARTNER_ROOTS } from '../../../examples/partner/partner-roots';
import { TrustBundle, TrustDomain } from '../../../lib';

const PARTNER = TrustDomain.parse('partner.example');
/** A certificate for a server, which issues none. */
const LEAF = `-----BEGIN CERTIFICATE-----
MIIBhTCCASygAwIBAgIUCSWgSV2kTq2G8ysCv8Nwoca+GGEwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOc2VydmVyLmV4YW1wbGUwIBcNMjYxMTI4MjAyMDE0WhgPMjEy
NjExMDQyMDIwMTRaMBkxFzAVBgNVBAMMDnNlcnZlci5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEBISErrcf5kCdxbHfnww6usmAaH6dv1VG7u7D2sSX
XYmXmaIgEsJGIhbAksfnhVsO9TzLI1rmRmeRGHc1r/u+baNQME4wHQYDVR0OBBYE
FIlR5AV8jEAGpkzxoq2QafXfvnewMB8GA1UdIwQYMBaAFIlR5AV8jEAGpkzxoq2Q
afXfvnewMAwGA1UdEwEB/wQCMAAwCgYIKoZIzj0EAwIDRwAwRAIfXSI691bFGCnZ
06H1jTRwc7umLp9wMNmGjRg5lL+/vAIhAKxFODyNom6aLGl274Z1qfe255jQjUpB
lJNji6yoZ9E9
-----END CERTIFICATE-----
`;

test('names workloads, identities and everybody of the other trust domain', () => {
  const partner = TrustBundle.of(PARTNER, PARTNER_ROOTS);
  const callers = [
    partner.workload({ namespace: 'billing', serviceAccount: 'sync' }),
    partner.identity('/svc/sync'),
    partner.anybody(),
  ];

  expect(callers.map(({ principal }) => principal.toString())).toEqual([
    'partner.example/ns/billing/sa/sync',
    'partner.example/svc/sync',
    'partner.example/*',
  ]);
  expect(callers.every(({ bundle }) => bundle === partner)).toBe(true);
  expect(() => partner.identity('svc')).toThrow();
  expect(() => partner.workload({ namespace: 'a/b', serviceAccount: 'sync' })).toThrow();
});

test('keeps certificates alone, several of them too, whatever stands around them', () => {
  const text = `# roots of the partner\r\n${PARTNER_ROOTS.replaceAll('\n', '\r\n')}\nnew one:\n${PARTNER_ROOTS}`;

  expect(TrustBundle.of(PARTNER, text).pem).toBe(`${PARTNER_ROOTS}${PARTNER_ROOTS}`);
});

test.each([
  ['nothing', '', /no certificate/],
  ['text', 'partner.example', /no certificate/],
  ['half a certificate', PARTNER_ROOTS.slice(0, 200), /no certificate/],
  ['a broken certificate', PARTNER_ROOTS.replace('MIIB', 'AAAA'), /certificate 1 cannot be read/],
  ['a certificate of a server', LEAF, /certificate 1 is not a CA certificate/],
])('refuses %s', (_, pem, problem) => {
  expect(() => TrustBundle.of(PARTNER, pem)).toThrow(problem);
});

test('refuses a private key, and repeats none of it', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  let message = '';
  try {
    TrustBundle.of(PARTNER, `${PARTNER_ROOTS}${pem}`);
  } catch (error) {
    message = String(error);
  }

  expect(message).toContain('it contains a private key');
  expect(message).not.toContain(pem.split('\n')[1]);
});

test('is read from a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    writeFileSync(join(folder, 'roots.pem'), PARTNER_ROOTS);

    expect(TrustBundle.fromFile(PARTNER, join(folder, 'roots.pem')).pem).toBe(PARTNER_ROOTS);
    expect(() => TrustBundle.fromFile(PARTNER, join(folder, 'none.pem'))).toThrow(/cannot be read: ".*none\.pem"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
