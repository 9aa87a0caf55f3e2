import { type JsonValue, scalarTextsAt } from '../../base/json';

/** The words that a container is started with, as far as it names them itself: what its image begins with comes before. */
export function commandLine(container: JsonValue | undefined): readonly string[] {
  return [...scalarTextsAt(container, 'command'), ...scalarTextsAt(container, 'args')];
}
