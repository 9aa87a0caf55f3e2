import { checkFiles } from '../../../../../lib/check';

function found(rule: string, ...documents: readonly string[]): readonly string[] {
  const text = documents.join('---\n');
  return checkFiles([{ file: 'a.yaml', text }], { rules: [rule] }).map(({ resource }) => resource?.name ?? '');
}

interface Pod {
  readonly name?: string;
  readonly labels?: string;
  readonly annotations?: string;
  /** Annotations of the Deployment. */
  readonly own?: string;
  readonly pod?: string;
  readonly container?: string;
}

const deployment = ({
  name = 'a',
  labels = '',
  annotations = '',
  own = '',
  pod = '',
  container = 'name: app, image: b',
}: Pod) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop, annotations: {${own}}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}${labels}}, annotations: {${annotations}}}
    spec: {${pod}containers: [{${container}}]}
`;
const namespace = (labels: string, annotations = '') =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {${labels}}, annotations: {${annotations}}}\n`;
const ON = namespace('istio-injection: enabled');
const mesh = (defaults: string) => `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  values:
    sidecarInjectorWebhook:
      defaultTemplates: ${defaults}
      templates:
        spire: |
          spec:
            volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]
`;
const templates = (list: string) => `inject.istio.io/templates: "${list}"`;

describe('templates', () => {
  test.each([
    ['[spire]', ['mesh']],
    ['[sidecar, spire]', []],
    ['[sidecar]', []],
    ['[grpc-simple]', []],
  ])('of pods that choose nothing: %s', (defaults, names) =>
    expect(found('templates-without-proxy', ON, mesh(defaults))).toEqual(names),
  );

  test.each([
    ['spire', ['a']],
    ['sidecar,spire', []],
    ['spire,sidecar', []],
    ['grpc-simple', []],
    ['grpc-agent,spire', []],
  ])('that pods choose: %s', (list, names) =>
    expect(
      found('templates-without-proxy', ON, mesh('[sidecar]'), deployment({ annotations: templates(list) })),
    ).toEqual(names),
  );

  test('do not matter to pods with a proxy of their own, or without injection', () => {
    const own = deployment({ annotations: templates('spire'), container: 'name: istio-proxy, image: proxyv2' });
    expect(found('templates-without-proxy', ON, mesh('[sidecar]'), own)).toEqual([]);
    const off = namespace('team: a');
    expect(
      found('templates-without-proxy', off, mesh('[sidecar]'), deployment({ annotations: templates('spire') })),
    ).toEqual([]);
  });

  test('without the overlay are a second mesh', () => {
    const others = deployment({ name: 'b' });
    const leave = deployment({ annotations: templates('sidecar') });
    expect(found('workload-without-overlay', ON, mesh('[sidecar, spire]'), leave, others)).toEqual(['a']);
    expect(found('workload-without-overlay', ON, mesh('[sidecar, spire]'), leave)).toEqual([]);
    expect(found('workload-without-overlay', ON, mesh('[sidecar]'), leave, others)).toEqual([]);
    const outside = deployment({ annotations: templates('sidecar'), labels: ', sidecar.istio.io/inject: "false"' });
    expect(found('workload-without-overlay', ON, mesh('[sidecar, spire]'), outside, others)).toEqual([]);
  });
});

describe('a pod after injection', () => {
  const volume = (source: string) => `volumes: [{name: workload-socket, ${source}}], `;

  test.each([
    [{ pod: volume('hostPath: {path: /run}') }, 1],
    [{ pod: volume('hostPath: {path: /run}'), annotations: templates('sidecar') }, 0],
    [{ pod: volume('emptyDir: {}') }, 0],
    [{ pod: volume('csi: {driver: csi.spiffe.io}') }, 0],
    [{ annotations: `${templates('sidecar')}, sidecar.istio.io/userVolume: '{"workload-socket": {"csi": {}}}'` }, 1],
    [{ pod: volume('hostPath: {path: /run}'), labels: ', sidecar.istio.io/inject: "false"' }, 0],
  ])('%o', (pod, findings) =>
    expect(found('injected-pod-invalid', ON, mesh('[sidecar, spire]'), deployment(pod))).toHaveLength(findings),
  );

  test('needs an image', () => {
    const own = deployment({ annotations: templates('spire'), container: 'name: istio-proxy, image: auto' });
    expect(found('templates-without-proxy', ON, mesh('[sidecar]'), own)).toEqual(['a']);
  });
});

describe('labels of a namespace', () => {
  test.each([
    ['istio-injection: enabled, istio.io/rev: canary', 1],
    ['istio-injection: disabled, istio.io/rev: canary', 1],
    ['istio-injection: enabled, istio.io/rev: default', 0],
    ['istio-injection: enabled', 0],
    ['istio.io/rev: canary', 0],
  ])('{%s}', (labels, findings) => expect(found('injection-labels-both', namespace(labels))).toHaveLength(findings));
});

