import { visibleText } from '../../base/visible-text';
import { describeCallerSet } from './caller-set';
import type { Caller } from './connector';
import { OUTSIDE } from './request';

/** Names requests from outside that a Gateway brings. */
export function throughGateway(gateway: string): string {
  return `${OUTSIDE} by Gateway ${gateway}`;
}

/** Reads what {@link throughGateway} writes; undefined for any other text. */
export function parseThroughGateway(text: string): string | undefined {
  return /^outside by Gateway (\S+)$/.exec(text)?.[1];
}

/** Names a caller, the same way every time. */
export function callerName(caller: Caller): string {
  if (caller.kind === 'workload') return caller.workload.ref;
  if (caller.kind === 'outside') return caller.through === undefined ? OUTSIDE : throughGateway(caller.through);
  // Policies name identities as they like, with line breaks too.
  return visibleText(caller.standsFor === undefined ? caller.identity : describeCallerSet(caller.standsFor));
}
