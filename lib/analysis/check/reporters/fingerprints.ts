import { createHash } from 'node:crypto';
import type { Finding } from '../finding';

/**
 * A name for each finding that stays the same while lines move: of its rule, file, object, field and values. Findings that are alike
 * in all of these are numbered.
 */
export function fingerprints(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map(({ rule, location, resource, pointer, values }) => {
    const object = resource && [resource.apiVersion, resource.kind, resource.namespace ?? '', resource.name];
    // Texts of findings change between releases of this package; values do not. Places in them move with the lines.
    const facts = Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, String(value).replace(/\b(line )?\d+:\d+\b|\blines? \d+/g, '')]);
    const text = JSON.stringify([rule, location.file, object ?? null, pointer, facts]);
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return createHash('sha256').update(`${text}#${count}`).digest('hex');
  });
}
