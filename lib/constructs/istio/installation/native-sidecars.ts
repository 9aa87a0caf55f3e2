import { InvalidInputError } from '../../../base/invalid-input-error';
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

/**
 * The environment of istiod by which pods get the proxy that was asked for.
 *
 * @throws InvalidInputError if native sidecars are asked of a tbot that cannot attest them
 */
export function nativeSidecarsSetting(
  where: string,
  asked: boolean | undefined,
  target: Target,
): Readonly<Record<string, unknown>> {
  if (asked === true && !target.attestsNativeSidecars) {
    throw new InvalidInputError({
      where,
      problem: `tbot ${target.teleport} does not attest native sidecars: their proxies would get no identity`,
      value: asked,
      allowed: 'no nativeSidecars, or false, with this Teleport release (gravitational/teleport#69276)',
      fix: 'upgrade the target\'s Teleport release, or remove "nativeSidecars"',
    });
  }
  if (asked === undefined && target.attestsNativeSidecars) return {};
  // A text, not a boolean: Istio's schema for the environment wants texts.
  return { ENABLE_NATIVE_SIDECARS: String(asked ?? false) };
}
