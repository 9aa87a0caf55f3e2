import { addTo } from '../../base/add-to';
import { callerName } from '../access/caller-name';
import type { Decision } from '../access/decision';
import { describeReason } from '../access/explain';
import type { MeshModel } from '../access/mesh-model';
import { type AccessRequest, describeRequestProblem, OUTSIDE, type RequestProblem } from '../access/request';
import type { FleetModel } from '../fleet/fleet-model';
import { accessMatrix } from '../matrix/access-matrix';
import { type MatrixWay, waysOf } from '../matrix/ways-in';
import type { Expectation, Expectations, ExpectedAnswer } from './expectations';
import { ALL, type Ground, groundOf, type Place } from './ground';

/** One request of an expectations file and its answer. */
export interface ExpectationResult {
  /** Whether the answer is the expected one. */
  readonly met: boolean;
  /** What the file expects. */
  readonly expect: ExpectedAnswer;
  /** The request in question. */
  readonly request: AccessRequest;
  /** The answer, or why there is none. */
  readonly answer: Decision | RequestProblem;
  /** The place of the expectation in the file: `allow, entry 3`. */
  readonly place: string;
  /** The result in one line: the request, the answer and the reason. */
  readonly text: string;
}

/**
 * Evaluates every request of the expectations in a cluster, or in several. A verdict of "it depends" meets only
 * `depends`.
 *
 * With several clusters, names begin with the cluster, as in `eu-1:shop/web`, and `eu-1:*` means everything in it.
 */
export function checkExpectations(
  model: MeshModel | FleetModel,
  { expectations, denyOthers }: Expectations,
): readonly ExpectationResult[] {
  const ground = groundOf(model);
  const stated = expectations.flatMap((expectation) => checkOne(ground, expectation));
  if (!denyOthers) return stated.map(({ result }) => result);
  const named = stated.filter(({ result: { expect } }) => expect !== 'deny');
  const others = ground.places.flatMap((place) => checkOthers(ground, place, named));
  return [...stated.map(({ result }) => result), ...others, ...checkBetween(ground, named)];
}

/** A result, and the cluster of what was called. */
interface Placed {
  readonly place: Place | undefined;
  readonly result: ExpectationResult;
}

function checkOne(ground: Ground, { expect, from, to, requests, place: where }: Expectation): readonly Placed[] {
  const everyPort = to.some(isAll);
  const byPlace = new Map<Place | undefined, { readonly callee: string; readonly isSpread: boolean }[]>();
  for (const name of to) {
    for (const callee of calleesOf(ground, name)) {
      addTo(byPlace, ground.placeOf(callee), { callee, isSpread: isAll(name) });
    }
  }
  return [...byPlace].flatMap(([place, callees]) =>
    from
      .flatMap((name) => callersFor(ground, place, name, expect))
      .flatMap((caller) =>
        callees
          .filter(({ callee, isSpread }) => !isSpread || callee !== caller)
          .flatMap(({ callee }) => requests.map((request) => ({ ...request, from: caller, to: callee })))
          .flatMap((request) => withPorts(place, request, everyPort))
          .map((request) => ({ place, result: result(expect, request, ground.decide(request), where) })),
      ),
  );
}

/** `*`, or `eu-1:*`. */
function isAll(name: string): boolean {
  return name === ALL || name.endsWith(`:${ALL}`);
}

function calleesOf(ground: Ground, name: string): readonly string[] {
  if (name === ALL) return ground.places.flatMap(({ callees }) => callees);
  if (!isAll(name)) return [name];
  return ground.placeOf(name)?.callees ?? [name];
}

/** Everybody whom the policies can distinguish, or the workloads of a cluster, or the one that is named. */
function callersFor(ground: Ground, place: Place | undefined, name: string, expect: ExpectedAnswer): readonly string[] {
  if (!isAll(name)) return [name];
  if (name === ALL) {
    if (place === undefined) return [OUTSIDE];
    return [...place.everybody(expect), ...(expect === 'deny' ? place.gateways : [])];
  }
  const home = ground.placeOf(name);
  return home === undefined ? [name] : home.callersOf(place ?? home);
}

/** Pairs nobody has named must be closed: a caller that is allowed anything at all there is one too many. */
function checkOthers(ground: Ground, place: Place, named: readonly Placed[]): readonly ExpectationResult[] {
  const own = named.filter((one) => one.place === place).map((one) => one.result);
  const pairs = new Set(own.map(({ answer }) => pairOf(answer)));
  const { cells } = accessMatrix(place.model);
  const others = cells
    .filter(({ decision }) => !pairs.has(pairOf(decision)))
    .map((cell) => {
      const request = { from: place.callerIn(cell), to: place.prefix + cell.to, port: cell.port.port };
      // What is not known may be a question that cannot be answered, and so say nothing of the mesh.
      return result('deny', request, cell.access === 'unknown' ? ground.decide(request) : cell.decision, 'otherwise');
    });
  return [...others, ...checkOtherWays(ground, place, waysOf({ cells }), own)];
}

