import { throughGateway } from '../access/caller-name';
import { type Decision, decisionsOf, isNotKnown, type WayThroughGateway } from '../access/decision';
import { describeReason } from '../access/explain';
import type { NamedPort } from '../access/named-port';
import { type AccessRequest, OUTSIDE } from '../access/request';
import { accessConditions } from './access-condition';
import type { Access, AccessMatrix } from './access-matrix';
import type { AccessCondition } from './condition';

/** A way from outside through a gateway to a port of the matrix. */
export interface MatrixWay {
  /** `outside by Gateway shop/web` */
  readonly from: string;
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** The callee, as in the matrix. */
  readonly to: string;
  /** The port, as in the matrix. */
  readonly port: NamedPort;
  /** What of all that can be sent gets through the gateway and to the callee. */
  readonly access: Access;
  /** Hosts it is for, as they are written; `any host` if none are. */
  readonly hosts: string;
  /** Hosts, what the route takes, and who decides if that is not simply allowed. */
  readonly detail: string;
  /** What has to be so at the gateway or at the callee where access is conditional. */
  readonly conditions: readonly AccessCondition[];
  /** What is decided at the gateway and then at the callee; none if the gateway's pods are not among the manifests. */
  readonly decisions: readonly Decision[];
  /** Requests that ask for it: one for each host, or one without if a host is a wildcard. */
  readonly requests: readonly Pick<AccessRequest, 'host'>[];
}

const ACCESS = { allowed: 'allowed', depends: 'conditional', denied: 'denied', 'not-routed': 'denied' } as const;

/** Every way by which gateways bring the world to the ports of a matrix, each once. */
export function waysOf({ cells }: Pick<AccessMatrix, 'cells'>): readonly MatrixWay[] {
  const found = new Map<string, MatrixWay>();
  for (const { from, to, port, decision } of cells) {
    if (from !== OUTSIDE) continue;
    for (const way of decision.request.waysIn) {
      const one = toWay(way, to, port);
      found.set(JSON.stringify([one.from, to, port.port, one.access, one.detail]), one);
    }
  }
  return [...found.values()];
}

function toWay(way: WayThroughGateway, to: string, port: NamedPort): MatrixWay {
  const decisions = decisionsOf(way);
  const isOpen = way.verdict === 'depends' && (decisions.some(isNotKnown) || restsOnMore(way, decisions));
  const access = isOpen ? 'unknown' : ACCESS[way.verdict];
  return {
    from: throughGateway(way.gateway),
    gateway: way.gateway,
    to,
    port,
    access,
    hosts: hostsOf(way),
    detail: detailOf(way, decisions),
    conditions: access === 'conditional' ? decisions.flatMap(accessConditions) : [],
    decisions,
    requests: requestsFor(way.hosts),
  };
}

function requestsFor(hosts: readonly string[]): MatrixWay['requests'] {
  const isOpen = hosts.length === 0 || hosts.some((host) => host.includes('*'));
  return isOpen ? [{}] : hosts.map((host) => ({ host }));
}

function detailOf(way: WayThroughGateway, decisions: readonly Decision[]): string {
  const open = decisions.filter(({ verdict }) => verdict !== 'allowed');
  const reasons = open.map(
    ({ reason, request }) => `at ${request.destination.workload.ref}: ${describeReason(reason)}`,
  );
  const unknown = decisions.length > 0 || way.verdict === 'denied' ? [] : ['the gateway’s own pods are not evaluated'];
  const closed = decisions.length > 0 || way.verdict !== 'denied' ? [] : ['no server of the Gateway accepts it'];
  const takes = way.takes.length === 0 ? [] : [`only ${way.takes.join(', ')}`];
  const rest = restsOnMore(way, decisions) ? way.assumptions.map((one) => `if ${one}`) : [];
  return [hostsOf(way), ...takes, ...new Set([...reasons, ...unknown, ...closed, ...rest])].join('; ');
}

/** Whether policies let everything through, and something else that is not known keeps the way open. */
function restsOnMore({ verdict, assumptions }: WayThroughGateway, decisions: readonly Decision[]): boolean {
  const isAllowed = decisions.length > 0 && decisions.every((one) => one.verdict === 'allowed');
  return verdict === 'depends' && isAllowed && assumptions.length > 0;
}

function hostsOf({ hosts }: Pick<WayThroughGateway, 'hosts'>): string {
  return hosts.length > 0 ? hosts.join(', ') : 'any host';
}
