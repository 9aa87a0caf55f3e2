import { describeCallerSet } from './caller-set';
import type { Caller } from './connector';
import { OUTSIDE } from './request';

/** Names a caller, the same way every time. */
export function callerName(caller: Caller): string {
  if (caller.kind === 'workload') return caller.workload.ref;
  if (caller.kind === 'outside') return OUTSIDE;
  return caller.standsFor === undefined ? caller.identity : describeCallerSet(caller.standsFor);
}
