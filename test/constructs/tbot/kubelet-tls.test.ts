import { KubeletTls } from '../../../lib/constructs/tbot/kubelet-tls';
import { refusal } from './fixtures';

test("the cluster's CA needs no configuration, because it lies where tbot looks", () => {
  const tls = KubeletTls.verify();
  expect(tls.toConfig()).toEqual({});
  expect(tls.caVolumeSource).toBeUndefined();
  expect(tls.skipReason).toBeUndefined();
});

test('a file that tbot sees already is only named', () => {
  const tls = KubeletTls.verify({ caPath: '/etc/kubelet/ca.pem' });
  expect(tls.toConfig()).toEqual({ ca_path: '/etc/kubelet/ca.pem' });
  expect(tls.caVolumeSource).toBeUndefined();
});

test.each([
  { caConfigMap: { name: 'kubelet-ca', key: 'bundle.pem' } },
  { caNodeFile: '/var/lib/kubelet/pki/kubelet.crt' },
])('a mounted CA lies where the configuration says: %j', (ca) => {
  const tls = KubeletTls.verify(ca);
  const file =
    tls.caVolumeSource && 'configMap' in tls.caVolumeSource ? tls.caVolumeSource.configMap.items[0] : undefined;
  // A ConfigMap is mounted as a directory and its key is a file in it; a file of the node is mounted itself.
  expect(file ? `${tls.caMount}/${file.path}` : tls.caMount).toBe(tls.caPath);
  expect(tls.toConfig()).toEqual({ ca_path: tls.caPath });
});

test('skipping verification never has a CA beside it, and keeps its reason', () => {
  const tls = KubeletTls.skipVerify({ reason: ' kind cluster on a laptop ' });
  expect(tls.toConfig()).toEqual({ skip_verify: true });
  expect(tls.caPath).toBeUndefined();
  expect(tls.skipReason).toBe('kind cluster on a laptop');
});

test.each(['', '  ', 'two\nlines', 'bell\u0007'])(
  'skipping verification needs a reason of one line, not %j',
  (reason) => {
    expect(refusal(() => KubeletTls.skipVerify({ reason })).fix).toContain('KubeletTls.verify()');
  },
);

test('paths are absolute and names are names', () => {
  expect(refusal(() => KubeletTls.verify({ caPath: 'ca.pem' })).problem).toContain('"caPath"');
  expect(refusal(() => KubeletTls.verify({ caNodeFile: 'ca.pem' })).problem).toContain('"caNodeFile"');
  expect(refusal(() => KubeletTls.verify({ caConfigMap: { name: 'A B', key: 'k' } })).value).toBe('A B');
});

test('a CA beside a reason to skip, or two CAs, do not compile', () => {
  // @ts-expect-error one CA or the other
  KubeletTls.verify({ caPath: '/a', caNodeFile: '/b' });
  // @ts-expect-error skipping has no CA
  KubeletTls.skipVerify({ reason: 'r', caPath: '/a' });
});