describe('pods of the host network', () => {
  test.each([
    [{ pod: 'hostNetwork: true, ', labels: ', sidecar.istio.io/inject: "true"' }, 1],
    [{ pod: 'hostNetwork: true, ', annotations: templates('sidecar') }, 1],
    [{ pod: 'hostNetwork: true, ', labels: ', sidecar.istio.io/inject: "false"' }, 0],
    [{ pod: 'hostNetwork: true, ' }, 0],
    [{ labels: ', sidecar.istio.io/inject: "true"' }, 0],
  ])('%o', (pod, findings) => expect(found('host-network-not-injected', ON, deployment(pod))).toHaveLength(findings));
});

describe('the user of the proxy', () => {
  const user = 'securityContext: {runAsUser: 1337}';

  test.each([
    [{ pod: `${user}, ` }, 1],
    [{ container: `name: app, image: b, ${user}` }, 1],
    [{ container: 'name: app, image: b, securityContext: {runAsGroup: 1337}' }, 1],
    [{ pod: `${user}, `, container: 'name: app, image: b, securityContext: {runAsUser: 1000}' }, 0],
    [{ container: `name: istio-proxy, image: auto, ${user}` }, 0],
    [{ pod: `${user}, `, container: 'name: istio-proxy, image: auto', annotations: templates('gateway') }, 0],
  ])('%o', (pod, findings) => expect(found('proxy-user', ON, deployment(pod))).toHaveLength(findings));

  test('is nothing special outside the mesh', () => {
    expect(found('proxy-user', namespace('team: a'), deployment({ pod: `${user}, ` }))).toEqual([]);
  });
});

describe('a proxy with the image auto', () => {
  const proxy = { container: 'name: istio-proxy, image: auto' };

  test('needs the injector', () => {
    expect(found('image-auto-not-injected', ON, deployment(proxy))).toEqual([]);
    expect(found('image-auto-not-injected', deployment(proxy))).toEqual([]);
    expect(found('image-auto-not-injected', namespace('team: a'), deployment(proxy))).toEqual(['a']);
    expect(found('image-auto-not-injected', ON, deployment({ ...proxy, pod: 'hostNetwork: true, ' }))).toEqual(['a']);
    const label = { ...proxy, labels: ', sidecar.istio.io/inject: "true"' };
    expect(found('image-auto-not-injected', namespace('team: a'), deployment(label))).toEqual([]);
  });
});

describe('an annotation', () => {
  const ports = 'traffic.sidecar.istio.io/excludeInboundPorts: "9090"';

  test.each([
    [{ annotations: ports }, 0],
    [{ labels: `, ${ports}` }, 1],
    [{ own: ports }, 1],
    [{ annotations: 'sidecar.istio.io/injects: "false"' }, 1],
    [{ annotations: 'sidecar.istio.io/something: "false"' }, 0],
    [{ annotations: 'traffic.sidecar.istio.io/excludeInboundPort: "9090"' }, 1],
    [{ own: 'sidecar.istio.io/inject: "false"' }, 0],
    [{ annotations: 'example.com/inject: "false"' }, 0],
  ])('%o', (pod, findings) => expect(found('istio-annotation', deployment(pod))).toHaveLength(findings));

  test('is not a label of a namespace', () => {
    expect(found('istio-annotation', namespace('', 'istio-injection: enabled'))).toEqual(['shop']);
    expect(
      found('istio-annotation', namespace('istio-injection: enabled', 'topology.istio.io/controlPlaneClusters: "*"')),
    ).toEqual([]);
  });
});

describe('the waypoint that a label names', () => {
  const waypoint = (name: string, where = 'shop') =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: ${name}, namespace: ${where}}\nspec: {gatewayClassName: istio-waypoint, listeners: []}\n`;
  const uses = (name: string, more = '') => namespace(`istio.io/use-waypoint: ${name}${more}`);

  test('is a Gateway of that namespace', () => {
    expect(found('waypoint-missing', uses('waypoint'), waypoint('waypoint'))).toEqual([]);
    expect(found('waypoint-missing', uses('waypont'), waypoint('waypoint'))).toEqual(['shop']);
    expect(found('waypoint-missing', uses('waypont'), waypoint('waypoint', 'other'))).toEqual([]);
    expect(found('waypoint-missing', uses('none'), waypoint('nine'))).toEqual([]);
    const elsewhere = uses('waypont', ', istio.io/use-waypoint-namespace: other');
    expect(found('waypoint-missing', elsewhere, waypoint('waypoint', 'other'))).toEqual(['shop']);
    const complete = checkFiles([{ file: 'a.yaml', text: uses('waypoint') }], {
      rules: ['waypoint-missing'],
      complete: true,
    });
    expect(complete).toHaveLength(1);
  });
});
