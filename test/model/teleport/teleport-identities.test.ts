import { readManifests } from '../../../lib/model/documents/read-manifests';
import { TeleportIdentities } from '../../../lib/model/teleport/teleport-identities';

const ISTIO_PATH = '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}';
const identity = (name: string, id: string, ...conditions: readonly object[]) => ({
  kind: 'workload_identity',
  version: 'v1',
  metadata: { name },
  spec: { spiffe: { id }, rules: { allow: [{ conditions }] } },
});
const inShop = { attribute: 'workload.kubernetes.namespace', in: { values: ['shop'] } };
const isCarts = { attribute: 'workload.kubernetes.service_account', eq: { value: 'carts' } };
const isUser = { attribute: 'workload.unix.uid', eq: { value: '1000' } };

function identityOf(namespace: string, serviceAccount: string, ...identities: readonly object[]) {
  const text = identities.map((one) => JSON.stringify(one)).join('\n---\n');
  return new TeleportIdentities(readManifests([{ file: 'a.yaml', text }]).manifests).identityOf({
    namespace,
    serviceAccount,
  });
}

describe('whom Teleport gives an identity', () => {
  test('is decided by every condition on the pod, its ServiceAccount too', () => {
    const mesh = identity('mesh', ISTIO_PATH, inShop, isCarts);
    expect(identityOf('shop', 'carts', mesh)).toMatchObject({ issued: true, path: '/ns/shop/sa/carts' });
    expect(identityOf('shop', 'orders', mesh)?.issued).toBe(false);
    expect(identityOf('other', 'carts', mesh)?.issued).toBe(false);
  });

  test('stays open where a condition is about the running process', () => {
    expect(identityOf('shop', 'carts', identity('mesh', ISTIO_PATH, inShop, isUser))?.issued).toBeUndefined();
    expect(identityOf('other', 'carts', identity('mesh', ISTIO_PATH, inShop, isUser))?.issued).toBe(false);
  });

  test('is not helped by an identity for programs outside the mesh', () => {
    const machine = identity('machine', '/svc/server', isUser);
    expect(identityOf('other', 'carts', machine, identity('mesh', ISTIO_PATH, inShop))?.issued).toBe(false);
    expect(identityOf('other', 'carts', machine)?.issued).toBeUndefined();
  });

  test('is not known without any workload identity', () => {
    expect(identityOf('shop', 'carts')).toBeUndefined();
  });
});
