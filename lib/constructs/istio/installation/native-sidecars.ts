import type { Target } from '../../../upstream/releases/target';

/**
 * Which pods have their proxy as a native sidecar, one that ends when the pod's own containers have: all of them, those that
 * ask for it, or none.
 */
export type NativeSidecars = 'all' | 'on-request' | 'none';

/** What an installation makes of pods, by what was asked of it and what the releases can do. */
export function nativeSidecarsOf(asked: boolean | undefined, target: Target): NativeSidecars {
  if (!target.attestsNativeSidecars || !target.has('hasNativeSidecars')) return 'none';
  return (asked ?? target.nativeSidecarsByDefault) ? 'all' : 'on-request';
}
