import {
  type AccessGraph,
  FleetModel,
  fleetGraph,
  graphToDot,
  graphToHtml,
  graphToMermaid,
  graphToSvg,
} from '../../../lib/access';
import { collapseNamespaces, namespaceId } from '../../../lib/analysis/graph/collapse';
import { add, destinationRule, filesOf, installation, replace } from '../fleet/three-clusters';

const fleet = FleetModel.from(filesOf());
const graph = fleetGraph(fleet);

const idsIn = ({ namespaces }: AccessGraph, cluster: string | undefined) =>
  namespaces.filter((one) => one.cluster === cluster).flatMap(({ nodes }) => nodes.map(({ id }) => id));
const arrows = ({ edges }: AccessGraph) => edges.map(({ from, to }) => `${from} → ${to}`);

test('each cluster has its namespaces, and names begin with it', () => {
  expect(idsIn(graph, 'eu-1').sort()).toEqual(['eu-1:own/reporter', 'eu-1:shop/stats', 'eu-1:shop/web']);
  expect(idsIn(graph, 'staging').sort()).toEqual(['staging:shop/carts', 'staging:shop/web']);
  expect(idsIn(graph, 'us-1')).toEqual(
    expect.arrayContaining(['us-1:shop/carts', 'us-1:shop/db', 'us-1:shop/stats', 'us-1:shop/web']),
  );
});

test('calls are drawn within clusters and between them, each once', () => {
  expect(arrows(graph).sort()).toEqual([
    'eu-1:own/reporter → us-1:shop/carts',
    'eu-1:shop/web → eu-1:shop/stats',
    'eu-1:shop/web → us-1:shop/carts',
    'staging:shop/web → staging:shop/carts',
    'us-1:shop/web → eu-1:shop/stats',
    'us-1:shop/web → us-1:shop/carts',
    'us-1:shop/web → us-1:shop/db',
  ]);
  const crossing = graph.edges.find(({ from, to }) => from === 'eu-1:shop/web' && to === 'us-1:shop/carts');
  expect(crossing).toMatchObject({ label: 'GET', access: 'conditional', transport: 'mutual-tls' });
});

test('calls are drawn between clusters whose names have colons', () => {
  const arn = 'arn:aws:eks:eu-central-1:123456789012:cluster/eu-1';
  const name = replace('clusterName: eu-1', `clusterName: ${arn}`);
  const files = filesOf(installation('eu-1', name));
  expect(arrows(fleetGraph(FleetModel.from(files)))).toEqual(
    expect.arrayContaining([`${arn}:shop/web → us-1:shop/carts`, `${arn}:own/reporter → us-1:shop/carts`]),
  );
});

test('an identity that is a workload of another cluster is not drawn a second time', () => {
  expect(idsIn(graph, 'us-1').join()).not.toContain('reporter');
  const alone = fleetGraph(new FleetModel(fleet.clusters.filter(({ name }) => name !== 'eu-1')));
  expect(idsIn(alone, 'us-1').join()).toContain('/ns/own/sa/reporter');
});

test('a Service that is there for its name alone is left out, as its pods are drawn elsewhere', () => {
  expect(idsIn(graph, 'eu-1')).not.toContain('eu-1:shop/carts');
});

test('what is not known between clusters is said', () => {
  const rule = destinationRule({ tls: { mode: 'SIMPLE' } }, 'own');
  expect(graph.unknown).toBeUndefined();
  expect(fleetGraph(FleetModel.from(filesOf({ 'eu-1/more.yaml': add(rule) }))).unknown).toMatch(
    /^eu-1 → us-1:shop\/carts: DestinationRule shop\/own of eu-1/,
  );
});

test('the page does not say of a call that is unknown and not listed that it does not get through', async () => {
  const rule = destinationRule({ tls: { mode: 'SIMPLE' } }, 'own');
  const known = await graphToHtml(graph);
  const open = await graphToHtml(fleetGraph(FleetModel.from(filesOf({ 'eu-1/more.yaml': add(rule) }))));
  const crossing = />eu-1:shop\/web<.*>us-1:shop\/carts/;
  expect(known).toMatch(crossing);
  expect(open).not.toMatch(crossing);

  expect(known).toContain('According to these manifests, a call that is not listed does not get through.');
  expect(open).toMatch(/<p class="note">Some calls are unknown: eu-1 → us-1:shop\/carts: /);
  expect(open).toContain('apart from unknown calls, a call that is not listed does not get through.');
});

test('collapsed, a namespace of two clusters is two nodes', () => {
  const collapsed = collapseNamespaces(graph);
  expect(idsIn(collapsed, 'eu-1').sort()).toEqual(['namespace eu-1:own', 'namespace eu-1:shop']);
  expect(idsIn(collapsed, 'us-1')).toEqual(['namespace us-1:shop']);
  expect(arrows(collapsed).sort()).toEqual([
    'namespace eu-1:own → namespace us-1:shop',
    'namespace eu-1:shop → namespace us-1:shop',
    'namespace us-1:shop → namespace eu-1:shop',
  ]);
  const opened = collapseNamespaces(graph, namespaceId({ cluster: 'us-1', name: 'shop' }));
  expect(idsIn(opened, 'us-1')).toContain('us-1:shop/carts');
  expect(idsIn(opened, 'eu-1').sort()).toEqual(['namespace eu-1:own', 'namespace eu-1:shop']);
  expect(idsIn(opened, 'staging')).toEqual([]);
});

describe('clusters are boxes around the boxes of their namespaces', () => {
  test('in Mermaid', () => {
    expect(graphToMermaid(graph)).toMatch(
      / {2}subgraph c\d\["eu-1"\]\n {4}subgraph s\d+\["own"\]\n {6}n\d+\["reporter[^\n]*\n {4}end\n {4}subgraph s\d+\["shop"\]\n[\s\S]*?\n {2}end\n/,
    );
  });

  test('in DOT', () => {
    expect(graphToDot(graph)).toMatch(
      / {2}subgraph cluster_c\d \{\n {4}label="eu-1";\n {4}subgraph cluster_\d+ \{\n {6}label="own";/,
    );
  });

  test('in pictures, where each holds its own', async () => {
    const svg = await graphToSvg(graph);
    const names = [...svg.matchAll(/class="box-name"[^>]*>([^<]*)</g)].map(([, name]) => name);
    const boxes = [
      ...svg.matchAll(/<rect class="box" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g),
    ].map(([, x, y, width, height], index) => ({
      x: Number(x),
      y: Number(y),
      width: Number(width),
      height: Number(height),
      name: names[index],
    }));
    expect(boxes.map(({ name }) => name).sort()).toEqual(['eu-1', 'own', 'shop', 'shop', 'shop', 'staging', 'us-1']);
    const [eu, own] = ['eu-1', 'own'].map((name) => boxes.find((box) => box.name === name));
    expect(own?.x).toBeGreaterThan(eu?.x ?? Number.NaN);
    expect((own?.x ?? 0) + (own?.width ?? 0)).toBeLessThan((eu?.x ?? 0) + (eu?.width ?? 0));
    expect((own?.y ?? 0) + (own?.height ?? 0)).toBeLessThan((eu?.y ?? 0) + (eu?.height ?? 0));
    expect(await graphToHtml(graph)).toContain('eu-1:own/reporter');
  });
});
