import { isGateway } from '../../../../model/cluster/injection';
import type { Workload } from '../../../../model/cluster/workload';
import type { PolicyField, PolicyRule } from '../../../../model/policy/authorization-policy';
import { isHttpField, policyField } from '../../../../upstream/istio/policy-fields';
import type { CheckContext, WorkloadPort } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, policy, service, stream } from '../examples';
import { gatewayTcpPorts } from './gateway-tcp-ports';

const db = (spec: string) =>
  stream(
    deployment('db', '', ''),
    service('db', '{name: tcp-mysql, port: 3306, targetPort: 3306}'),
    policy(spec, 'db'),
  );

const SELECT_DB = '  selector: {matchLabels: {app: db}}\n';

/** One way to match a rule: an entry of its `to`, and all its conditions. */
interface Alternative {
  readonly pointer: string;
  readonly fields: readonly PolicyField[];
}

/** What a rule says of the destination, entry by entry: a connection has to match one of them. */
function operationsOf({ pointer, to, when }: PolicyRule): readonly Alternative[] {
  const conditions = when.flatMap(({ fields }) => fields);
  if (to.length === 0) return [{ pointer, fields: conditions }];
  return to.map((clause) => ({ pointer: clause.pointer, fields: [...clause.fields, ...conditions] }));
}

/** The same with what the rule says of the caller: the fields of any source that Istio would drop. */
function alternativesOf(rule: PolicyRule): readonly Alternative[] {
  const dropped = rule.from.flatMap(({ fields }) => fields.filter(isHttp));
  return operationsOf(rule).map(({ pointer, fields }) => ({ pointer, fields: [...fields, ...dropped] }));
}

function isHttp({ name }: PolicyField): boolean {
  return isHttpField(name);
}

/** Whether fields about ports, which all have to match, let a connection to this port through. */
function admits(fields: readonly PolicyField[], port: number | undefined): boolean {
  return fields.every(
    ({ name, values, negative }) => !isAboutPorts(name) || values.includes(String(port)) !== negative,
  );
}

function isAboutPorts(name: string): boolean {
  return policyField(name) === 'ports';
}

/** The pods of a policy that some Service calls by TCP; a gateway ends the TLS of a port its Service calls https. */
function podsWithTcpPorts(context: CheckContext, scope: readonly Workload[]): readonly Workload[] {
  return scope.filter((pod) => context.portsOf(pod).some(isTcp) && !isGateway(pod));
}

function isTcp({ port }: WorkloadPort): boolean {
  return port.protocol === 'tcp';
}

/** The port by which Services call a pod with TCP and that the fields let through. */
function tcpPort(context: CheckContext, pod: Workload, fields: readonly PolicyField[]): WorkloadPort | undefined {
  return context.portsOf(pod).find((one) => isTcp(one) && admits(fields, one.target));
}

/**
 * Whether the fields let something through that is HTTP or may be: what a gateway listens on, and a port the pod declares that
 * no Service leads to, are for the proxy to find out.
 */
function mayMatchHttp(context: CheckContext, pod: Workload, fields: readonly PolicyField[]): boolean {
  const ports = context.portsOf(pod);
  const isOpen = ports.some(
    ({ port, target }) =>
      (port.protocol === 'http' || port.protocol === 'detect' || isGateway(pod)) && admits(fields, target),
  );
  if (isOpen) return true;
  return pod.ports.some(
    ({ port, transport }) =>
      transport === 'TCP' && admits(fields, port) && ports.every(({ target }) => target !== port),
  );
}

/** The pod of a policy that a rule reaches by TCP, if it reaches none by HTTP; undefined otherwise. */
export function onlyByTcp(context: CheckContext, scope: readonly Workload[], rule: PolicyRule): Workload | undefined {
  const pods = podsWithTcpPorts(context, scope);
  const operations = operationsOf(rule);
  if (operations.some(({ fields }) => scope.some((pod) => mayMatchHttp(context, pod, fields)))) return undefined;
  return pods.find((pod) => operations.some(({ fields }) => tcpPort(context, pod, fields)));
}

