import { check } from '../../../../../lib/check';
import { readManifests } from '../../../../../lib/model/documents/read-manifests';
import { Target } from '../../../../../lib/upstream/releases/target';

/** What the rules about releases of Istio find. */
function found(text: string, istio?: string): readonly string[] {
  const { manifests, problems } = readManifests([{ file: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return check(manifests, istio === undefined ? {} : { target: Target.of({ istio }) })
    .filter(({ rule }) => /^istio-/.test(rule))
    .map((one) => `${one.rule}: ${one.found}; ${one.fix}`);
}

const operator = (spec: string) =>
  `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: mesh, namespace: istio-system}\nspec: {${spec}}\n`;
const policy = (rule: string) =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\nspec: {rules: [${rule}]}\n`;
const PATHS = policy('{to: [{operation: {paths: [/a]}}]}');
const NOT_PATHS = policy('{to: [{operation: {notPaths: [/a]}}]}');
const HEADERS = policy("{when: [{key: 'request.headers[x-a]', values: [b]}]}");
const METHODS = policy('{to: [{operation: {methods: [GET]}}]}');
const rules = (lines: readonly string[]) => lines.map((line) => line.split(':')[0]);

describe('rules on paths and headers that requests get past', () => {
  test.each([
    ['paths', PATHS],
    ['notPaths', NOT_PATHS],
    ['headers', HEADERS],
  ])('are found by the tag of the installation: %s', (_, text) => {
    const [finding, ...others] = found(`${operator('tag: 1.30.3')}---\n${text}`);

    expect(others).toEqual([]);
    expect(finding).toMatch(/^istio-policy-bypass: .*CVE-2026-73551.*upgrade Istio to 1\.29\.7, 1\.30\.4 or newer$/);
  });

  test.each(['1.30.4', '1.31.0', '1.32.0'])('are sound in %s', (tag) => {
    expect(found(`${operator(`tag: ${tag}`)}---\n${PATHS}`)).toEqual([]);
  });

  test('are found by a stated target where nothing pins a release', () => {
    expect(rules(found(PATHS, '1.28.10'))).toEqual(['istio-line-ended', 'istio-policy-bypass']);
    expect(found(PATHS, '1.30.4')).toEqual([]);
    expect(found(PATHS)).toEqual([]);
  });

  test.each([
    ['1.28', ['istio-line-ended', 'istio-policy-bypass']],
    ['1.29', ['istio-line-ended']],
    ['1.30', []],
    ['1.30.0', ['istio-policy-bypass']],
  ])('a target of %s is the newest of its line only if it says no patch', (istio, expected) => {
    expect(rules(found(PATHS, istio))).toEqual(expected);
  });

  test('do not stand in a policy without paths and headers', () => {
    expect(found(`${operator('tag: 1.30.3')}---\n${METHODS}`)).toEqual([]);
  });
});

test('the release that files pin counts, not the one that was asked for', () => {
  expect(found(`${operator('tag: 1.31.4')}---\n${PATHS}`, '1.29')).toEqual([]);
});

test('an ended line is named with its day, and how old the list is', () => {
  expect(found(operator('tag: 1.29.8'))).toEqual([
    expect.stringMatching(/^istio-line-ended: .* ended on 2026-10-12 \(as of 2026-11-28/),
  ]);
  expect(found(operator('tag: 1.30.7'))).toEqual([]);
  expect(found(operator('tag: 1.40.0'))).toEqual([]);
});

test('a release is read from images too, as charts render them', () => {
  const istiod =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: istiod, namespace: istio-system}\nspec: {selector: {matchLabels: {app: istiod}}, template: {metadata: {labels: {app: istiod}}, spec: {containers: [{name: discovery, image: "docker.io/istio/pilot:1.28.10"}]}}}\n';

  expect(rules(found(istiod))).toEqual(['istio-line-ended']);
});

describe('places that disappear', () => {
  test.each([
    ['a hub', operator('hub: gcr.io/istio-release')],
    ['a value', operator('values: {global: {hub: registry.istio.io/release}}')],
    [
      'a repository of Argo CD',
      'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a, namespace: argocd}\nspec: {source: {repoURL: "https://istio-release.storage.googleapis.com/charts", chart: base, targetRevision: 1.31.4}}\n',
    ],
    [
      'a repository of Flux',
      'apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: a, namespace: flux-system}\nspec: {url: "oci://gcr.io/istio-release/charts/base"}\n',
    ],
    [
      'an image',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b}\nspec: {containers: [{name: a, image: "gcr.io/istio-release/proxyv2:1.31.4"}]}\n',
    ],
  ])('are found in %s', (_, text) => {
    expect(rules(found(text))).toEqual(['istio-hosting-gone']);
  });

  test('are not found in prose, and not in names that only begin alike', () => {
    const text = operator('hub: docker.io/istio, values: {global: {hub: gcr.io/istio-release-mirror/istio}}').replace(
      'namespace: istio-system}',
      'namespace: istio-system, annotations: {note: "was gcr.io/istio-release before"}}',
    );

    expect(found(text)).toEqual([]);
  });
});
