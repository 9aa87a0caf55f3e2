import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { EXAMPLE_TELEPORT } from '../../../lib/analysis/doctor/examples/example-teleport';
import { redactSnapshot } from '../../../lib/analysis/doctor/redact';
import { filesToSnapshot, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
import type { JsonObject } from '../../../lib/base/json';
import { recorded } from './recorded';

const NAMES = ['healthy', 'k8s-path', 'two-cas', 'socket-missing', 'stale-jwks', 'csi-driver-missing', 'expired'];

/** What came of every check, without the names in it. */
function shape(snapshot: Parameters<typeof diagnose>[0]) {
  return diagnose(snapshot).outcomes.map(({ check, looked, findings, unseen }) => [
    check.id,
    looked,
    findings.length,
    unseen.length,
  ]);
}

test.each(NAMES)('%s is diagnosed alike under other names', (name) => {
  expect(shape(redactSnapshot(recorded(name)))).toEqual(shape(recorded(name)));
});

test.each(NAMES)('%s shows no name, address or trust domain any more, nor a certificate with one', (name) => {
  const text = snapshotToFiles(redactSnapshot(recorded(name)))
    .map((file) => `${file.path}\n${file.text}`)
    .join('\n');

  for (const secret of [
    'sock-shop',
    'catalogue',
    'front-end',
    'test-app',
    'ellinj',
    'node-1',
    '10.245.',
    'BEGIN CERTIFICATE',
  ]) {
    expect({ secret, at: text.indexOf(secret) }).toEqual({ secret, at: -1 });
  }
});

test('a redacted snapshot is the same after it was saved', () => {
  const redacted = redactSnapshot(recorded('k8s-path'));

  expect(filesToSnapshot(snapshotToFiles(redacted))).toEqual(redacted);
});

test('the same name is replaced by the same', () => {
  const [finding] = diagnose(redactSnapshot(recorded('k8s-path'))).outcomes.flatMap(({ findings }) => findings);

  expect(finding?.found).toMatch(
    /^(\S+)\/(\S+) has spiffe:\/\/(\S+)\/k8s\/\S+; Istio expects spiffe:\/\/\3\/ns\/\S+\/sa\/\S+$/,
  );
});

test('what Teleport gave out, and the values of policies, are under other names too, and are diagnosed alike', () => {
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { namespace: 'sock-shop', name: 'extra' },
    spec: { rules: [{ when: [{ key: 'source.namespace', values: ['sock-shop'] }] }] },
  };
  const base = recorded('healthy');
  const policies = base.objects.get('authorizationpolicies.security.istio.io') ?? [];
  const snapshot = {
    ...base,
    objects: new Map([...base.objects, ['authorizationpolicies.security.istio.io', [...policies, policy]]]),
    teleport: EXAMPLE_TELEPORT.map(
      (one) =>
        JSON.parse(
          JSON.stringify(one).replaceAll('"shop"', '"sock-shop"').replaceAll('tbot-1', 'tbot-7rr44'),
        ) as JsonObject,
    ),
  };
  const redacted = redactSnapshot(snapshot);

  expect(shape(redacted)).toEqual(shape(snapshot));
  expect(JSON.stringify([redacted.teleport, [...redacted.objects]])).not.toMatch(/sock-shop|tbot-7rr44/);
});
