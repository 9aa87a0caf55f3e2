import type { Target } from '../releases/target';
import type { NormalizationMode } from './mesh-config';

/** What a proxy does with a path in which a slash is escaped (`%2F`, `%5C`). */
export type EscapedSlashesAction =
  | 'KEEP_UNCHANGED'
  | 'REJECT_REQUEST'
  | 'UNESCAPE_AND_REDIRECT'
  | 'UNESCAPE_AND_FORWARD';

/** What one proxy does with the path of a request before any rule sees it. */
export interface PathHandling {
  /** Whether it brings the path into RFC 3986's normal form. */
  readonly normalize: boolean;
  /** Whether it makes one slash of several. */
  readonly mergeSlashes: boolean;
  /** What it does with escaped slashes. */
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
