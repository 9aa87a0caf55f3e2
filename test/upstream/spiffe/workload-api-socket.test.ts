import { InvalidInputError } from '../../../lib/base/invalid-input-error';
import { WorkloadApiSocket } from '../../../lib/upstream/spiffe/workload-api-socket';

describe('WorkloadApiSocket', () => {
  test('by default lies where Teleport puts it, under a name that Istio does not look for', () => {
    const socket = WorkloadApiSocket.csi();
    expect(socket.path).toBe('/run/tbot/sockets/workload.sock');
    expect(socket.failsClosed).toBe(true);
  });

  test("fails open only with Istio's own default file name", () => {
    expect(WorkloadApiSocket.csi({ fileName: 'socket' }).failsClosed).toBe(false);
  });

  test('listens on a URL with three slashes, whose path is the whole path', () => {
    const { listenUri, path } = WorkloadApiSocket.csi({ directory: '/run/spire/agent-sockets', fileName: 'api.sock' });
    expect(listenUri).toBe('unix:///run/spire/agent-sockets/api.sock');
    expect(new URL(listenUri).pathname).toBe(path);
  });

  test('reaches pods through a read-only CSI volume', () => {
    const socket = WorkloadApiSocket.csi();
    expect(socket.delivery).toBe('csi');
    expect(socket.toVolumeSource()).toEqual({ csi: { driver: 'csi.spiffe.io', readOnly: true } });
    expect(WorkloadApiSocket.csi({ driverName: 'csi.example.com' }).toVolumeSource()).toEqual({
      csi: { driver: 'csi.example.com', readOnly: true },
    });
  });

  test('reaches pods through a host directory, made if tbot is late, never through the file itself', () => {
    const socket = WorkloadApiSocket.hostPath({ directory: '/run/tbot' });
    expect(socket.delivery).toBe('hostPath');
    expect(socket.driverName).toBeUndefined();
    expect(socket.toVolumeSource()).toEqual({ hostPath: { path: '/run/tbot', type: 'DirectoryOrCreate' } });
  });

  test.each([
    '',
    'run/tbot',
    './run',
    '/',
    '/run/',
    '/run//tbot',
    '/run/../etc',
    '/run/./tbot',
    '/run/a b',
    '/run/ä',
    '/run\n',
  ])('refuses the directory %j', (directory) => {
    expect(() => WorkloadApiSocket.csi({ directory })).toThrow(InvalidInputError);
    expect(() => WorkloadApiSocket.hostPath({ directory })).toThrow(/^\[WorkloadApiSocket.hostPath\] .*absolute/);
  });

  test.each(['', '.', '..', 'a/b', '/socket', 'a b', 'socket\n'])('refuses the file name %j', (fileName) => {
    expect(() => WorkloadApiSocket.csi({ fileName })).toThrow(/^\[WorkloadApiSocket.csi\] .*plain file name/);
  });

  test.each(['', 'csi..io', '.io', 'csi-.io', 'CSI.spiffe.io', 'csi/spiffe', 'csi.io\n', `${'c'.repeat(61)}.io`])(
    'refuses the driver name %j',
    (driverName) => {
      expect(() => WorkloadApiSocket.csi({ driverName })).toThrow(/^\[WorkloadApiSocket.csi\] .*CSI driver/);
    },
  );

  test('takes a driver name as long as the API server does', () => {
    const driverName = `${'c'.repeat(60)}.io`;
    expect(driverName).toHaveLength(63);
    expect(WorkloadApiSocket.csi({ driverName }).driverName).toBe(driverName);
  });

  test('refuses a path longer than a unix socket may have', () => {
    const directory = `/${'d'.repeat(100)}`;
    expect(WorkloadApiSocket.csi({ directory, fileName: 'fffff' }).path).toHaveLength(107);
    expect(() => WorkloadApiSocket.csi({ directory, fileName: 'ffffff' })).toThrow(/108 bytes/);
  });
});

test.each(['', '  ', 'two\nlines', 'see {{ .Env }}'])(
  'a reason for host paths is one line of text, not %j',
  (reason) => {
    expect(() => WorkloadApiSocket.hostPath({ reason })).toThrow(
      /\[WorkloadApiSocket.hostPath\] .*not valid in a comment/,
    );
  },
);
