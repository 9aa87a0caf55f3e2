import type { GraphNode } from './access-graph';
import type { Size } from './node-size';
import type { PictureLine } from './picture-lines';

/** A place in the picture; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle with its top left corner. */
export interface Box extends Point, Size {}

/** A node with its place. */
export interface PlacedNode extends Box {
  readonly node: GraphNode;
}

/** A line with its way. */
export interface PlacedLine {
  readonly line: PictureLine;
  /** The start, then three points for each cubic curve. */
  readonly curve: readonly Point[];
  /** Where the arrow's point is. */
  readonly tip: Point;
  /** The middle of its words; undefined if it has none. */
  readonly label: Point | undefined;
}

/** A picture's parts with their places. */
export interface PlacedGraph extends Size {
  readonly nodes: readonly PlacedNode[];
  readonly boxes: readonly (Box & { readonly name: string })[];
  readonly lines: readonly PlacedLine[];
  /** How many lines are not drawn because there are too many to follow one. */
  readonly undrawn: number;
}
