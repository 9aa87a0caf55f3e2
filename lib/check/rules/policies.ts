import { isHttpField, type Workload } from '../../cluster';
import { type PolicyField, principalsOf } from '../model';
import { defineRule } from '../rule';
import { deployment, service, stream } from './examples';

const policy = (spec: string, name = 'catalogue') => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: shop}
spec:
${spec}
`;

const MESH = 'meshConfig:\n  trustDomain: example.teleport.sh\n';
const from = (principal: string) => policy(`  rules:\n    - from: [{source: {principals: ["${principal}"]}}]`);
const FRONT_END = 'example.teleport.sh/ns/shop/sa/front-end';

const db = (spec: string) =>
  stream(
    deployment('db', '', ''),
    service('db', '{name: tcp-mysql, port: 3306, targetPort: 3306}'),
    policy(spec, 'db'),
  );

const SELECT_DB = '  selector: {matchLabels: {app: db}}\n';

/** Whether a field of the rule needs HTTP. */
function httpFields(fields: readonly PolicyField[]): readonly PolicyField[] {
  return fields.filter(({ name }) => isHttpField(name));
}

/** Ports a rule names; empty if it is for all. */
function portsOf(fields: readonly PolicyField[]): readonly PolicyField[] {
  return fields.filter(({ name }) => name === 'ports' || name === 'destination.port');
}

/** A star where Istio takes it for a letter. */
function hasStarInside({ name, values }: PolicyField): string | undefined {
  const starred = ['principals', 'hosts', 'methods', 'paths', 'source.principal', 'connection.sni'];
  if (!starred.includes(name.replace(/^not([A-Z])/, (_, letter: string) => letter.toLowerCase()))) return undefined;
  return values.find((value) => {
    const plain = value.replace(/\{\*{1,2}\}/g, '');
    const inner = plain.startsWith('*') ? plain.slice(1) : plain.endsWith('*') ? plain.slice(0, -1) : plain;
    return inner.includes('*');
  });
}

/** What AuthorizationPolicies say and do not mean. */
export const POLICY_RULES = [
  defineRule({
    id: 'principal-has-scheme',
    aliases: ['principal-prefix'],
    severity: 'error',
    title: 'A principal with spiffe://',
    found: 'principal "{principal}" begins with spiffe://',
    why: 'Istio puts the scheme in front itself, so it never matches: an ALLOW lets nobody in, a DENY keeps nobody out.',
    fix: 'leave "spiffe://" out',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: from(`spiffe://${FRONT_END}`),
    right: from(FRONT_END),
    check({ authorizationPolicies }, report) {
      for (const one of authorizationPolicies) {
        for (const { pointer, values } of principalsOf(one)) {
          values.forEach((principal, index) => {
            if (/^spiffe:/i.test(principal)) report(one.manifest, `${pointer}/${index}`, { principal });
          });
        }
      }
    },
  }),
  defineRule({
    id: 'principal-foreign-trust-domain',
    severity: 'error',
    title: 'A principal of another trust domain',
    found: '"{principal}" is not of the mesh\'s trust domain {trustDomain}',
    why: 'No certificate of the mesh has it, so it never matches.',
    fix: 'write {trustDomain}/ns/<namespace>/sa/<service account>',
    source: 'istio/istio pilot/pkg/security/trustdomain/bundle.go',
    wrong: stream(MESH, from('example.teleport.com/ns/shop/sa/front-end')),
    right: stream(MESH, from(FRONT_END)),
    check({ authorizationPolicies, trustDomains }, report) {
      if (trustDomains.length === 0) return;
      for (const one of authorizationPolicies) {
        for (const { pointer, values } of principalsOf(one)) {
          values.forEach((principal, index) => {
            const [domain = ''] = principal.split('/');
            const isOwn = domain === 'cluster.local' || domain.includes('*') || trustDomains.includes(domain);
            if (isOwn || /^spiffe:/i.test(principal)) return;
            report(one.manifest, `${pointer}/${index}`, { principal, trustDomain: trustDomains[0] ?? '' });
          });
        }
      }
    },
  }),
  defineRule({
    id: 'principal-not-expanded',
    severity: 'error',
    title: 'cluster.local where it stays cluster.local',
    found: '"{principal}" has not the five parts cluster.local/ns/<namespace>/sa/<service account>',
    why: "Only with exactly five parts does Istio put the mesh's trust domain in; this one never matches.",
    fix: 'write cluster.local/ns/<namespace>/sa/*, or the real trust domain',
    source: 'istio/istio pilot/pkg/security/trustdomain/bundle.go',
    wrong: stream(MESH, from('cluster.local/ns/shop/*')),
    right: stream(MESH, from('cluster.local/ns/shop/sa/*')),
    check({ authorizationPolicies, trustDomains }, report) {
      if (trustDomains.length === 0 || trustDomains.includes('cluster.local')) return;
      for (const one of authorizationPolicies) {
        for (const { pointer, values } of principalsOf(one)) {
          values.forEach((principal, index) => {
            const parts = principal.split('/');
            if (parts[0] !== 'cluster.local' || parts.length === 5) return;
            report(one.manifest, `${pointer}/${index}`, { principal });
          });
        }
      }
    },
  }),
  defineRule({
    id: 'wildcard-inside',
    severity: 'warning',
    title: 'A star that is only a letter',
    found: '"{text}" has a star that is neither first nor last',
    why: 'There it is taken literally, so the rule matches nothing.',
    fix: 'put the star at one end, or use {*} in a path',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: from('example.teleport.sh/ns/*/sa/front-end'),
    right: from('example.teleport.sh/ns/shop/sa/*'),
    check({ authorizationPolicies }, report) {
      for (const { manifest, fields } of authorizationPolicies) {
        for (const one of fields) {
          const text = hasStarInside(one);
          if (text !== undefined) report(manifest, one.pointer, { text });
        }
      }
    },
  }),
  defineRule({
    id: 'deny-http-without-port',
    severity: 'error',
    title: 'A DENY that closes every TCP port',
    found: 'a DENY rule has {fields} and no ports, and {workload} has TCP ports',
    why: 'On a TCP port Istio drops the HTTP fields of a DENY and keeps the rest of the rule, which then denies every connection.',
    fix: 'name the HTTP ports in the same rule',
    source: 'istio/istio pilot/pkg/security/authz/builder/testdata/tcp/deny-both-http-tcp-out.yaml',
    wrong: db(`${SELECT_DB}  action: DENY\n  rules:\n    - to: [{operation: {methods: [DELETE]}}]`),
    right: db(`${SELECT_DB}  action: DENY\n  rules:\n    - to: [{operation: {methods: [DELETE], ports: ["80"]}}]`),
    check(context, report) {
      for (const one of context.authorizationPolicies) {
        if (one.action !== 'DENY') continue;
        for (const rule of one.rules) {
          const fields = rule.fields;
          const http = httpFields(fields);
          if (http.length === 0 || portsOf(fields).length > 0) continue;
          const hit = context
            .scopeOf(one)
            .find((pod) => context.portsOf(pod).some(({ port }) => port.protocol === 'tcp'));
          if (!hit) continue;
          report(one.manifest, rule.pointer, { fields: namesOf(http), workload: hit.name });
        }
      }
    },
  }),
  defineRule({
    id: 'allow-http-on-tcp',
    severity: 'error',
    title: 'An ALLOW that opens nothing',
    found: 'an ALLOW rule has {fields}, but {workload} has only TCP ports for it',
    why: 'On a TCP port Istio drops a whole ALLOW rule that has an HTTP field; the policy still counts, so the port is closed.',
    fix: 'write a rule of its own for TCP, with ports and principals only, or name the port http',
    source: 'istio/istio pilot/pkg/security/authz/builder/testdata/tcp/allow-only-http-out.yaml',
    wrong: db(`${SELECT_DB}  rules:\n    - to: [{operation: {methods: [GET], ports: ["3306"]}}]`),
    right: db(`${SELECT_DB}  rules:\n    - to: [{operation: {ports: ["3306"]}}]`),
    check(context, report) {
      for (const one of context.authorizationPolicies) {
        if (one.action !== 'ALLOW') continue;
        for (const rule of one.rules) {
          const fields = rule.fields;
          const http = httpFields(fields);
          if (http.length === 0) continue;
          const wanted = portsOf(fields).flatMap(({ values }) => values);
          const hit = context.scopeOf(one).find((pod) => {
            const ports = context
              .portsOf(pod)
              .filter(({ target }) => wanted.length === 0 || wanted.includes(String(target)));
            return ports.length > 0 && ports.every(({ port }) => port.protocol === 'tcp');
          });
          if (hit) report(one.manifest, rule.pointer, { fields: namesOf(http), workload: hit.name });
        }
      }
    },
  }),
  defineRule({
    id: 'ports-are-service-ports',
    severity: 'error',
    title: "The Service's port where the pod's belongs",
    found: "port {port} is Service {service}'s, whose pods listen on {target}",
    why: "The proxy beside the pod sees the pod's own port, so the rule matches nothing.",
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
      const mistaken = (workloads: readonly Workload[], port: string) => {
        const all = workloads.flatMap((workload) => context.portsOf(workload));
        if (all.some(({ target }) => target === undefined || String(target) === port)) return undefined;
        return all.find(({ port: { port: number } }) => String(number) === port);
      };
      for (const one of context.authorizationPolicies) {
        const fields = portsOf(one.fields);
        if (fields.length === 0) continue;
        const scope = context.scopeOf(one);
        for (const { pointer, values } of fields) {
          values.forEach((port, index) => {
            const hit = mistaken(scope, port);
            if (!hit) return;
            report(one.manifest, `${pointer}/${index}`, { port, service: hit.service.name, target: hit.target ?? '' });
          });
        }
      }
      for (const { manifest, namespace, selector, portModes } of context.peerAuthentications) {
        if (Object.keys(portModes).length === 0) continue;
        const scope = context.workloadIndex.select(selector, namespace);
        for (const port of Object.keys(portModes)) {
          const hit = mistaken(scope, port);
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
    id: 'allow-empty-spec',
    severity: 'warning',
    title: 'An empty policy that denies everything',
    found: 'the policy has no rules, and is not named as one that denies',
    why: 'A policy without rules matches nothing, and the fact that it exists closes everything no other ALLOW opens.',
    fix: 'if that is meant, put "deny" or "default" into its name; else write the rules',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (authorization policy precedence)',
    wrong:
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: catalogue, namespace: shop}\nspec: {}\n',
    right:
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: deny-all, namespace: shop}\nspec: {}\n',
    check({ authorizationPolicies }, report) {
      const empty = authorizationPolicies.filter(({ action, rules }) => action === 'ALLOW' && rules.length === 0);
      const isMeant = (name: string) => /deny|default|nothing|lock|closed/i.test(name);
      const selectsAll = (selector: object) => Object.keys(selector).length === 0;
      // Where a namespace is closed on purpose, a policy for some of its pods closes nothing more.
      const closed = new Set(
        empty.filter(({ name, selector }) => isMeant(name) && selectsAll(selector)).map(({ namespace }) => namespace),
      );
      for (const { manifest, name, namespace, selector } of empty) {
        if (!isMeant(name) && (selectsAll(selector) || !closed.has(namespace))) report(manifest, '/spec');
      }
    },
  }),
  defineRule({
    id: 'allow-all-rule',
    severity: 'warning',
    title: 'A rule that allows everybody',
    found: 'an empty rule allows every request',
    why: 'It makes every other ALLOW for the same pods void, mTLS or not.',
    fix: 'say who may call, or what; if everybody is meant, suppress this with the reason',
    source: 'istio/istio.io content/en/docs/concepts/security/index.md (allow-all)',
    wrong: policy('  rules: [{}]'),
    right: from(FRONT_END),
    check({ authorizationPolicies }, report) {
      for (const { manifest, action, rules } of authorizationPolicies) {
        if (action !== 'ALLOW') continue;
        for (const { matchesAll, pointer } of rules) if (matchesAll) report(manifest, pointer);
      }
    },
  }),
  defineRule({
    id: 'trustdomains-before-1.30',
    severity: 'error',
    title: 'A field Istio does not have yet',
    found: '{field} is new in Istio 1.30, the target is {istio}',
    why: 'It is refused, or dropped, and a source with nothing else becomes empty.',
    fix: 'use principals, or a newer Istio',
    source: 'istio/istio manifests/charts/base/files/crd-all.gen.yaml at 1.28.10 and 1.30.3',
    wrong: policy('  rules:\n    - from: [{source: {trustDomains: [example.teleport.sh]}}]'),
    right: policy('  rules:\n    - from: [{source: {principals: ["example.teleport.sh/*"]}}]'),
    check({ authorizationPolicies, target }, report) {
      if (target.hasTrustDomainSources) return;
      for (const { manifest, fields } of authorizationPolicies) {
        for (const { name, pointer } of fields) {
          if (!/^(?:not)?trustDomains$|^source\.trustDomain$/i.test(name)) continue;
          report(manifest, pointer, { field: name, istio: `${target.istio}` });
        }
      }
    },
  }),
  defineRule({
    id: 'host-without-port',
    severity: 'warning',
    title: 'A host without the port clients send',
    found: 'host "{host}" has no form with a port, but clients of port {port} send one',
    why: "The Host header carries the port unless it is the scheme's own, and then the rule does not match.",
    fix: 'list "{host}:{port}" or "{host}:*" too',
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
      for (const one of context.authorizationPolicies) {
        const hosts = one.fields.filter(({ name }) => name === 'hosts');
        if (hosts.length === 0) continue;
        const odd = context
          .scopeOf(one)
          .flatMap((workload) => context.portsOf(workload))
          .find(({ port }) => port.protocol === 'http' && port.port !== 80 && port.port !== 443);
        if (!odd) continue;
        for (const { values, pointer } of hosts) {
          values.forEach((host, index) => {
            const hasPort =
              /:[\d*]+$/.test(host) || host.endsWith('*') || values.some((other) => other.startsWith(`${host}:`));
            if (!hasPort) report(one.manifest, `${pointer}/${index}`, { host, port: odd.port.port });
          });
        }
      }
    },
  }),
];

function namesOf(fields: readonly PolicyField[]): string {
  return [...new Set(fields.map(({ name }) => name))].join(', ');
}
