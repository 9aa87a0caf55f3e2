import { REQUIREMENTS } from '../../../lib/analysis/requirements/known-requirements';
import { readRequirements } from '../../../lib/analysis/requirements/read-requirements';
import { requirementsToText } from '../../../lib/analysis/requirements/render-requirements';
import type { Component } from '../../../lib/analysis/requirements/requirement';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { Target, type TargetProps } from '../../../lib/upstream/releases/target';
import { Version } from '../../../lib/upstream/releases/version';

const FIELDS: Readonly<Record<Component, keyof TargetProps>> = {
  Istio: 'istio',
  Kubernetes: 'kubernetes',
  Teleport: 'teleport',
  'SPIFFE CSI driver': 'csiDriver',
};

function read(texts: readonly string[], target: TargetProps = {}) {
  const { manifests, problems } = readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text })));
  expect(problems).toEqual([]);
  return readRequirements(manifests, Target.of(target));
}

const unmet = (texts: readonly string[], target: TargetProps = {}) =>
  read(texts, target).flatMap(({ component, requirements }) =>
    requirements.filter(({ isMet }) => !isMet).map(({ needs, location }) => `${component} ${needs} ${location.line}`),
  );

const daemonSet = (image: string) => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: a, namespace: b }
spec: { template: { spec: { containers: [{ name: a, image: '${image}' }] } } }
`;
const OPERATOR = 'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: { name: a }\n';
const policy = (source: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: a, namespace: b }
spec:
  rules:
    - from:
        - source: { ${source} }
`;

test.each(REQUIREMENTS.map((one) => [`${one.component} ${one.needs}`, one] as const))(
  '%s: the text says the same releases as the target decides by',
  (_, { component, needs, oldest, isMet }) => {
    const met = (release: string) =>
      isMet(
        Target.of({ [FIELDS[component]]: release, istio: '1.28', ...(component === 'Istio' && { istio: release }) }),
      );
    for (const release of oldest) {
      const { major, minor, patch } = Version.parse(release);
      const before = patch > 0 ? `${major}.${minor}.${patch - 1}` : `${major}.${minor - 1}.0`;

      expect(needs).toContain(release);
      expect([release, met(release), before, met(before)]).toEqual([release, true, before, false]);
    }
  },
);

test('the release of tbot is read from its image, and one that never renews is named with its place', () => {
  expect(unmet([daemonSet('public.ecr.aws/gravitational/tbot-distroless:18.5.0')])).toEqual([
    'Teleport 17.7.14, 18.6.4 or newer 5',
  ]);
  expect(unmet([daemonSet('public.ecr.aws/gravitational/tbot-distroless:17.7.14')])).toEqual([]);
});

test('a registry with a port and a digest behind the tag are no hindrance', () => {
  const image = `registry.acme.com:5000/tbot-distroless:18.5.0@sha256:${'0'.repeat(64)}`;

  expect(read([daemonSet(image)])[2]?.release.toString()).toBe('18.5.0');
});

test('of two releases the older one counts, and a floating tag is none', () => {
  const both = [daemonSet('a/tbot:18.11.10'), daemonSet('a/tbot:18.5.0').replace('name: a', 'name: c')];

  expect(unmet(both)).toHaveLength(1);
  expect(read([daemonSet('a/tbot:18')])[2]).toMatchObject({ namedAt: undefined });
});

test('native sidecars need a tbot that attests them, unless they are off or the nodes are too old for them', () => {
  const tbot = daemonSet('a/tbot:18.6.4');
  const off = `${OPERATOR}spec: { values: { pilot: { env: { ENABLE_NATIVE_SIDECARS: 'false' } } } }\n`;
  const patched = `${OPERATOR}spec: { components: { pilot: { k8s: { env: [{ name: ENABLE_NATIVE_SIDECARS, value: 'false' }] } } } }\n`;
  expect(unmet([daemonSet('public.ecr.aws/gravitational/tbot-distroless:18.7.3'), patched])).toEqual([]);

  expect(unmet([OPERATOR, tbot])).toEqual(['Teleport 18.11.2 or newer 1']);
  expect(unmet([off, tbot])).toEqual([]);
  expect(unmet([OPERATOR, tbot], { kubernetes: '1.32' })).toEqual([]);
});

test.each([
  ["trustDomains: ['a.b']", '1.30.1', ['Istio 1.30.2 or newer 7']],
  ["trustDomains: ['a.b']", '1.30.2', []],
  ["principals: ['*/ns/a.b/sa/c']", '1.28.6', ['Istio 1.28.7, 1.29.3 or newer 7']],
  ["principals: ['*/ns/a.b/sa/c']", '1.28.7', []],
  ["principals: ['a.b/ns/a/sa/c']", '1.28.0', []],
  ["namespaces: ['a']", '1.28.0', []],
])('a policy with %s on Istio %s', (source, istio, expected) => {
  expect(unmet([policy(source)], { istio })).toEqual(expected);
});

