import type { SourceLocation } from '../source-location';
import type { Rereading } from './flow-indentation';
import { findInPlainYaml } from './plain-positions';
import type { TextOrigin } from './text-origin';
import { findComments } from './yaml-comments';
import { YamlPositions } from './yaml-positions';

/** A comment in a file. */
export interface Comment {
  /** What follows the `#`. */
  readonly text: string;
  readonly location: SourceLocation;
  /** The line it is about: its own if something else stands there, else the next that has content. */
  readonly about: SourceLocation;
}

/** The text of one document and where it stands; positions inside it are worked out when first asked for. */
export class YamlText {
  private readPositions: YamlPositions | undefined;

  public constructor(
    /** Text; positions are only to be asked for if it is YAML. */
    public readonly text: string,
    private readonly origin: TextOrigin,
    /** What looking for comments may cost, as that is done in texts that are no YAML too. */
    private readonly rereading: Rereading,
  ) {}

  private dollar: boolean | undefined;

  /** Whether a dollar sign stands in the text, searched for once: a list of very many objects asks for each of them. */
  public get hasDollar(): boolean {
    this.dollar ??= this.text.includes('$');
    return this.dollar;
  }

  /** Positions of everything in the text. */
  public get positions(): YamlPositions {
    this.readPositions ??= new YamlPositions(this.text);
    return this.readPositions;
  }

  /** Where the node at the path, or the nearest one around it, stands. */
  public locate(path: readonly string[]): SourceLocation {
    const plain = this.readPositions === undefined ? findInPlainYaml(this.text, path) : undefined;
    const { line, column } = plain ?? this.positions.find(path);
    return this.origin.locate(line, column);
  }

  /** The comments in which a word stands. */
  public comments(word: string): readonly Comment[] {
    return findComments(this.text, word, this.rereading).map(({ text, line, column, about }) => ({
      text,
      location: this.origin.locate(line, column),
      about: this.origin.locate(about, 0),
    }));
  }

  /** Where the text at the path stands, for a document inside this one. */
  public originOf(path: readonly string[]): TextOrigin {
    return this.positions.originOfScalar(path, this.origin);
  }
}
