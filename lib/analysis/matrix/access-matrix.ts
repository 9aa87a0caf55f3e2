import type { Service } from '../../model/cluster/service';
import { callerName } from '../access/caller-name';
import type { ClientSpeaks } from '../access/connection';
import type { Caller } from '../access/connector';
import { decidePort } from '../access/decide';
import { type Decision, isNotKnown, unknownTrustDomainIn } from '../access/decision';
import type { CallablePort } from '../access/destinations';
import type { MeshModel } from '../access/mesh-model';
import type { NamedPort } from '../access/named-port';
import { OUTSIDE } from '../access/request';
import { dependsOnTrustDomains } from '../access/unknown-trust-domain';
import type { Verdict } from '../policy/policy-set';
import { accessConditions } from './access-condition';
import type { AccessCondition } from './condition';
import { type ExternalCall, externalCalls } from './external-calls';
import { callersToldApart } from './told-apart';

/**
 * How much of what a caller may send is allowed: everything, some of it, or nothing; `unknown` if the manifests do not
 * contain what decides, or if it is not evaluated.
 */
export type Access = 'allowed' | 'conditional' | 'denied' | 'unknown';

/** One caller and one port it may call. */
export interface MatrixCell {
  /** A workload as `namespace/name`, a SPIFFE ID, a set of callers such as `any identity of namespace shop`, or `outside`. */
  readonly from: string;
  /** A Service, or a workload without one, as `namespace/name`. */
  readonly to: string;
  /** The port as clients know it. */
  readonly port: NamedPort;
  /** What is allowed, of all that the caller could send to the port. */
  readonly access: Access;
  /** The conditions if access is conditional; otherwise empty. */
  readonly conditions: readonly AccessCondition[];
  /** What the caller's side sends; undefined in ambient mode. */
  readonly transport: ClientSpeaks | undefined;
  /** The decision for a request of which nothing is stated; Services that route to the same pods in the same way share it. */
  readonly decision: Decision;
}

/** What a cell says of caller and pods, whichever Service leads there. */
type CellContent = Pick<MatrixCell, 'access' | 'conditions' | 'transport' | 'decision'>;

/** Who may call whom: every caller with every port of every other workload. */
export interface AccessMatrix {
  /** Callers in order: workloads by namespace and name, identities that only policies name, sets of callers, then `outside`. */
  readonly callers: readonly string[];
  /** Ports that can be called, in order. */
  readonly callees: readonly { readonly to: string; readonly port: NamedPort }[];
  /** Row by row; there is no cell for a workload and its own Service. */
  readonly cells: readonly MatrixCell[];
  /** Which workloads call which hosts outside the mesh. */
  readonly external: readonly ExternalCall[];
}

interface Column {
  readonly to: string;
  readonly port: NamedPort;
  readonly callable: CallablePort;
  /** The same for ports that are alike to every caller. */
  readonly likeness: string | undefined;
}

const ACCESS: Readonly<Record<Verdict, Access>> = { allowed: 'allowed', denied: 'denied', depends: 'conditional' };

/** What to include besides what follows from the manifests. */
export interface AccessMatrixOptions {
  /**
   * A model to compare with: callers that only its policies distinguish also get a row, and gateways that an installer
   * creates get columns, because their policies may be the only difference.
   *
   * @default - none
   */
  readonly comparedWith?: MeshModel;
}

/** Decides for all pairs at once. */
export function accessMatrix(model: MeshModel, { comparedWith }: AccessMatrixOptions = {}): AccessMatrix {
  const callers = callersOf(model, comparedWith);
  const gateways = comparedWith === undefined ? [] : model.installedGateways.map(({ service }) => service);
  const columns = allColumns(model, gateways);
  const cells = callers.flatMap((caller) => row(model, caller, columns));
  let external: readonly ExternalCall[] | undefined;
  return {
    callers: callers.map(callerName),
    callees: columns.map(({ to, port }) => ({ to, port })),
    cells,
    // Not everybody who asks for the pairs of the mesh looks at the way out.
    get external() {
      external ??= externalCalls(model);
      return external;
    },
  };
}

/** What one caller may send to each port, whether or not the matrix has a row for it. */
export function accessRow(model: MeshModel, caller: Caller): readonly MatrixCell[] {
  return row(model, caller, allColumns(model));
}

function row(model: MeshModel, caller: Caller, columns: readonly Column[]): readonly MatrixCell[] {
  const from = callerName(caller);
  const known = new Map<string, CellContent>();
  return columns.flatMap(({ to, port, callable, likeness }) => {
    if (isSelf(caller, callable)) return [];
    const content = (likeness === undefined ? undefined : known.get(likeness)) ?? contentOf(model, caller, callable);
    if (likeness !== undefined) known.set(likeness, content);
    return { from, to, port, ...content };
  });
}

/** The access of a pair, from the decision about a request of which nothing is stated. */
export function accessOf(decision: Decision): Access {
  return decision.verdict === 'depends' && isNotKnown(decision) ? 'unknown' : ACCESS[decision.verdict];
}

/** Why some cells of a matrix have no answer that more manifests would give; undefined if there are none. */
export function whyUnknown({ cells }: Pick<AccessMatrix, 'cells'>): string | undefined {
  for (const { access, decision } of cells) {
    const found = access === 'unknown' ? unknownTrustDomainIn(decision) : undefined;
    if (found) return dependsOnTrustDomains(found.trustDomains, found.because);
  }
  return undefined;
}

function contentOf(model: MeshModel, caller: Caller, callable: CallablePort): CellContent {
  const decision = decidePort(model, caller, callable, {});
  return {
    access: accessOf(decision),
    conditions: accessConditions(decision),
    transport: decision.connection?.clientSpeaks,
    decision,
  };
}

/**
 * Every caller that the policies can distinguish: workloads, then other identities and sets of identities, then callers
 * without an identity.
 *
 * @param other a model whose policies also count, for comparing the two
 */
export function callersOf(model: MeshModel, other?: MeshModel): readonly Caller[] {
  const workloads = model.workloads.map(
    (workload): Caller => ({ kind: 'workload', workload, proxy: model.proxyOf(workload) }),
  );
  const known = identitiesOf(model);
  const others = other && identitiesOf(other);
  const isShown = (identity: string) => known.has(identity) && (others?.has(identity) ?? true);
  const strangers = callersToldApart(model, other).filter(({ identity }) => !isShown(identity));
  return [...workloads, ...strangers, { kind: OUTSIDE }];
}

/** Identities that workloads present, and so have rows of their own. */
function identitiesOf(model: MeshModel): ReadonlySet<string> {
  return new Set(
    model.workloads.flatMap((workload) => {
      const proxy = model.proxyOf(workload);
      return 'identity' in proxy && proxy.identity !== undefined ? proxy.identity : [];
    }),
  );
}

function allColumns(model: MeshModel, gateways: readonly Service[] = []): readonly Column[] {
  return [...model.callees, ...gateways].flatMap((callee) =>
    model
      .portsOf(callee)
      .filter(({ destinations }) => destinations.length > 0)
      .map((callable) => ({
        to: callee.ref,
        port: { port: callable.port, name: callable.name },
        callable,
        likeness: model.likenessOf(callable),
      })),
  );
}

function isSelf(caller: Caller, { destinations }: CallablePort): boolean {
  return caller.kind === 'workload' && destinations.every(({ workload }) => workload === caller.workload);
}