/** Rules of policies for ports that are not what the policy takes them for. */
export const POLICY_PORT_RULES = [
  defineRule({
    id: 'deny-http-without-port',
    subject: 'Policies and ports',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'DENY rule closes every TCP port',
    found: 'a DENY rule has {fields}, and nothing excludes TCP port {port} of {workload}',
    why: 'On a TCP port Istio drops the HTTP fields of a DENY and keeps the rest of the rule, which then denies every connection.',
    fix: 'name the HTTP ports in the same rule',
    source: 'istio/istio pilot/pkg/security/authz/builder/testdata/tcp/deny-both-http-tcp-out.yaml',
    wrong: db(`${SELECT_DB}  action: DENY\n  rules:\n    - to: [{operation: {methods: [DELETE]}}]`),
    right: db(`${SELECT_DB}  action: DENY\n  rules:\n    - to: [{operation: {methods: [DELETE], ports: ["80"]}}]`),
    check(context, report) {
      for (const { manifest, action, rules } of context.authorizationPolicies) {
        const scope = action === 'DENY' ? context.scopeOf(manifest) : [];
        const pods = podsWithTcpPorts(context, scope);
        const gateways = scope.filter(isGateway);
        if (pods.length + gateways.length === 0) continue;
        for (const rule of rules) {
          for (const { pointer, fields } of alternativesOf(rule)) {
            const http = fields.filter(isHttp);
            if (http.length === 0) continue;
            for (const pod of [...pods, ...gateways]) {
              const hit = tcpPort(context, pod, fields);
              const port = isGateway(pod)
                ? gatewayTcpPorts(context, pod).find((one) => admits(fields, one))
                : hit && (hit.target ?? hit.port.target);
              if (port === undefined) continue;
              report(manifest, pointer, { fields: namesOf(http), port, workload: pod.name });
              break;
            }
          }
        }
      }
    },
  }),
  defineRule({
    id: 'allow-http-on-tcp',
    subject: 'Policies and ports',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'HTTP rule on a TCP port allows nothing',
    found: 'an ALLOW rule has {fields}, but {workload} has only TCP ports for it',
    why: 'On a TCP port Istio drops an ALLOW rule that has an HTTP field; the policy still applies, so the port is closed.',
    fix: 'write a separate rule for TCP, with only ports and principals, or name the port http',
    source: 'istio/istio pilot/pkg/security/authz/builder/testdata/tcp/allow-only-http-out.yaml',
    wrong: db(`${SELECT_DB}  rules:\n    - to: [{operation: {methods: [GET], ports: ["3306"]}}]`),
    right: db(`${SELECT_DB}  rules:\n    - to: [{operation: {ports: ["3306"]}}]`),
    check(context, report) {
      for (const { manifest, action, rules } of context.authorizationPolicies) {
        const scope = action === 'ALLOW' && rules.length > 0 ? context.scopeOf(manifest) : [];
        const pods = podsWithTcpPorts(context, scope);
        if (pods.length === 0) continue;
        for (const rule of rules) {
          const http = rule.fields.filter(isHttp);
          if (http.length === 0) continue;
          for (const { pointer, fields } of operationsOf(rule)) {
            const hit = pods.find((pod) => tcpPort(context, pod, fields));
            if (!hit || scope.some((pod) => mayMatchHttp(context, pod, fields))) continue;
            report(manifest, pointer, { fields: namesOf(http), workload: hit.name });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'ports-are-service-ports',
    subject: 'Policies and ports',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: "Service port instead of the pod's port",
    found: "port {port} is Service {service}'s, whose pods listen on {target}",
    why: "The proxy sees the pod's own port, so the rule does not apply to the port it seems to name: a list matches nothing, and a negated list matches everything.",
    fix: 'write {target}',
    source: 'istio/istio pilot/pkg/security/authz/model, pilot/pkg/security/authn/policy_applier.go',
    wrong: stream(
      deployment('catalogue', '', ''),
      service('catalogue', '{name: http, port: 80, targetPort: 8080}'),
      policy('  selector: {matchLabels: {app: catalogue}}\n  rules:\n    - to: [{operation: {ports: ["80"]}}]'),
    ),
    right: stream(
      deployment('catalogue', '', ''),
      service('catalogue', '{name: http, port: 80, targetPort: 8080}'),
      policy('  selector: {matchLabels: {app: catalogue}}\n  rules:\n    - to: [{operation: {ports: ["8080"]}}]'),
    ),
    check(context, report) {
      for (const one of context.policyFields.about('ports')) {
        const scope = context.scopeOf(one.manifest);
        one.values.forEach((port, index) => {
          const hit = mistaken(context, scope, Number(port));
          if (!hit) return;
          report(one.manifest, `${one.pointer}/${index}`, {
            port,
            service: hit.service.name,
            target: hit.target ?? '',
          });
        });
      }
      for (const { manifest, namespace, selector, portModes } of context.peerAuthentications) {
        if (Object.keys(portModes).length === 0) continue;
        const scope = context.workloadIndex.select(selector, namespace);
        for (const port of Object.keys(portModes)) {
          const hit = mistaken(context, scope, Number(port));
          if (!hit) continue;
          report(manifest, `/spec/portLevelMtls/${port}`, {
            port,
            service: hit.service.name,
            target: hit.target ?? '',
          });
        }
      }
    },
  }),
  defineRule({
    id: 'host-without-port',
    subject: 'Policies and ports',
    since: '0.1.0',
    severity: 'warning',
    yieldsTo: ['host-syntax', 'value-with-space', 'wildcard-inside'],
    title: 'Host without the port that clients send',
    found: 'host "{host}" has no form with a port, but {who} one',
    why: "Clients send the port unless it is the scheme's default, and may always send it: a rule on the bare host does not match, so a DENY is bypassed.",
    fix: 'list the host with its ports too: "{host}:{port}", or "{host}:*" for a host without an asterisk',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: stream(
      service('catalogue', '{name: http, port: 8080}'),
      deployment('catalogue', '', ''),
      policy('  selector: {matchLabels: {app: catalogue}}\n  rules:\n    - to: [{operation: {hosts: [catalogue]}}]'),
    ),
    right: stream(
      service('catalogue', '{name: http, port: 8080}'),
      deployment('catalogue', '', ''),
      policy(
        '  selector: {matchLabels: {app: catalogue}}\n  rules:\n    - to: [{operation: {hosts: [catalogue, "catalogue:*"]}}]',
      ),
    ),
    check(context, report) {
      const actions = new Map(context.authorizationPolicies.map(({ manifest, action }) => [manifest, action]));
      const { policyFields } = context;
      // Envoy compares `hosts` with the header :authority, which is the header Host too.
      for (const one of [...policyFields.about('hosts'), ...policyFields.aboutHeaders(':authority', 'host')]) {
        const action = actions.get(one.manifest);
        // What is let through by a host that is not the one denied.
        const isPassedBy = action === (one.negative ? 'ALLOW' : 'DENY');
        const odd = isPassedBy ? undefined : oddPort(context, one);
        if (!isPassedBy && (odd === undefined || one.negative)) continue;
        const port = odd ?? 80;
        const who = odd === undefined ? 'any client may send' : `clients of port ${port} send`;
        one.values.forEach((host, index) => {
          const hasPort =
            /:[\d*]+$/.test(host) || host.endsWith('*') || one.values.some((other) => other.startsWith(`${host}:`));
          if (!hasPort) report(one.manifest, `${one.pointer}/${index}`, { host, port, who });
        });
      }
    },
  }),
];

/** A port other than the schemes' own by which clients call pods of a policy. */
function oddPort(context: CheckContext, { manifest }: PolicyField): number | undefined {
  return context
    .scopeOf(manifest)
    .flatMap((workload) => context.portsOf(workload))
    .find(({ port }) => port.protocol === 'http' && port.port !== 80 && port.port !== 443)?.port.port;
}

function namesOf(fields: readonly PolicyField[]): string {
  return [...new Set(fields.map(({ name }) => name))].join(', ');
}

/** The Service's port that was written in place of the pod's; undefined if some pod may have such a port. */
function mistaken(context: CheckContext, pods: readonly Workload[], number: number): WorkloadPort | undefined {
  let mistaken: WorkloadPort | undefined;
  for (const pod of pods) {
    for (const candidate of context.portsOf(pod)) {
      if (candidate.target === undefined || candidate.target === number) return undefined;
      if (candidate.port.port === number) mistaken ??= candidate;
    }
  }
  return mistaken;
}
