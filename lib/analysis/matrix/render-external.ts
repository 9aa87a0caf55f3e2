import { addTo } from '../../base/add-to';
import { EGRESS_WORDS } from '../egress/explain-egress';
import type { AccessMatrix } from './access-matrix';
import type { ExternalCall } from './external-calls';

/** A host outside the mesh and the workloads with the same outcome. */
export interface ExternalGroup {
  /** The host, with its port if one is listed. */
  readonly to: string;
  /** The outcome of their requests. */
  readonly reach: ExternalCall['reach'];
  /** The workloads in a few words. */
  readonly callers: string;
  /** Why, each reason once. */
  readonly because: string;
}

/** From what gets through to what does not. */
const ORDER: readonly ExternalCall['reach'][] = ['reachable', 'unknown', 'blocked'];

/** More callers than this are not listed where one word for all others does. */
const MOST_LISTED = 3;

/** Each host with each of its outcomes; most workloads of a mesh have the same. */
export function externalGroups({ external }: Pick<AccessMatrix, 'external'>): readonly ExternalGroup[] {
  const byHost = new Map<string, ExternalCall[]>();
  for (const call of external) addTo(byHost, externalHost(call), call);
  return [...byHost].flatMap(([to, calls]) => {
    const byReach = ORDER.map((reach) => ({ reach, calls: calls.filter((call) => call.reach === reach) })).filter(
      (group) => group.calls.length > 0,
    );
    const largest = Math.max(...byReach.map((group) => group.calls.length));
    // Of two groups of one size the later one is shortened: what gets through is named.
    const rest = largest > MOST_LISTED ? byReach.filter((group) => group.calls.length === largest).at(-1) : undefined;
    return byReach.map((group): ExternalGroup => {
      const others = byReach.length === 1 ? 'every workload' : 'every other workload';
      const listed = group.calls.map(({ from }) => from).join(', ');
      const callers = byReach.length === 1 || group === rest ? others : listed;
      const because = [...new Set(group.calls.map((call) => call.because))].join('; ');
      return { to, reach: group.reach, callers, because };
    });
  });
}

/** The host of a call with its port. */
export function externalHost({ host, port }: Pick<ExternalCall, 'host' | 'port'>): string {
  return port === undefined ? host : `${host}:${port}`;
}

/** For terminals: a line for each host, below a line that says what decides. */
export function externalLines(matrix: Pick<AccessMatrix, 'external'>): readonly string[] {
  const groups = externalGroups(matrix);
  if (groups.length === 0) return [];
  const byHost = new Map<string, ExternalGroup[]>();
  for (const group of groups) addTo(byHost, group.to, group);
  const width = Math.max(...[...byHost.keys()].map((to) => to.length));
  return [
    'calls to hosts outside the mesh: the caller’s proxy decides, not an AuthorizationPolicy ("can" explains each answer):',
    ...[...byHost].map(
      ([to, own]) =>
        `${to.padEnd(width)} ${own.map(({ reach, callers }) => `${EGRESS_WORDS[reach]}: ${callers}`).join('; ')}`,
    ),
  ];
}
