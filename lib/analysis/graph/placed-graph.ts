import type { GraphNode } from './access-graph';
import type { Size } from './node-size';
import type { PictureLine } from './picture-lines';

/** A point in the picture; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle with its top left corner. */
export interface Box extends Point, Size {}

/** A node with its position. */
export interface PlacedNode extends Box {
  readonly node: GraphNode;
}

/** A line with its path. */
export interface PlacedLine {
  readonly line: PictureLine;
  /** The start, then three points for each cubic curve. */
  readonly curve: readonly Point[];
  /** Position of the arrow's tip. */
  readonly tip: Point;
  /** The center of its label; undefined if it has none. */
  readonly label: Point | undefined;
}

/** The parts of a picture with their positions. */
export interface PlacedGraph extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly boxes: readonly (Box & { readonly name: string })[];
  readonly lines: readonly PlacedLine[];
  /** The number of lines that are not drawn because the picture would be unreadable. */
  readonly undrawn: number;
}
