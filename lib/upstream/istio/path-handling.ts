import type { Target } from '../releases/target';
import type { ConnectionSettings, EscapedSlashesAction } from './connection-settings';
import type { NormalizationMode } from './mesh-config';

/** What one proxy does with the path of a request before any rule sees it. */
export interface PathHandling {
  /** Whether it brings the path into RFC 3986's normal form. */
  readonly normalize: boolean;
  /** Whether it makes one slash of several. */
  readonly mergeSlashes: boolean;
  /** How it handles escaped slashes. */
  readonly escapedSlashes: EscapedSlashesAction;
  /** Whether it reads `/..;a/` as `/../` when it normalizes. */
  readonly readsDotSegmentParameters: boolean;
}

/** What a normalization means for a proxy (istio/istio pilot/pkg/networking/core/listener_builder.go). */
export function pathHandlingOf(normalization: NormalizationMode, target: Target): PathHandling {
  return {
    normalize: normalization !== 'NONE',
    mergeSlashes: normalization === 'MERGE_SLASHES' || normalization === 'DECODE_AND_MERGE_SLASHES',
    escapedSlashes: normalization === 'DECODE_AND_MERGE_SLASHES' ? 'UNESCAPE_AND_FORWARD' : 'KEEP_UNCHANGED',
    readsDotSegmentParameters: target.has('readsDotSegmentParameters'),
  };
}

/**
 * The same where a proxy has settings of its own. They go before the mesh's one by one, and say nothing about RFC 3986; what
 * a gateway with the profile EDGE leaves out is set too (istio/istio pilot/pkg/networking/core/connection_settings.go).
 */
export function withConnectionSettings(
  ofMesh: PathHandling,
  { mergeSlashes, escapedSlashes, isEdge }: ConnectionSettings,
  isGateway: boolean,
): PathHandling {
  const edge = isEdge && isGateway;
  return {
    ...ofMesh,
    mergeSlashes: mergeSlashes ?? (edge || ofMesh.mergeSlashes),
    escapedSlashes: escapedSlashes ?? (edge ? 'UNESCAPE_AND_REDIRECT' : ofMesh.escapedSlashes),
  };
}

/** What gets past rules on paths with the first handling and not with the second, as a clause; undefined if nothing does. */
export function weakness(of: PathHandling, comparedTo: PathHandling): string | undefined {
  const gaps = [
    ...(comparedTo.mergeSlashes && !of.mergeSlashes ? ['does not merge slashes'] : []),
    ...(comparedTo.escapedSlashes !== 'KEEP_UNCHANGED' && of.escapedSlashes === 'KEEP_UNCHANGED'
      ? ['leaves escaped slashes as they are']
      : []),
  ];
  return gaps.length === 0 ? undefined : gaps.join(' and ');
}
