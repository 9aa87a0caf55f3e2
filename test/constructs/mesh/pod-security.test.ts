import { MeshApp, type MeshIstioOptions, TeleportCluster, TeleportMesh, WorkloadApiSocket } from '../../../lib';

function makeMesh(socket: WorkloadApiSocket, istio: MeshIstioOptions): TeleportMesh {
  return new TeleportMesh(new MeshApp(), 'mesh', {
    teleport: TeleportCluster.cloud('acme.teleport.sh'),
    socket,
    istio,
  });
}

describe.each(['baseline', 'restricted'] as const)('a namespace of level %s', (level) => {
  test.each([
    [
      'a host path',
      WorkloadApiSocket.hostPath(),
      { cni: true },
      /\[mesh\/strict\] .*forbids the host path.*Fix: .*csi\(\)/,
    ],
    ['an init container', WorkloadApiSocket.csi(), {}, /\[mesh\/strict\] .*NET_ADMIN.*Fix: .*cni: true/],
  ])('is refused where injection adds %s', (_what, socket, istio, message) => {
    const mesh = makeMesh(socket, istio);
    expect(() => mesh.addNamespace('strict', { podSecurity: level })).toThrow(message);
    expect(() => mesh.addNamespace('strict', { labels: { 'pod-security.kubernetes.io/enforce': level } })).toThrow(
      message,
    );
    expect(mesh.identity.namespaces).not.toContain('strict');
  });

  test("admits the pods of a mesh with CSI volumes and Istio's CNI plugin", () => {
    const mesh = makeMesh(WorkloadApiSocket.csi(), { cni: true });
    expect(() => mesh.addNamespace('strict', { podSecurity: level })).not.toThrow();
  });
});

test('a namespace that is privileged, or has no level, admits every pod of the mesh', () => {
  const mesh = makeMesh(WorkloadApiSocket.hostPath(), {});
  expect(() => mesh.addNamespace('open', { podSecurity: 'privileged' })).not.toThrow();
  expect(() => mesh.addNamespace('unlabelled')).not.toThrow();
});
