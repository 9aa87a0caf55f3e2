import { decide } from '../access/ask';
import { callerName } from '../access/caller-name';
import type { Decision } from '../access/decision';
import { describeReason } from '../access/explain';
import type { MeshModel } from '../access/mesh-model';
import { type AccessRequest, describeRequestProblem, OUTSIDE, type RequestProblem } from '../access/request';
import { accessMatrix, callersOf } from '../matrix/access-matrix';
import type { Expectation, Expectations } from './expectations';

/** One request of an expectations file and what the manifests say to it. */
export interface ExpectationResult {
  /** Whether the answer is the expected one. */
  readonly met: boolean;
  /** What the file expects. */
  readonly expect: 'allow' | 'deny';
  /** The request in question. */
  readonly request: AccessRequest;
  /** What the manifests say, or why they cannot be asked. */
  readonly answer: Decision | RequestProblem;
  /** Where the expectation stands: `allow, entry 3`. */
  readonly place: string;
  /** The result in a line: what was asked, what came out, and why. */
  readonly text: string;
}

/** Asks the model every request of the expectations. A verdict of "it depends" meets none. */
export function checkExpectations(
  model: MeshModel,
  { expectations, denyOthers }: Expectations,
): readonly ExpectationResult[] {
  const stated = expectations.flatMap((expectation) => checkOne(model, expectation));
  return denyOthers ? [...stated, ...checkOthers(model, stated)] : stated;
}

/** What a star means for callers: everybody that policies can distinguish. Nobody needs to let in a trust domain that it does not know. */
function everybody(model: MeshModel, expect: Expectation['expect']): readonly string[] {
  return callersOf(model).flatMap((caller) => {
    const set = caller.kind === 'identity' ? caller.standsFor : undefined;
    const isUnknown = set?.kind === 'workload-identities' && set.trustDomain === 'another';
    return expect === 'allow' && isUnknown ? [] : callerName(caller);
  });
}

function checkOne(model: MeshModel, { expect, from, to, requests, place }: Expectation): readonly ExpectationResult[] {
  return spread(from, everybody(model, expect)).flatMap((caller) =>
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
  const allowed = new Set(stated.filter(({ expect }) => expect === 'allow').map(({ answer }) => pairOf(answer)));
  return accessMatrix(model)
    .cells.filter(({ decision }) => !allowed.has(pairOf(decision)))
    .map(({ from, to, port, decision }) => {
      const request = { from, to, port: port.port };
      return result('deny', request, decision, 'otherwise');
    });
}

function result(
  expect: Expectation['expect'],
  request: AccessRequest,
  answer: Decision | RequestProblem,
  place: string,
): ExpectationResult {
  const met = answer.verdict === (expect === 'allow' ? 'allowed' : 'denied');
  const why = answer.verdict === 'unanswerable' ? describeRequestProblem(answer) : whyNot(answer);
  return { met, expect, request, answer, place, text: `${describeRequest(request)}: ${answer.verdict}, ${why}` };
}

function whyNot(decision: Decision): string {
  const place = decision.decidedBy?.location;
  const depends = decision.dependsOn.length > 0 ? `, depends on ${decision.dependsOn.join(', ')}` : '';
  return `${describeReason(decision.reason)}${depends}${place ? ` (${place.file}:${place.line})` : ''}`;
}

/** A request for people: `shop/front-end → shop/carts:80 GET /carts`. */
export function describeRequest({ from, to, port, method, path }: AccessRequest): string {
  const end = port === undefined ? to : `${to}:${port}`;
  return [`${String(from)} → ${end}`, method, path].filter((text) => text !== undefined).join(' ');
}

/** A star means each callee on each of its ports, as there may be more than one. */
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
  const from =
    caller.kind === 'workload' ? caller.workload.ref : caller.kind === 'identity' ? caller.identity : OUTSIDE;
  return `${from}\n${destination.workload.ref}\n${destination.podPort}`;
}
