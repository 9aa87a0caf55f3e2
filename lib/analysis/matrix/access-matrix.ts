import type { ClientSpeaks } from '../access/connection';
import type { Caller } from '../access/connector';
import { decidePort } from '../access/decide';
import type { Decision } from '../access/decision';
import { type CallablePort, portName } from '../access/destinations';
import { callerName, type MeshModel } from '../access/mesh-model';
import { OUTSIDE } from '../access/request';
import type { Verdict } from '../policy/policy-set';
import { type AccessCondition, accessConditions } from './access-condition';

/** How much of what a caller may send gets through: everything, some of it, or nothing. */
export type Access = 'allowed' | 'conditional' | 'denied';

/** One caller and one port it may call. */
export interface MatrixCell {
  /** A workload as `namespace/name`, a SPIFFE ID, or `outside`. */
  readonly from: string;
  /** A Service, or a workload without one, as `namespace/name`. */
  readonly to: string;
  /** The port as clients know it: `80 (http)`. */
  readonly port: string;
  /** What gets through, of all that the caller could send to the port. */
  readonly access: Access;
  /** What has to be so where access is conditional; empty otherwise. */
  readonly conditions: readonly AccessCondition[];
  /** How the caller's side speaks; undefined in ambient mode. */
  readonly transport: ClientSpeaks | undefined;
  /** The decision for a request of which nothing is stated. */
  readonly decision: Decision;
}

/** Who may call whom: every caller with every port of everybody else. */
export interface AccessMatrix {
  /** Callers in order: workloads by namespace and name, then identities that only policies name, then `outside`. */
  readonly callers: readonly string[];
  /** Ports that can be called, in order. */
  readonly callees: readonly { readonly to: string; readonly port: string }[];
  /** Row by row; a workload and its own Service make no cell. */
  readonly cells: readonly MatrixCell[];
}

interface Column {
  readonly to: string;
  readonly port: string;
  readonly callable: CallablePort;
}

const ACCESS: Readonly<Record<Verdict, Access>> = { allowed: 'allowed', denied: 'denied', depends: 'conditional' };

/** Decides for all pairs at once. */
export function accessMatrix(model: MeshModel): AccessMatrix {
  const callers = allCallers(model);
  const columns = allColumns(model);
  const cells = callers.flatMap((caller) =>
    columns.filter((column) => !isSelf(caller, column.callable)).map((column) => cell(model, caller, column)),
  );
  return { callers: callers.map(callerName), callees: columns.map(({ to, port }) => ({ to, port })), cells };
}

function cell(model: MeshModel, caller: Caller, { to, port, callable }: Column): MatrixCell {
  const decision = decidePort(model, caller, callable, {});
  return {
    from: callerName(caller),
    to,
    port,
    access: ACCESS[decision.verdict],
    conditions: accessConditions(decision),
    transport: decision.connection?.clientSpeaks,
    decision,
  };
}

function allCallers(model: MeshModel): readonly Caller[] {
  const workloads = model.workloads.map(
    (workload): Caller => ({ kind: 'workload', workload, proxy: model.proxyOf(workload) }),
  );
  const known = new Set(
    workloads.map((caller) =>
      caller.kind === 'workload' && 'identity' in caller.proxy ? caller.proxy.identity : undefined,
    ),
  );
  const strangers = namedIdentities(model).filter((identity) => !known.has(identity));
  return [...workloads, ...strangers.map((identity): Caller => ({ kind: 'identity', identity })), { kind: OUTSIDE }];
}

/** Identities that ALLOW rules name in full, such as an ingress gateway's that Helm installs. */
function namedIdentities(model: MeshModel): readonly string[] {
  const named = model.policies
    .filter(({ action }) => action === 'ALLOW')
    .flatMap(({ rules }) => rules.http)
    .flatMap((rule) => [...rule.from.flat(), ...rule.when])
    .filter(({ field, negated }) => !negated && (field === 'principals' || field === 'source.principal'))
    .flatMap(({ values }) => values)
    // With an alias every principal stands for several identities; the mesh's own trust domain is enough here.
    .filter((value) => value.startsWith(`${model.settings.trustDomain}/`) && !value.includes('*'));
  return [...new Set(named)].sort().map((principal) => `spiffe://${principal}`);
}

function allColumns(model: MeshModel): readonly Column[] {
  return model.callees.flatMap((callee) =>
    model
      .portsOf(callee)
      .filter(({ destinations }) => destinations.length > 0)
      .map((callable) => ({ to: callee.ref, port: portName(callable), callable })),
  );
}

function isSelf(caller: Caller, { destinations }: CallablePort): boolean {
  return caller.kind === 'workload' && destinations.every(({ workload }) => workload === caller.workload);
}
