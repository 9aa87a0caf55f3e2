import type { AccessGraph } from './access-graph';
import { collapseNamespaces, isLarge } from './collapse';
import { drawPicture, notesOf } from './draw-picture';
import { placeGraphs } from './graph-layout';
import { PICTURE_STYLE } from './picture-style';

/**
 * The graph as a self-contained SVG picture. A graph of more than 60 nodes is drawn with one node for each namespace.
 *
 * @throws Error if no layout of the graph can be computed
 */
export async function graphToSvg(graph: AccessGraph): Promise<string> {
  const large = isLarge(graph);
  const drawn = large ? collapseNamespaces(graph) : graph;
  const [placed] = await placeGraphs([drawn]);
  if (placed === undefined || 'problem' in placed) {
    throw new Error(`the picture cannot be drawn: ${placed?.problem ?? 'nothing came back'}; other formats can`);
  }
  const nodes = drawn.namespaces.flatMap((namespace) => namespace.nodes);
  const collapsed = large ? ['Grouped by namespace: there are too many services for one picture.'] : [];
  return drawPicture(placed, {
    title: 'Who may call whom',
    style: PICTURE_STYLE,
    numbers: new Map(nodes.map(({ id }, index) => [id, index])),
    notes: [...collapsed, ...notesOf(drawn, placed)],
  });
}
