import { checkFiles } from '../../../../../lib/check';

function found(rule: string, ...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(
    ({ severity, pointer }) => `${severity} ${pointer}`,
  );
}

const mesh = (driver: string) => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  meshConfig: {trustDomain: example.teleport.sh}
  values:
    sidecarInjectorWebhook:
      templates:
        spire: |
          spec:
            volumes: [{name: workload-socket, csi: {driver: ${driver}, readOnly: true}}]
`;

describe('the driver of the socket', () => {
  const driver = (name: string) =>
    `apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: ${name}}\nspec: {}\n`;

  test('is misspelt, or may be another one', () => {
    const rule = 'csi-driver-missing';
    expect(found(rule, mesh('csi.spiffe.oi'))).toEqual(['warning /spec/volumes/0/csi/driver']);
    expect(found(rule, mesh('csi.spiffe.io'))).toEqual([]);
    expect(found(rule, mesh('spiffe.csi.cert-manager.io'))).toEqual([]);
    expect(found(rule, mesh('csi.spiffe.oi'), driver('csi.spiffe.oi'))).toEqual([]);
    expect(found(rule, mesh('identities.example'), driver('csi.spiffe.io'))).toHaveLength(1);
  });
});

describe('the path of an identity', () => {
  const identity = (id: string) =>
    `kind: workload_identity\nversion: v1\nmetadata: {name: a}\nspec: {spiffe: {id: "${id}"}, rules: {allow: [{conditions: [{attribute: workload.kubernetes.namespace, eq: {value: a}}]}]}}\n`;
  const ask = (id: string) => found('spiffe-path-not-ns-sa', mesh('csi.spiffe.io'), identity(id));

  test('is not that of what joined', () => {
    expect(
      ask('/ns/{{ join.kubernetes.service_account.namespace }}/sa/{{ join.kubernetes.service_account.name }}'),
    ).toHaveLength(1);
    expect(ask('/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}')).toEqual([]);
    expect(ask('/bots/{{ join.kubernetes.service_account.name }}')).toEqual([]);
  });
});
