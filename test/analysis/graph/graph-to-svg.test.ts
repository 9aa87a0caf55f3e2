import { largeMesh } from '../../../bench/large-mesh';
import { type AccessGraph, accessGraph, type GraphNode, graphToSvg, MeshModel } from '../../../lib/access';
import { placeWithGraphviz } from '../../../lib/analysis/graph/graphviz';
import { deployment, namespace, PAIR, peerAuthentication, policy, service } from '../access/objects';
import { sockShop } from '../access/sock-shop';
import { linesOf, nodesOf, overlap } from './placed-shapes';

const draw = (manifests: readonly object[]) => graphToSvg(accessGraph(MeshModel.from(manifests)));

/** Services of one namespace that a policy of each lets all of the first `callers` in. */
function crowd(services: number, callers: number): readonly object[] {
  const names = Array.from({ length: services }, (_, index) => `s${String(index).padStart(3, '0')}`);
  const principals = names.slice(0, callers).map((name) => `cluster.local/ns/shop/sa/${name}`);
  return [
    namespace('shop'),
    ...names.flatMap((name) => [deployment(name), service(name, [{ name: 'http', port: 80 }])]),
    policy({ rules: [{ from: [{ source: { principals } }] }] }),
  ];
}

/** The number of a node, by its name. */
function nodeNamed(name: string, svg: string): string | undefined {
  return svg
    .split('data-node="')
    .find((part) => part.split('</g>')[0]?.includes(`>${name}</text>`))
    ?.split('"')[0];
}

describe('the Sock Shop', () => {
  let svg: string;
  beforeAll(async () => {
    svg = await draw(sockShop());
  });

  test('every service and every way is there, with methods', () => {
    expect(nodesOf(svg).size).toBe(17);
    expect(linesOf(svg)).toHaveLength(18);
    expect(svg).toContain('>POST *</text>');
  });

  test('no line runs through a node that it does not join', () => {
    const nodes = nodesOf(svg);
    const crossed = linesOf(svg).flatMap(({ from, to, points }) =>
      [...nodes]
        .filter(([number]) => number !== from && number !== to)
        .filter(([, { x, y, width, height }]) =>
          points.some((point) => point.x > x && point.x < x + width && point.y > y && point.y < y + height),
        )
        .map(([number]) => `${from} → ${to} through ${number}`),
    );
    expect(crowdOf(nodes)).toEqual([]);
    expect(crossed).toEqual([]);
  });

  test('words on lines hide no node', () => {
    const words = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)">([^<]*)<\/text><\/g>$/gm)]
      .filter(([, , , text = '']) => / \*$|^TCP /.test(text))
      .map(([, x, y, text = '']) => ({
        x: Number(x) - text.length * 2.8,
        y: Number(y) - 9,
        width: text.length * 5.6,
        height: 10,
      }));
    expect(words.length).toBeGreaterThan(14);
    expect(words.filter((word) => [...nodesOf(svg).values()].some((node) => overlap(word, node)))).toEqual([]);
  });

  test('words on lines inside of a namespace stand inside of its box', () => {
    const names = [...svg.matchAll(/class="box-name"[^>]*>([^<]*)</g)].map(([, name]) => name);
    const rectangles = [...svg.matchAll(/<rect class="box" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)];
    const [, left, width] = rectangles[names.indexOf('sock-shop')] ?? [];
    const right = Number(left) + Number(width);
    const front = nodeNamed('front-end', svg);
    const inside = [
      ...svg.matchAll(/data-from="(\d+)" data-to="\d+"[\s\S]*?<text x="([\d.]+)" y="[\d.]+">([^<]*)<\/text><\/g>/g),
    ]
      .filter(([, from]) => from === front)
      .map(([, , x, text = '']) => ({
        text,
        end: Number(x) + text.length * 2.8,
        start: Number(x) - text.length * 2.8,
      }));

    expect(inside.map(({ text }) => text)).toContain('DELETE, GET, POST *');
    expect(inside.filter(({ start, end }) => start < Number(left) || end > right)).toEqual([]);
  });

  test('names of boxes are drawn over the lines that run through them', () => {
    expect(svg.indexOf('class="box-name"')).toBeGreaterThan(svg.lastIndexOf('data-from='));
    expect(svg).toMatch(/\.box-name\{paint-order:stroke/);
  });

  test('the same mesh in another order is the same picture', async () => {
    expect(await draw([...sockShop()].reverse())).toBe(svg);
  });

  test('fits a page of documentation', () => {
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(1000);
  });
});

