import { decide } from '../access/ask';
import { callerName, throughGateway } from '../access/caller-name';
import type { Decision } from '../access/decision';
import { describeReason } from '../access/explain';
import type { MeshModel } from '../access/mesh-model';
import { type AccessRequest, describeRequestProblem, type RequestProblem } from '../access/request';
import { accessMatrix, callersOf } from '../matrix/access-matrix';
import { type MatrixWay, waysOf } from '../matrix/ways-in';
import type { Expectation, Expectations, ExpectedAnswer } from './expectations';

/** One request of an expectations file and what the manifests say to it. */
export interface ExpectationResult {
  /** Whether the answer is the expected one. */
  readonly met: boolean;
  /** What the file expects. */
  readonly expect: ExpectedAnswer;
  /** The request in question. */
  readonly request: AccessRequest;
  /** What the manifests say, or why they cannot be asked. */
  readonly answer: Decision | RequestProblem;
  /** Where the expectation stands: `allow, entry 3`. */
  readonly place: string;
  /** The result in a line: what was asked, what came out, and why. */
  readonly text: string;
}

/** Asks the model every request of the expectations. A verdict of "it depends" meets only `depends`. */
export function checkExpectations(
  model: MeshModel,
  { expectations, denyOthers }: Expectations,
): readonly ExpectationResult[] {
  const stated = expectations.flatMap((expectation) => checkOne(model, expectation));
  return denyOthers ? [...stated, ...checkOthers(model, stated)] : stated;
}

/** What an asterisk means for callers: everybody that policies can distinguish. Nobody needs to let in a trust domain that it does not know. */
function everybody(model: MeshModel, expect: Expectation['expect']): readonly string[] {
  return callersOf(model).flatMap((caller) => {
    const set = caller.kind === 'identity' ? caller.standsFor : undefined;
    const isUnknown = set?.kind === 'workload-identities' && set.trustDomain === 'another';
    return expect === 'allow' && isUnknown ? [] : callerName(caller);
  });
}

/** Gateways that route somewhere: whoever must not be reached by anybody must not be reached through them either. */
function everyGateway(model: MeshModel): readonly string[] {
  const names = model.cluster.waysIn.map(({ route }) => `${route.gateway.namespace}/${route.gateway.name}`);
  return [...new Set(names)].map(throughGateway);
}

function checkOne(model: MeshModel, { expect, from, to, requests, place }: Expectation): readonly ExpectationResult[] {
  const all = () => [...everybody(model, expect), ...(expect === 'deny' ? everyGateway(model) : [])];
  return spread(from, from.includes('*') ? all() : []).flatMap((caller) =>
    spread(
      to,
      model.callees.map(({ ref }) => ref).filter((callee) => callee !== caller),
    ).flatMap((callee) =>
      requests.flatMap((request) =>
        withPorts(model, { ...request, from: caller, to: callee }, to.includes('*')).map((one) =>
          result(expect, one, decide(model, one), place),
        ),
      ),
    ),
  );
}

/** Pairs nobody has named must be closed: a caller that is allowed anything at all there is one too many. */
function checkOthers(model: MeshModel, stated: readonly ExpectationResult[]): readonly ExpectationResult[] {
  const named = stated.filter(({ expect }) => expect !== 'deny');
  const pairs = new Set(named.map(({ answer }) => pairOf(answer)));
  const { cells } = accessMatrix(model);
  const others = cells
    .filter(({ decision }) => !pairs.has(pairOf(decision)))
    .map(({ from, to, port, access, decision }) => {
      const request = { from, to, port: port.port };
      // What is not known may be a question that cannot be answered, and so say nothing of the mesh.
      return result('deny', request, access === 'unknown' ? decide(model, request) : decision, 'otherwise');
    });
  return [...others, ...checkOtherWays(model, waysOf({ cells }), named)];
}

/** The same for what gateways bring: an expectation that names no host is about all hosts. */
function checkOtherWays(
  model: MeshModel,
  ways: readonly MatrixWay[],
  named: readonly ExpectationResult[],
): readonly ExpectationResult[] {
  const keyOf = (answer: ExpectationResult['answer'], host: string | undefined) => `${pairOf(answer)}\n${host ?? ''}`;
  const known = new Set(named.map(({ answer, request }) => keyOf(answer, request.host)));
  const asked = new Set<string>();
  return ways.flatMap(({ from, to, port, requests }) =>
    requests.flatMap(({ host }) => {
      const request = { from, to, port: port.port, ...(host !== undefined && { host }) };
      const answer = decide(model, request);
      const isNamed = [host, undefined].some((one) => known.has(keyOf(answer, one)));
      const isTwice = asked.has(keyOf(answer, host));
      asked.add(keyOf(answer, host));
      return isNamed || isTwice ? [] : [result('deny', request, answer, 'otherwise')];
    }),
  );
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

/** A request for people: `shop/front-end → shop/carts:80 GET /carts`. */
export function describeRequest({ from, to, port, method, path, host }: AccessRequest): string {
  const end = port === undefined ? to : `${to}:${port}`;
  const forHost = host === undefined ? undefined : `for host ${host}`;
  return [`${String(from)} → ${end}`, method, path, forHost].filter((text) => text !== undefined).join(' ');
}

/** An asterisk means each callee on each of its ports, as there may be more than one. */
function withPorts(model: MeshModel, request: AccessRequest, everyPort: boolean): readonly AccessRequest[] {
  if (!everyPort || request.port !== undefined) return [request];
  const callee = model.findCallee(request.to);
  if ('verdict' in callee) return [request];
  return model
    .portsOf(callee)
    .flatMap(({ port, destinations }) => (destinations.length > 0 ? [{ ...request, port }] : []));
}

function spread(names: readonly string[], all: readonly string[]): readonly string[] {
  return names.flatMap((name) => (name === '*' ? all : [name]));
}

/** Names can be written in several ways, so pairs are compared by what they were found to mean. */
function pairOf(answer: Decision | RequestProblem): string {
  if (answer.verdict === 'unanswerable') return '';
  const { caller, destination } = answer.request;
  // Sets of callers go by the identity that stands for them, however they are written.
  const from = caller.kind === 'identity' ? caller.identity : callerName(caller);
  return `${from}\n${destination.workload.ref}\n${destination.podPort}`;
}
