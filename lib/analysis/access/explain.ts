import { visibleText } from '../../base/visible-text';
import { withoutSecretTexts } from '../../model/secrets/secret-texts';
import type { CompiledCondition } from '../policy/compiled-condition';
import type { DroppedBecause } from '../policy/evaluated-policy';
import { NO, YES } from '../policy/truth';
import { callerName } from './caller-name';
import type { Connection } from './connection';
import type { Decision, Reason, RuleConsideration, WayThroughGateway } from './decision';
import { ruleName } from './rule-name';
import { dependsOnTrustDomains } from './unknown-trust-domain';

/**
 * Explains a decision in lines of text: what decided, with which identities, and what was assumed. For terminals and
 * test failures.
 */
export function explain(decision: Decision): readonly string[] {
  const { caller, destination } = decision.request;
  const place = decision.decidedBy?.location;
  return [
    `${VERDICTS[decision.verdict]}: ${callerName(caller)} → ${destination.workload.ref} (pod port ${destination.podPort})`,
    `because ${describeReason(decision.reason)}`,
    ...(decision.reason.kind === 'through-gateway' ? [] : describeWaysIn(decision)),
    ...(place ? [`decided at ${place.file}:${place.line}`] : []),
    ...(decision.dependsOn.length > 0 ? [`depends on ${decision.dependsOn.join(', ')}`] : []),
    ...(decision.connection ? describeConnection(decision.connection) : []),
    ...decision.considered.map(describeConsideration),
    ...decision.assumptions.map((assumption) => `assumed: ${assumption}`),
  ];
}

const VERDICTS = { allowed: 'ALLOWED', denied: 'DENIED', depends: 'IT DEPENDS' } as const;

function describeWaysIn({ request }: Decision): readonly string[] {
  return [...new Set(request.waysIn.map((way) => `ingress: ${describeWay(way)}`))];
}

/** How the world reaches a callee that it cannot call itself, or need not. */
function describeWay(way: WayThroughGateway): string {
  const { verdict, assumptions } = way;
  const open =
    verdict === 'depends' && assumptions.length > 0 ? `; it depends on whether ${assumptions.join(', and ')}` : '';
  return `${describeSteps(way)}${open}`;
}

function describeSteps({ gateway, route, hosts, verdict, atGateway, atCallee }: WayThroughGateway): string {
  const forHosts = hosts.length > 0 ? hosts.join(', ') : 'its hosts';
  const way = `Gateway ${gateway} routes requests for ${forHosts} here by ${route.kind} ${route.name}`;
  if (verdict === 'not-routed') return `${way}, but not this request`;
  if (atCallee === undefined && verdict === 'denied')
    return `${way}, but no listener of the Gateway sends requests here through it`;
  if (atCallee === undefined) return `${way}; the decision of the gateway’s own pods is not evaluated`;
  const there = atGateway.map((one) => {
    const { workload, port } = one.request.destination;
    return `at ${workload.ref}:${port} ${VERDICTS[one.verdict]}, ${describeReason(one.reason)}`;
  });
  const first = there.length > 0 ? there.join('; ') : 'no port of its Service accepts it';
  const [ref] = atGateway.map(({ request }) => request.destination.workload.ref);
  const asked = ref === undefined ? '' : ` (for details ask about outside → ${ref})`;
  return `${way}, ${VERDICTS[verdict]}: ${first}; then at the callee ${VERDICTS[atCallee.verdict]}, ${describeReason(atCallee.reason)}${asked}`;
}