function crowdOf(nodes: ReturnType<typeof nodesOf>): readonly string[] {
  const all = [...nodes];
  return all.flatMap(([a, area], index) =>
    all.slice(index + 1).flatMap(([b, other]) => (overlap(area, other) ? [`${a} ${b}`] : [])),
  );
}

test('STRICT is a closed padlock, and what is weaker is named on a dark ground', async () => {
  const strict = await draw([...PAIR, peerAuthentication({ mtls: { mode: 'STRICT' } })]);
  const permissive = await draw([...PAIR, peerAuthentication({ mtls: { mode: 'PERMISSIVE' } })]);

  expect(strict).toContain('<g class="badge"');
  expect(strict).not.toContain('badge loose');
  expect(permissive).toContain('<g class="badge loose"');
  expect(permissive).toMatch(/class="badge loose"[^\n]*>PERMISSIVE</);
});

describe('large meshes', () => {
  const bare = [
    namespace('bare', {}),
    deployment('legacy', { namespace: 'bare' }),
    service('legacy', [{ port: 80 }], { namespace: 'bare' }),
  ];
  let svg: string;
  beforeAll(async () => {
    svg = await draw([...largeMesh(80), ...bare]);
  });

  test('are drawn by namespaces, with the number of calls between them', () => {
    // Four of the large mesh, `bare`, and the callers outside, whom nothing keeps from `bare`.
    expect(nodesOf(svg).size).toBe(6);
    expect(svg).toContain('20 workloads');
    expect(svg).toMatch(/>\d+ calls \*</);
    expect(svg).toContain('Grouped by namespace');
    expect(crowdOf(nodesOf(svg))).toEqual([]);
  });

  test('a namespace looks no better than its weakest service', () => {
    expect(svg).toMatch(/class="node not-enforced"[^\n]*>bare</);
  });

  test('with more lines than anybody could follow, nodes stand in rows and the picture says what is missing', async () => {
    const rows = await draw(crowd(80, 40));
    expect(nodesOf(rows).size).toBe(80);
    expect(crowdOf(nodesOf(rows))).toEqual([]);
    expect(linesOf(rows)).toEqual([]);
    expect(rows).toContain('3160 lines are not drawn');
    const places = [...nodesOf(rows).values()];
    // Row by row, as names are sorted.
    expect(
      places.every(({ x, y }, at) => at === 0 || y > (places[at - 1]?.y ?? 0) || x > (places[at - 1]?.x ?? 0)),
    ).toBe(true);
    const [width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(rows)?.slice(1) ?? []).map(Number);
    expect(Math.max(width / height, height / width)).toBeLessThan(4);
  });
});

