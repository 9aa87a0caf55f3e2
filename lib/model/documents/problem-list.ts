import type { SourceLocation } from '../../base/source-location';
import { visibleText } from '../../base/visible-text';
import type { ReadProblem, ReadProblemCode, ReadProblemId } from './read-problem';

/** The problems of reading, in the order they are found. */
export class ProblemList {
  public readonly all: ReadProblem[] = [];

  /** Adds a problem, with its text made visible. */
  public report(
    id: ReadProblemId,
    code: ReadProblemCode,
    location: SourceLocation,
    problem: string,
    isForeign = false,
  ): void {
    // Comments in JSON, and JSON of other programs in general, are not a mistake.
    if (isForeign && location.file.endsWith('.json')) return;
    const last = this.all.at(-1);
    // What is to be done about a template is done to the whole file.
    if (id === 'yaml-template' && last?.id === id && last.location.file === location.file) return;
    this.all.push({ id, code, location, problem: visibleText(problem), ...(isForeign && { isForeign }) });
  }
}
