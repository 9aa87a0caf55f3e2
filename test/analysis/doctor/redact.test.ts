import { diagnose } from '../../../lib/analysis/doctor/diagnose';
import { redactSnapshot } from '../../../lib/analysis/doctor/redact';
import { filesToSnapshot, snapshotToFiles } from '../../../lib/analysis/doctor/snapshot-files';
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
