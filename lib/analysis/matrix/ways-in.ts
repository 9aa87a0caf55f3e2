import type { WayThroughGateway } from '../access/decision';
import { describeReason } from '../access/explain';
import type { NamedPort } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import { accessConditions } from './access-condition';
import type { Access, AccessMatrix } from './access-matrix';
import type { AccessCondition } from './condition';

/** A way from outside through a gateway to a port of the matrix. */
export interface MatrixWay {
  /** `outside by Gateway shop/web` */
  readonly from: string;
  /** The callee, as in the matrix. */
  readonly to: string;
  /** The port, as in the matrix. */
  readonly port: NamedPort;
  /** What of all that can be sent gets through the gateway and to the callee. */
  readonly access: Access;
  /** Hosts it is for, as they are written; `any host` if none are. */
  readonly hosts: string;
  /** Hosts, and who decides if that is not simply allowed. */
  readonly detail: string;
  /** What has to be so at the gateway or at the callee where access is conditional. */
  readonly conditions: readonly AccessCondition[];
}

const ACCESS = { allowed: 'allowed', depends: 'conditional', denied: 'denied', 'not-for-host': 'denied' } as const;

/** Every way by which gateways bring the world to the ports of a matrix, each once. */
export function waysOf({ cells }: AccessMatrix): readonly MatrixWay[] {
  const outside = cells.filter(({ from }) => from === OUTSIDE);
  const all = outside.flatMap(({ to, port, decision }) =>
    decision.request.waysIn.map((way): MatrixWay => {
      const from = `${OUTSIDE} by Gateway ${way.gateway}`;
      const access = ACCESS[way.verdict];
      const decisions = access === 'conditional' ? [...way.atGateway, ...(way.atCallee ? [way.atCallee] : [])] : [];
      const conditions = decisions.flatMap(accessConditions);
      return { from, to, port, access, hosts: hostsOf(way), detail: detailOf(way), conditions };
    }),
  );
  return [...new Map(all.map((way) => [JSON.stringify(way), way])).values()];
}

function detailOf({ hosts, atGateway, atCallee }: WayThroughGateway): string {
  const decisions = [...atGateway, ...(atCallee ? [atCallee] : [])];
  const open = decisions.filter(({ verdict }) => verdict !== 'allowed');
  const reasons = open.map(
    ({ reason, request }) => `at ${request.destination.workload.ref}: ${describeReason(reason)}`,
  );
  const unknown = decisions.length === 0 ? ['the gateway’s pods are not evaluated'] : [];
  return [hostsOf({ hosts }), ...new Set([...reasons, ...unknown])].join('; ');
}

function hostsOf({ hosts }: Pick<WayThroughGateway, 'hosts'>): string {
  return hosts.length > 0 ? hosts.join(', ') : 'any host';
}