describe('many namespaces that call each other in a ring', () => {
  const names = Array.from({ length: 12 }, (_, index) => `team-${String(index).padStart(2, '0')}`);
  const teams: AccessGraph = {
    namespaces: [
      {
        name: '',
        nodes: names.map((name) => ({
          id: name,
          kind: 'namespace',
          namespace: '',
          label: name,
          ports: [],
          protection: 'denied-by-default',
          mtls: ['PERMISSIVE'],
          contains: 17,
        })),
      },
    ],
    // Round a ring; back in plain text.
    edges: names.flatMap((from, index) =>
      [1, 5, -1].map((step) => ({
        from,
        to: names[(index + step + names.length) % names.length] ?? '',
        label: '17 calls',
        access: step === 5 ? 'unknown' : 'conditional',
        detail: '',
        standsFor: [],
        cells: [],
        transport: step < 0 ? 'plain-text' : 'mutual-tls',
      })),
    ),
    exposures: [],
    leftOut: [],
    unknown: undefined,
  };
  let svg: string;
  beforeAll(async () => {
    svg = await graphToSvg(teams);
  });

  test('are no tower: the picture has the shape of a window, and its words can be read', () => {
    const [width = 0, height = 0] = (/width="(\d+)" height="(\d+)"/.exec(svg)?.slice(1) ?? []).map(Number);
    // With the legend.
    expect(Math.max(width, 1.5 * height)).toBeLessThan(1600);
    expect(width).toBeGreaterThan(height);
    expect(crowdOf(nodesOf(svg))).toEqual([]);
    expect(linesOf(svg)).toHaveLength(36);
  });

  test('both directions between two are seen, each with its own look', () => {
    const lines = linesOf(svg);
    const both = lines.flatMap((line) => {
      const back = lines.find(({ from, to }) => from === line.to && to === line.from);
      return back && line.from < line.to ? [[line, back] as const] : [];
    });
    const middle = ({ points }: (typeof lines)[number]) => points[Math.floor(points.length / 2)] ?? { x: 0, y: 0 };
    const gaps = both.map(([a, b]) =>
      Math.min(...b.points.map(({ x, y }) => Math.hypot(x - middle(a).x, y - middle(a).y))),
    );
    expect(both).toHaveLength(12);
    expect(Math.min(...gaps)).toBeGreaterThan(4);
  });

  test('every line begins and ends at its nodes', () => {
    const nodes = nodesOf(svg);
    const away = ({ x, y }: { readonly x: number; readonly y: number }, number: string) => {
      const area = nodes.get(number) ?? { x: 0, y: 0, width: 0, height: 0 };
      return Math.hypot(
        Math.max(area.x - x, 0, x - area.x - area.width),
        Math.max(area.y - y, 0, y - area.y - area.height),
      );
    };
    const loose = linesOf(svg).filter(
      // The head of the arrow is drawn from the end of the line to the node.
      ({ from, to, points }) => away(points[0] ?? NOWHERE, from) > 2 || away(points.at(-1) ?? NOWHERE, to) > 12,
    );
    expect(loose).toEqual([]);
  });

  test('what the labels would say is said below', () => {
    expect(svg).not.toContain('>17 calls *</text>');
    expect(svg).toContain('Lines are drawn without labels, for lack of room.');
    expect(svg).toContain('Of 36 lines, allowed only on conditions: 24, unknown: 12.');
    // There is no star to explain.
    expect(svg).not.toContain('* only under conditions');
  });

  test('the same graph is the same picture', async () => {
    expect(await graphToSvg(teams)).toBe(svg);
  });
});

const NOWHERE = { x: -1e6, y: -1e6 };

describe('hostile names', () => {
  const EVIL = '"];}</text><script>alert(1)</script>"\u0000\u0007\u001b[31m\u202e\ud800\uffff';
  // XML 1.0, production 2: nothing else may be in a document.
  const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

  test('are text, and the picture is well-formed', async () => {
    const node = (id: string): GraphNode => ({
      id,
      kind: 'service',
      namespace: EVIL,
      label: EVIL,
      ports: [{ port: 80, name: EVIL }],
      protection: 'open',
      mtls: [EVIL],
    });
    const svg = await graphToSvg({
      namespaces: [{ name: EVIL, nodes: [node(EVIL), node('other')] }],
      edges: [],
      exposures: [
        { from: 'other', to: EVIL, kind: 'route', label: EVIL, access: undefined, details: [EVIL], policies: [EVIL] },
      ],
      leftOut: [EVIL],
      unknown: EVIL,
    });
    expect(nodesOf(svg).size).toBe(2);
    expect(linesOf(svg)).toHaveLength(1);
    expect(svg).not.toMatch(FORBIDDEN);
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;script&gt;');
    expect(svg).not.toMatch(/href|url\(/);
    expect(unclosedElements(svg)).toEqual([]);
  });
});

test('a graph that Graphviz cannot place ends with its problem, and the next one is placed', async () => {
  const [bad, good] = await placeWithGraphviz([
    { engine: 'dot', dot: 'digraph{' },
    { engine: 'dot', dot: 'digraph{a->b}' },
  ]);
  expect(bad).toEqual({ problem: expect.stringMatching(/syntax error/) });
  expect(good).toHaveProperty('json');
});

/** Elements that are not closed where they should be; none in well-formed XML. */
function unclosedElements(xml: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, closing, name = '', alone] of xml.matchAll(/<(\/?)([a-z]+)(?:\s[a-zA-Z:-]+="[^"<]*")*(\/?)>/g)) {
    if (closing) {
      if (open.pop() !== name) wrong.push(name);
    } else if (!alone) open.push(name);
  }
  // Whatever is not an element must not look like the beginning of one.
  const rest = xml.replace(/<\/?[a-z]+(?:\s[a-zA-Z:-]+="[^"<]*")*\/?>/g, '');
  return [...wrong, ...open, ...(rest.match(/<.{0,20}/g) ?? [])];
}
