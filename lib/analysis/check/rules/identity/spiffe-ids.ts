import { replaceActions, templateActions } from '../../../../base/go-template/go-template';
import { textAt } from '../../../../base/json';
import { baseNameOf } from '../../../../model/teleport/host-directory';
import { socketPath } from '../../../../model/teleport/tbot-config';
import { hasIstioPath, idTemplate, type TeleportResource } from '../../../../model/teleport/teleport-resources';
import { ATTRIBUTE_NAMES, attributeType } from '../../../../upstream/teleport/attribute-names';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { OVERLAY, stream, withTemplate } from '../examples';
import { ISTIO_PATH, workloadIdentity } from '../teleport-examples';
import { isOnlyWritten } from './file-outputs';

/** {@link ISTIO_PATH} in a sentence; typed as any text, so that its braces do not count as names of values. */
const WRITTEN_PATH: string = ISTIO_PATH.replace(/(?<=\{\{) | (?=\}\})/g, '');

/** Whether Istio's proxies take this identity: its template is about pods, or their socket's service selects it. */
function isForIstio(context: CheckContext, identity: TeleportResource): boolean {
  const template = idTemplate(identity);
  if (/workload\.kubernetes\.(?:namespace|service_account)/.test(template)) return true;
  // What joined is tbot: such a path looks like a pod's, and is tbot's own for all of them.
  if (/^\/ns\/.*\/sa\//.test(template) && /\bjoin\./.test(template)) return true;
  const socketNames = context.installations.map(({ socketFile }) => socketFile);
  return context.tbotConfigs.some(({ workloadApis }) =>
    workloadApis.some(
      ({ body }) =>
        textAt(body, 'selector', 'name') === identity.name &&
        socketNames.includes(baseNameOf(socketPath(textAt(body, 'listen')) ?? '')),
    ),
  );
}

/** The parts of a template between its braces. */
function expressionsOf(template: string): readonly string[] {
  return templateActions(template).map(({ inner }) => inner.trim());
}

/** Whether a name such as `workload.kubernetes.labels` is in a template. */
function namesLabel(template: string): boolean {
  const names = template.match(/[\w.]+/g) ?? [];
  return names.some((name) => {
    const at = name.indexOf('workload.');
    return at !== -1 && /labels|annotations/.test(name.slice(at));
  });
}

function shapeProblem(id: string): string | undefined {
  if (id === '') return 'is missing';
  const plain = replaceActions(id, () => 'x');
  if (/^[a-z]+:\/\//.test(id)) return 'is a full URI; the trust domain is put in front of it';
  if (!id.startsWith('/')) return 'does not begin with a slash';
  if (id.length > 1 && id.endsWith('/')) return 'ends with a slash';
  if (plain.includes('//')) return 'has an empty segment';
  if (/\/\.\.?(?:\/|$)/.test(plain)) return 'has a dot segment';
  const illegal = /[^A-Za-z0-9._/-]/.exec(plain);
  return illegal ? `has the character ${JSON.stringify(illegal[0])}` : undefined;
}

/** What keeps an expression of a template from being filled in. */
function expressionProblems(expression: string): readonly string[] {
  const names = Array.from(expression.matchAll(/\b(?:workload|join|user)(?:\.\w+)+/g), ([name]) => name);
  const unknown = names.filter((name) => !attributeType(name));
  const problems = unknown.map((name) => `there is no attribute ${name}${didYouMean(name, ATTRIBUTE_NAMES)}`);
  if (/[{}]/.test(expression)) return [...problems, `the template "${expression}" has a brace inside`];
  const isAttribute = /\b(?:workload|join|user)\.|["(]/.test(expression);
  return isAttribute ? problems : [...problems, `"${expression}" is not an attribute`];
}

/** The SPIFFE IDs that Teleport's workload_identity resources give. */
export const SPIFFE_ID_RULES = [
  defineRule({
    id: 'spiffe-path-not-ns-sa',
    subject: 'SPIFFE IDs',
    since: '0.1.0',
    aliases: ['spiffe-id-istio'],
    severity: 'error',
    title: 'SPIFFE ID that Istio does not expect',
    found: 'the path of the SPIFFE ID is {path}',
    why: 'istiod computes /ns/<namespace>/sa/<service account> for every pod, and clients accept nothing else; with any other path the handshake fails with CERTIFICATE_VERIFY_FAILED although the chain is valid.',
    fix: `write ${WRITTEN_PATH}`,
    source: 'istio/istio#49874, pilot/pkg/serviceregistry/kube/conversion.go',
    wrong: stream(
      withTemplate(OVERLAY),
      workloadIdentity('/k8s/{{ workload.kubernetes.namespace }}/{{ workload.kubernetes.service_account }}'),
    ),
    right: stream(withTemplate(OVERLAY), workloadIdentity(ISTIO_PATH)),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const resource of context.teleport.identities) {
        if (idTemplate(resource) === '' || hasIstioPath(resource) || !isForIstio(context, resource)) continue;
        report(resource.manifest, '/spec/spiffe/id', { path: idTemplate(resource) });
      }
    },
  }),
  defineRule({
    id: 'spiffe-path-user-controlled',
    subject: 'SPIFFE IDs',
    since: '0.1.0',
    severity: 'warning',
    title: 'SPIFFE ID contains user-controlled attributes',
    found: 'the SPIFFE ID has {what}',
    why: 'Policies on namespaces and serviceAccounts look for /ns/… anywhere in the path, so anyone who can choose a part of it can impersonate another namespace.',
    fix: 'build the path from namespace and ServiceAccount only',
    source: 'istio/istio pilot/pkg/security/authz/matcher',
    wrong: workloadIdentity('/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.labels["app"] }}'),
    right: workloadIdentity(ISTIO_PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const id = idTemplate(resource);
        if (namesLabel(id)) {
          report(resource.manifest, '/spec/spiffe/id', { what: 'a label in it' });
        } else if (id.split('/ns/').length > 2) {
          report(resource.manifest, '/spec/spiffe/id', { what: 'a second /ns/' });
        }
      }
    },
  }),
  defineRule({
    id: 'spiffe-id-shape',
    subject: 'SPIFFE IDs',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid SPIFFE ID path',
    found: '{id} {problem}',
    why: 'Teleport refuses the resource, or every issuance from it.',
    fix: 'write an absolute path of letters, digits, ".", "-" and "_"',
    source: 'spiffe/spiffe standards/SPIFFE-ID.md, gravitational/teleport lib/services/workload_identity.go',
    wrong: workloadIdentity('spiffe://example.teleport.sh/ns/shop/sa/front-end'),
    right: workloadIdentity(ISTIO_PATH),
    check({ teleport }, report) {
      for (const resource of teleport.identities) {
        const id = idTemplate(resource);
        const problem = shapeProblem(id);
        if (problem) report(resource.manifest, '/spec/spiffe/id', { id: id === '' ? 'the SPIFFE ID' : id, problem });
      }
    },
  }),
  defineRule({
    id: 'template-attr',
    subject: 'SPIFFE IDs',
    since: '0.1.0',
    severity: 'error',
    title: 'Unknown attribute in a template',
    found: '{problem}',
    why: 'Without the attribute, Teleport refuses every request for the identity.',
    fix: 'use an attribute that the attestor or the join method sets',
    source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/workload-identity/attributes.mdx',
    wrong: workloadIdentity('/ns/{{ workload.kubernetes.namespaces }}/sa/{{ workload.kubernetes.service_account }}'),
    right: workloadIdentity(ISTIO_PATH),
    check(context, report) {
      for (const resource of context.teleport.identities) {
        const id = idTemplate(resource);
        for (const problem of expressionsOf(id).flatMap(expressionProblems)) {
          report(resource.manifest, '/spec/spiffe/id', { problem });
        }
        if (expressionsOf(id).some((one) => one.includes('workload.')) && isOnlyWritten(context, resource)) {
          const problem = 'workload attributes are used, but only a file output selects the identity';
          report(resource.manifest, '/spec/spiffe/id', { problem });
        }
      }
    },
  }),
];
