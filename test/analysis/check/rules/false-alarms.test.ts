import { checkFiles } from '../../../../lib/check';

function found(rule: string, ...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(({ resource }) => resource?.name ?? '');
}

const policy = (name: string, namespace: string, spec: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;

describe('a rule for everybody', () => {
  const gateway = policy('gateway', 'istio-system', '{selector: {matchLabels: {istio: ingressgateway}}, rules: [{}]}');
  const everything = policy('everything', 'shop', '{rules: [{}]}');

  test('opens a part of what is closed on purpose', () => {
    expect(found('allow-all-rule', policy('deny', 'istio-system', '{}'), gateway, everything)).toEqual([]);
    const part = policy('part', 'shop', '{selector: {matchLabels: {app: a}}, rules: [{}]}');
    expect(found('allow-all-rule', policy('deny', 'shop', '{}'), part)).toEqual([]);
  });

  test('is reported where nothing is closed, or where it opens all that is', () => {
    expect(found('allow-all-rule', gateway, everything)).toEqual(['gateway', 'everything']);
    expect(found('allow-all-rule', policy('deny', 'shop', '{}'), gateway, everything)).toEqual([
      'gateway',
      'everything',
    ]);
    const mesh = policy('mesh', 'istio-system', '{rules: [{}]}');
    expect(found('allow-all-rule', policy('deny', 'istio-system', '{}'), mesh)).toEqual(['mesh']);
  });
});

describe('a volume of the pod itself', () => {
  const pod = (templates: string) => `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop, annotations: {inject.istio.io/templates: "${templates}"}}
spec:
  containers: [{name: a, image: b}]
  volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io}}]
`;
  const values = (readOnly: string) => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  values:
    sidecarInjectorWebhook:
      templates:
        spire: |
          spec:
            volumes:
              - name: workload-socket
                csi: {driver: csi.spiffe.io${readOnly}}
`;

  test('is read-only if a template that is laid over it says so', () => {
    expect(found('csi-not-readonly', pod('sidecar,spire'), values(', readOnly: true'))).toEqual([]);
  });

  test('is what it says if that template is not its own', () => {
    expect(found('csi-not-readonly', pod('sidecar'), values(', readOnly: true'))).toEqual(['a']);
  });
});

describe('the port of a probe', () => {
  const pod = (probe: string, name = 'a') => `apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec:
  containers:
    - name: ${name}
      image: b
      ports: [{name: http, containerPort: 8080}]
      ${probe}
    - {name: c, image: d, ports: [{name: admin, containerPort: 9090}]}
`;

  test.each([
    'readinessProbe: {httpGet: {port: web}}',
    'livenessProbe: {tcpSocket: {port: web}}',
    'startupProbe: {httpGet: {port: admin}}',
  ])('that no port of the container has is missing: %s', (probe) => {
    expect(found('probe-port-missing', pod(probe))).toEqual(['a']);
  });

  test.each([
    'readinessProbe: {httpGet: {port: http}}',
    'livenessProbe: {tcpSocket: {port: "9000"}}',
    'startupProbe: {httpGet: {port: 15021}}',
    'livenessProbe: {exec: {command: [a]}}',
  ])('is right as a name of the container, or a number: %s', (probe) => {
    expect(found('probe-port-missing', pod(probe))).toEqual([]);
  });

  test('of the proxy is for the injector to give', () => {
    expect(found('probe-port-missing', pod('readinessProbe: {httpGet: {port: web}}', 'istio-proxy'))).toEqual([]);
  });
});