/** The same for what gateways bring: an expectation that names no host is about all hosts. */
function checkOtherWays(
  ground: Ground,
  place: Place,
  ways: readonly MatrixWay[],
  named: readonly ExpectationResult[],
): readonly ExpectationResult[] {
  const keyOf = (answer: ExpectationResult['answer'], host: string | undefined) => `${pairOf(answer)}\n${host ?? ''}`;
  const known = new Set(named.map(({ answer, request }) => keyOf(answer, request.host)));
  const asked = new Set<string>();
  return ways.flatMap(({ from, to, port, requests }) =>
    requests.flatMap(({ host }) => {
      const request = { from, to: place.prefix + to, port: port.port, ...(host !== undefined && { host }) };
      const answer = ground.decide(request);
      const isNamed = [host, undefined].some((one) => known.has(keyOf(answer, one)));
      const isTwice = asked.has(keyOf(answer, host));
      asked.add(keyOf(answer, host));
      return isNamed || isTwice ? [] : [result('deny', request, answer, 'otherwise')];
    }),
  );
}

/** The same between clusters, where what is not known is neither open nor closed. */
function checkBetween(ground: Ground, named: readonly Placed[]): readonly ExpectationResult[] {
  const known = new Map<Place | undefined, Set<string>>();
  for (const { place, result: one } of named) {
    const pairs = known.get(place) ?? new Set();
    known.set(place, pairs.add(pairOf(one.answer)));
  }
  const open = ground.between.calls
    .filter(({ to, cell }) => !known.get(ground.placeOf(to))?.has(pairOf(cell.decision)))
    .map(({ from, to, cell }) => {
      const request = { from, to, port: cell.port.port };
      return result('deny', request, ground.decide(request), 'otherwise');
    });
  const unknown = ground.between.notListed
    .filter(({ isSure }) => !isSure)
    .map(({ from, to, because }) =>
      result('deny', { from, to }, { verdict: 'unanswerable', kind: 'between-clusters', because }, 'otherwise'),
    );
  return [...open, ...unknown];
}

function result(
  expect: Expectation['expect'],
  request: AccessRequest,
  answer: Decision | RequestProblem,
  place: string,
): ExpectationResult {
  return {
    met: answer.verdict === VERDICTS[expect],
    expect,
    request,
    answer,
    place,
    // Of a table of a million requests that hold, nobody reads a reason.
    get text() {
      const why = answer.verdict === 'unanswerable' ? describeRequestProblem(answer) : whyNot(answer);
      return `${describeRequest(request)}: ${answer.verdict}, ${why}`;
    },
  };
}

const VERDICTS = { allow: 'allowed', deny: 'denied', depends: 'depends' } as const;

function whyNot(decision: Decision): string {
  const place = decision.decidedBy?.location;
  const depends = decision.dependsOn.length > 0 ? `, depends on ${decision.dependsOn.join(', ')}` : '';
  return `${describeReason(decision.reason)}${depends}${place ? ` (${place.file}:${place.line})` : ''}`;
}

/** A request as text for people: `shop/front-end → shop/carts:80 GET /carts`. */
export function describeRequest({ from, to, port, method, path, host }: AccessRequest): string {
  const end = port === undefined ? to : `${to}:${port}`;
  const forHost = host === undefined ? undefined : `for host ${host}`;
  return [`${String(from)} → ${end}`, method, path, forHost].filter((text) => text !== undefined).join(' ');
}

/** An asterisk means each callee on each of its ports, as there may be more than one. */
function withPorts(place: Place | undefined, request: AccessRequest, everyPort: boolean): readonly AccessRequest[] {
  if (!everyPort || place === undefined || request.port !== undefined) return [request];
  const callee = place.model.findCallee(place.nameOf(request.to));
  if ('verdict' in callee) return [request];
  return place.model
    .portsOf(callee)
    .flatMap(({ port, destinations }) => (destinations.length > 0 ? [{ ...request, port }] : []));
}

/** Names can be written in several ways, so pairs are compared by what they were found to mean. */
function pairOf(answer: Decision | RequestProblem): string {
  if (answer.verdict === 'unanswerable') return '';
  const { caller, destination } = answer.request;
  // Sets of callers go by the identity that stands for them, however they are written.
  const from = caller.kind === 'identity' ? caller.identity : callerName(caller);
  return `${from}\n${destination.workload.ref}\n${destination.podPort}`;
}
