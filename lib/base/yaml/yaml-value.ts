import type { JsonValue } from '../json';
import { readPlainYaml } from './read-plain-yaml';
import type { YamlOptions, YamlResult } from './yaml-result';

/** Reads one YAML document; never throws, whatever the text. What programs write needs no parser of all of YAML. */
export function readYaml(text: string, options: YamlOptions): YamlResult {
  const value = readPlainYaml(text);
  return value === undefined ? completely().readCompletely(text, options) : { value };
}

/**
 * Reads all documents of a stream at once, which costs half of reading them one by one; empty ones are left out.
 * Undefined if there is anything wrong: then they have to be looked at one by one to see what.
 */
export function readYamlStream(text: string): readonly JsonValue[] | undefined {
  return completely().readCompleteStream(text);
}

function completely(): typeof import('./complete-yaml') {
  return require('./complete-yaml') as typeof import('./complete-yaml');
}
