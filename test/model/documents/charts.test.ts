import { readManifests } from '../../../lib/model/documents/read-manifests';

const TEMPLATE = 'kind: A\nmetadata:\n  name: {{ .Release.Name }}\n';
const CHART = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';

function problemsOf(...files: readonly string[]) {
  const inputs = files.map((file) => ({ file, text: file.endsWith('Chart.yaml') ? CHART : TEMPLATE }));
  return readManifests(inputs).problems.map(({ location, problem }) => [location.file, location.line, problem]);
}

test('a chart is told of once, at its Chart.yaml, however many templates it has', () => {
  expect(
    problemsOf(
      'shop/Chart.yaml',
      'shop/charts/db/Chart.yaml',
      'shop/charts/db/templates/pods.yaml',
      'shop/templates/pods.yaml',
      'shop/templates/deep/services.yaml',
    ),
  ).toEqual([['shop/Chart.yaml', 1, 'the chart has 3 templates with {{ }}; templates are not read']]);
});

test('what is not YAML in another way because of its braces counts as a template', () => {
  const text = 'a: "b\nc: {{ if .d }}"{{ end }}\n';
  const { problems } = readManifests([
    { file: 'shop/Chart.yaml', text: CHART },
    { file: 'shop/templates/x.yaml', text },
  ]);
  expect(problems.map(({ id, location }) => [id, location.file])).toEqual([['chart-not-rendered', 'shop/Chart.yaml']]);
});

test('files that templates read are no templates and no objects: Helm applies nothing of them by itself', () => {
  const object = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
  const read = (...files: readonly (readonly [string, string])[]) => {
    const { manifests, problems } = readManifests(files.map(([file, text]) => ({ file, text })));
    return [manifests.all.length, problems.length];
  };

  expect(problemsOf('shop/Chart.yaml', 'shop/files/x.yaml', 'shop/charts/db/files/y.yaml')).toEqual([]);
  expect(read(['shop/Chart.yaml', CHART], ['shop/files/x.yaml', object], ['shop/files/y.yaml', 'a: "b\n'])).toEqual([
    0, 0,
  ]);
  expect(read(['shop/files/x.yaml', object])).toEqual([1, 0]);
  expect(read(['shop/Chart.yaml', CHART], ['files/x.yaml', object], ['shop/crds/x.yaml', object])).toEqual([2, 0]);
});

test('charts beside each other are told of one by one, also the one in the working directory', () => {
  const one = 'the chart has a template with {{ }}; templates are not read';
  expect(problemsOf('a/Chart.yaml', 'a/templates/x.yaml', 'ab/Chart.yaml', 'ab/templates/x.yaml')).toEqual([
    ['a/Chart.yaml', 1, one],
    ['ab/Chart.yaml', 1, one],
  ]);
  expect(problemsOf('Chart.yaml', 'templates/x.yaml')).toEqual([['Chart.yaml', 1, one]]);
});

test('paths of Windows name the same places in a chart', () => {
  const files = ['Chart.yaml', 'charts\\db\\templates\\pods.yaml', 'templates\\x.yaml', 'charts\\db\\files\\y.yaml'];
  expect(problemsOf(...files.map((file) => `shop\\${file}`))).toEqual([
    ['shop\\Chart.yaml', 1, 'the chart has 2 templates with {{ }}; templates are not read'],
  ]);
});

test('templates that no chart has are told of where they are', () => {
  const alone = 'the document is a template with {{ }}, not a manifest';
  expect(problemsOf('shop/Chart.yaml', 'shop/deploy/x.yaml', 'other/templates/x.yaml')).toEqual([
    ['shop/deploy/x.yaml', 3, alone],
    ['other/templates/x.yaml', 3, alone],
  ]);
});

test('other problems in a chart stay where they are', () => {
  const { problems } = readManifests([
    { file: 'shop/Chart.yaml', text: CHART },
    { file: 'shop/templates/a.yaml', text: TEMPLATE },
    { file: 'shop/templates/b.yaml', text: 'a: "b\n' },
  ]);
  expect(problems.map(({ id, location }) => [id, location.file])).toEqual([
    ['chart-not-rendered', 'shop/Chart.yaml'],
    ['yaml-syntax', 'shop/templates/b.yaml'],
  ]);
});
