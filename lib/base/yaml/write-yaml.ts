import { DUMP_SCHEMA, defineScalarTag, dump, NOT_RESOLVED } from 'js-yaml';
import { BlockWriter } from './block-writer';

/** By the letter of YAML 1.1 (type library, float) a dot without a digit is a number, and some parsers say so. */
const DOT_AS_FLOAT = defineScalarTag('tag:yaml.org,2002:dot-as-float', {
  implicit: true,
  resolve: (text) => (/^[-+]?\.[._]*$/.test(text) ? text : NOT_RESOLVED),
  identify: () => false,
});

const SCHEMA = DUMP_SCHEMA.withTags(DOT_AS_FLOAT);

/**
 * Writes documents as one YAML stream that every parser reads alike and that is the same bytes every time.
 *
 * Keys keep their order. Texts that a YAML 1.1 or 1.2 parser would take for something else (`yes`, `0775`, `12:30`, a
 * date) are quoted; texts of several lines are literal blocks; lines are never folded, and nothing is an alias.
 *
 * @throws Error if a document contains something that YAML cannot represent, such as a function
 */
export function stringifyManifests(documents: readonly unknown[]): string {
  const writer = new BlockWriter(writeDocument);
  return documents.map((document) => writer.write(document)).join('---\n');
}

/** The form of any document, by the library alone. */
export function writeDocument(document: unknown): string {
  return dump(document, { schema: SCHEMA, lineWidth: -1, noRefs: true });
}