/** What decided, as a clause. */
export function describeReason(reason: Reason): string {
  switch (reason.kind) {
    case 'no-policy':
      return 'no policy denies it, and no ALLOW policy applies';
    case 'allow-rule':
      return `${ruleName(reason.rule)} allows it`;
    case 'deny-rule':
      return `${ruleName(reason.rule)} denies it`;
    case 'no-allow-rule-matches':
      return `ALLOW policies apply (${reason.policies.map(({ ref }) => ref).join(', ')}), but no rule matches`;
    case 'external-authorizer':
      return `${ruleName(reason.rule)} delegates it to the external authorizer "${reason.provider}"`;
    case 'authorizer-unusable':
      return `${ruleName(reason.rule)} matches, but its external authorizer cannot be called: ${reason.problem}`;
    case 'undetermined':
      return `${reason.rules.map(ruleName).join(', ')} may or may not match`;
    case 'connection-fails':
      return `the connection fails: ${reason.problem}`;
    case 'token-refused':
      return `the token is rejected (401): ${reason.problem}`;
    case 'token-required':
      return `a token from ${reason.issuer} is required, and the question does not state whether the request has one`;
    case 'path-refused':
      return `the callee’s proxy answers the request itself: ${reason.problem}`;
    case 'not-enforced':
      return `no policy is enforced at the callee: ${reason.because}`;
    case 'trust-domain-unknown':
      return dependsOnTrustDomains(reason.trustDomains, reason.because);
    case 'ambient':
      return 'ambient mode is not evaluated';
    case 'not-envoy':
      return `${reason.ref} is not evaluated: ${reason.because}`;
    case 'not-evaluated':
      return reason.because;
    case 'through-gateway':
      return describeWays(reason.gateway, reason.ways);
    case 'differs':
      return reason.cases
        .map(
          (one) =>
            `${one.request.destination.workload.ref}${subsetOf(one)} as ${one.request.chain.toUpperCase()}: ${one.verdict}, ${describeReason(one.reason)}`,
        )
        .join('; ');
  }
}

function subsetOf({ request }: Decision): string {
  const { subset } = request.destination;
  return subset === undefined ? '' : ` (subset ${subset})`;
}

/** Every way of a Gateway to the callee, as a clause. */
function describeWays(gateway: string, ways: readonly WayThroughGateway[]): string {
  if (ways.length === 0) return `no route of Gateway ${gateway} sends the request there`;
  return [...new Set(ways.map(describeWay))].join('; ');
}

/** How the two sides connect, one line for each thing worth knowing. */
function describeConnection(connection: Connection): readonly string[] {
  const { clientSpeaks, because, callerIdentity, calleeIdentity, serverMode } = connection;
  const decidedBy = serverMode?.decidedBy?.manifest;
  const source = decidedBy
    ? `PeerAuthentication ${decidedBy.namespace ?? 'default'}/${decidedBy.name}`
    : 'Istio’s default';
  return [
    `connection: ${SPOKEN[clientSpeaks]} (${because})`,
    `caller ${identity(callerIdentity)}, callee ${identity(calleeIdentity)}`,
    ...(serverMode ? [`callee accepts ${serverMode.mode} (${source})`] : []),
  ];
}

const SPOKEN = { 'mutual-tls': 'mutual TLS', 'plain-text': 'plain text', 'foreign-tls': 'custom TLS' } as const;

function identity(uri: string | null | undefined): string {
  if (uri === null) return 'has no identity';
  return uri === undefined ? 'has an identity that the manifests do not state' : `is ${uri}`;
}

function describeConsideration({ rule, matches, because }: RuleConsideration): string {
  const shadow = rule.dryRun ? ' (dry run)' : '';
  const name = `${ruleName(rule)}${shadow}`;
  if (rule.dropped !== undefined) return `${name}: ignored by Istio, ${DROPPED[rule.dropped]}`;
  const wider = rule.widenedBy.length > 0 ? `; on this port Istio drops ${rule.widenedBy.join(', ')} from it` : '';
  if (matches === YES) return `${name}: matches${wider}`;
  const conditions = because.map(describeCondition).join('; ');
  return `${name}: ${matches === NO ? 'does not match' : 'may match'}: ${conditions}${wider}`;
}

const DROPPED: Readonly<Record<DroppedBecause, string>> = {
  'http-only-field-on-tcp': 'because it uses HTTP fields and the port is TCP',
  'value-does-not-convert': 'because one of its values is not a valid port or address',
  'unknown-when-key': 'because it has a "when" key that Istio does not know',
  'not-a-rule': 'because it is not a mapping',
};

/** At most this many values of a condition are shown. */
const SHOWN = 5;

function describeCondition({ clause, field, negated, values }: CompiledCondition): string {
  const more = values.length > SHOWN ? ` and ${values.length - SHOWN} more` : '';
  const wanted = `${negated ? 'other than ' : ''}${values.slice(0, SHOWN).join(', ')}`;
  return visibleText(withoutSecretTexts(`${clause.part} ${clause.entry + 1} requires ${field} ${wanted}${more}`));
}
