import type { Manifest } from '../../model/documents/manifest';
import { type Decision, decisionsOf } from '../access/decision';

/**
 * The policies that a decision depends on, as `namespace/name (file:line)`: each rule that may match, and each case that
 * differs.
 */
export function decidingPolicies(decision: Decision): readonly string[] {
  const { reason } = decision;
  if (reason.kind === 'differs') return unique(reason.cases.flatMap(decidingPolicies));
  if (reason.kind === 'through-gateway') {
    return unique(reason.ways.flatMap(decisionsOf).flatMap((one) => decidingPolicies(one)));
  }
  if (reason.kind === 'undetermined') {
    return unique(reason.rules.map(({ policy, pointer }) => placeText(policy, pointer)));
  }
  const { decidedBy } = decision;
  return decidedBy ? [placeText(decidedBy.manifest, decidedBy.pointer)] : [];
}

function placeText(manifest: Manifest, pointer: string): string {
  const { file, line } = manifest.locate(pointer);
  return `${manifest.namespace ?? 'default'}/${manifest.name} (${file}:${line})`;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
