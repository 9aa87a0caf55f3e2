import type { SourceLocation } from './source-location';
import type { TextOrigin } from './text-origin';
import { YamlPositions } from './yaml-positions';

/** The text of one document and where it stands; positions inside it are worked out when first asked for. */
export class YamlText {
  private readPositions: YamlPositions | undefined;

  public constructor(
    /** Text that is known to be YAML. */
    private readonly text: string,
    /** Where it stands; worked out when first asked for, as an embedded text needs its container's positions. */
    private readonly findOrigin: () => TextOrigin,
  ) {}

  /** Positions of everything in the text. */
  public get positions(): YamlPositions {
    this.readPositions ??= new YamlPositions(this.text);
    return this.readPositions;
  }

  /** Where the node at the path, or the nearest one around it, stands. */
  public locate(path: readonly string[]): SourceLocation {
    const { line, column } = this.positions.find(path);
    return this.findOrigin().locate(line, column);
  }

  /** Where the text at the path stands, for a document inside this one. */
  public originOf(path: readonly string[]): TextOrigin {
    return this.positions.originOfScalar(path, this.findOrigin());
  }
}
