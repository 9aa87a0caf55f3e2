import { diagnose, verdictOf } from '../../../lib/analysis/doctor/diagnose';
import { recorded } from './recorded';

/**
 * What each fault is found by first, and which other checks see what it leads to. That a pod does not get ready is seen wherever
 * a proxy has no certificate.
 */
const FAULTS: Readonly<Record<string, readonly [first: string, ...consequences: string[]]>> = {
  'k8s-path': ['certificate-path', 'allowed-calls-connect'],
  expired: ['certificate-valid', 'allowed-calls-connect'],
  'no-rotation': ['certificate-valid', 'allowed-calls-connect'],
  'wrong-trust-domain': ['certificate-trust-domain', 'allowed-calls-connect'],
  'two-cas': ['pods-have-socket', 'certificate-issuer', 'calls-verify', 'policy-rules'],
  'socket-missing': ['tbot-runs', 'proxies-find-socket', 'proxies-ready'],
  'wrong-socket-name': ['teleport-rules', 'proxies-find-socket', 'proxies-ready'],
  'stale-jwks': ['tbot-joins', 'tbot-runs', 'proxies-find-socket', 'proxies-ready'],
  'attestation-failed': [
    'pods-attested',
    'teleport-rules',
    'identities-issued',
    'certificate-arrived',
    'proxies-ready',
  ],
  'namespace-not-in-identity-rule': ['identities-issued', 'certificate-arrived', 'proxies-ready'],
  'csi-driver-missing': ['csi-driver-on-nodes', 'volumes-mounted', 'proxies-ready'],
  'policy-missing': ['requests-admitted'],
};

test('the reference app is all ticks', () => {
  const diagnosis = diagnose(recorded('healthy'));

  expect(diagnosis.outcomes.flatMap(({ findings }) => findings)).toEqual([]);
  expect(diagnosis.outcomes.flatMap(({ unseen }) => unseen)).toEqual([]);
  expect(verdictOf(diagnosis)).toBe('healthy');
  expect(diagnosis.outcomes.length).toBeGreaterThan(25);
});

test.each(Object.entries(FAULTS))(
  '%s is found by its own check first, and by no check that it does not concern',
  (name, checks) => {
    const diagnosis = diagnose(recorded(name));

    const found = diagnosis.outcomes.filter(({ findings }) => findings.length > 0).map(({ check }) => check.id);
    expect(found).toEqual(checks);
    expect(verdictOf(diagnosis)).toBe('unhealthy');
  },
);

test('the first finding of the path of the SPIFFE ID says what is there and what Istio expects', () => {
  const [finding] = diagnose(recorded('k8s-path')).outcomes.flatMap(({ findings }) => findings);
  const front = diagnose(recorded('k8s-path'))
    .outcomes.flatMap(({ findings }) => findings)
    .find(({ found }) => found.startsWith('sock-shop/front-end '));

  expect(finding?.group).toBe('certificates');
  expect(front?.found).toBe(
    'sock-shop/front-end has spiffe://ellinj.teleport.sh/k8s/sock-shop/front-end; Istio expects spiffe://ellinj.teleport.sh/ns/sock-shop/sa/front-end',
  );
});
