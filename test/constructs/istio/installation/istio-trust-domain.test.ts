import { checkIstioTrustDomain } from '../../../../lib/constructs/istio/installation/istio-trust-domain';
import { TrustDomain } from '../../../../lib/upstream/spiffe/trust-domain';
import { refusal } from '../refusal';

test.each(['example.teleport.sh', 'cluster.local', 'a', 'a-b.c1'])('Istio takes the trust domain %s', (text) => {
  checkIstioTrustDomain('mesh', TrustDomain.parse(text));
});

test.each([
  ['my_cluster', 'my_cluster'],
  ['-a.example', '-a'],
  ['a-.example', 'a-'],
  ['a..example', ''],
  ['.a', ''],
  [`${'a'.repeat(64)}.example`, 'a'.repeat(64)],
])('Istio refuses %s, which SPIFFE allows', (text, part) => {
  const error = refusal(() => checkIstioTrustDomain('mesh', TrustDomain.parse(text)));
  expect(error.where).toBe('mesh');
  expect(error.value).toBe(part);
});