test.each([
  ['{key: source.trustDomain, values: [a.b]}', '1.30.1', ['Istio 1.30.2 or newer 6']],
  ['{key: source.trustDomain, notValues: [a.b]}', '1.30.1', ['Istio 1.30.2 or newer 6']],
  ['{key: source.trustDomain, values: [a.b]}', '1.30.2', []],
  ['{key: source.namespace, values: [a.b]}', '1.28.6', ['Istio 1.28.7, 1.29.3 or newer 6']],
  ['{key: source.serviceAccount, values: [shop/a.b]}', '1.28.5', ['Istio 1.27.9, 1.28.6, 1.29.2 or newer 6']],
  ['{key: source.serviceAccount, values: [shop/a.b]}', '1.28.6', []],
])('a policy with the condition %s on Istio %s', (condition, istio, expected) => {
  const text = policy('').replace(/spec:[\s\S]*/, `spec:\n  rules:\n    - when: [${condition}]\n`);
  expect(unmet([text], { istio })).toEqual(expected);
});

test('the right nodes/pods needs kubelets that know it', () => {
  const role =
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: a }\nrules: [{ apiGroups: [""], resources: [nodes/pods], verbs: [get] }]\n';

  expect(unmet([role], { kubernetes: '1.32' })).toEqual(['Kubernetes 1.33 or newer 4']);
  expect(unmet([role], { kubernetes: '1.33' })).toEqual([]);
});

test('the tag of the installation is the release of Istio, whatever was assumed', () => {
  expect(unmet([`${OPERATOR}spec: { tag: 1.27.3 }\n`], { istio: '1.29' })).toEqual(['Istio 1.28 to 1.32 1']);
});

test('the text says that the cluster must not be older than tbot', () => {
  expect(requirementsToText(read([daemonSet('a/tbot:18.11.10')]))).toContain('must be 18 or newer');
  expect(requirementsToText(read([OPERATOR]))).not.toContain('The Teleport cluster itself');
});

describe('releases that the app which wrote the manifests remembers', () => {
  const remembering = (text: string) =>
    OPERATOR.replace('{ name: a }', `{ name: a, annotations: { teleport-istio/target: '${text}' } }`);
  const of = (texts: readonly string[], target: TargetProps = {}) =>
    read(texts, target).map(({ component, release, namedAt }) => [component, `${release}`, namedAt?.line]);

  test('are those of the manifests, with their place', () => {
    expect(of([remembering('istio=1.30.2,kubernetes=1.34.0,teleport=18.8.1,csi-driver=0.2.11')])).toEqual([
      ['Istio', '1.30.2', 3],
      ['Kubernetes', '1.34.0', 3],
      ['Teleport', '18.8.1', 3],
      ['SPIFFE CSI driver', '0.2.11', 3],
    ]);
  });

  test('count less than what is stated, and than images', () => {
    const texts = [remembering('kubernetes=1.34.0,teleport=18.8.1'), daemonSet('a/tbot:18.11.10')];

    expect(of(texts, { kubernetes: '1.33' })).toContainEqual(['Kubernetes', '1.33.0', undefined]);
    expect(of(texts)).toContainEqual(['Teleport', '18.11.10', 5]);
  });

  test('of two files the oldest counts', () => {
    const [, kubernetes] = of([remembering('kubernetes=1.35.0'), remembering('kubernetes=1.34.0')]);

    expect(kubernetes).toEqual(['Kubernetes', '1.34.0', 3]);
  });
});

test.each([
  ['that says what it is', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n', 5],
  ['that leaves that out', '', 3],
])('a chart that a kustomization %s renders has the release of Istio', (_, head, line) => {
  const text = `${head}helmCharts:\n- name: istiod\n  version: 1.30.2\n`;
  const { manifests } = readManifests([{ file: 'mesh/kustomization.yaml', text }]);

  expect(readRequirements(manifests)[0]).toMatchObject({
    release: Version.parse('1.30.2'),
    namedAt: { file: 'mesh/kustomization.yaml', line },
  });
});

test.each([
  ['v1.30.2', '1.30.2'],
  ['v1.30-latest', '1.30.7'],
])('the release %s of Istio’s operator', (version, expected) => {
  const text = `apiVersion: sailoperator.io/v1\nkind: Istio\nmetadata: { name: default }\nspec: { version: ${version} }\n`;

  expect(`${read([text])[0]?.release}`).toBe(expected);
});
