import { addTo } from '../../../../base/add-to';
import { isObject, textAt } from '../../../../base/json';
import type { Workload } from '../../../../model/cluster/workload';
import {
  hasSeccomp,
  isPodSecurityLevel,
  POD_SECURITY_LABEL,
  type PodSecurityLevel,
  type PodSecurityViolation,
  podSecurityViolations,
} from '../../../../upstream/kubernetes/pod-security';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const NAMESPACE = `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${POD_SECURITY_LABEL}: restricted}\n`;

function web(pod: string, container: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      securityContext: ${pod}
      containers:
        - name: web
          image: ghcr.io/example/web:1.4.2
          securityContext: ${container}
`;
}

/** The level that a namespace among the manifests enforces; undefined if none does. */
function levelOf(context: CheckContext, namespace: string): PodSecurityLevel | undefined {
  const level = textAt(
    context.manifests.find('Namespace', undefined, namespace)?.body,
    'metadata',
    'labels',
    POD_SECURITY_LABEL,
  );
  if (level === undefined || level === '') return undefined;
  return isPodSecurityLevel(level) ? level : 'restricted';
}

/** Whether the installation is known to leave the proxies' seccomp profile to the pods. */
function proxiesHaveNoSeccomp({ installValues }: CheckContext): boolean {
  const ofIstiod = installValues.filter(({ body }) => isObject(body.sidecarInjectorWebhook) || isObject(body.global));
  return (
    ofIstiod.length > 0 &&
    ofIstiod.every(({ body }) => textAt(body, 'global', 'proxy', 'seccompProfile', 'type') === undefined)
  );
}

const PROXY_WITHOUT_SECCOMP: PodSecurityViolation = {
  pointer: '/securityContext',
  problem: 'the injected proxy has no seccomp profile',
  wanted: 'seccompProfile: {type: RuntimeDefault} for the whole pod',
};

function lacksProxySeccomp(context: CheckContext, workload: Workload): boolean {
  return (
    context.isInjected(workload) === true &&
    workload.podSpec.containers !== undefined &&
    !hasSeccomp(workload.podSpec) &&
    proxiesHaveNoSeccomp(context)
  );
}

function byPointer(found: readonly PodSecurityViolation[]): ReadonlyMap<string, PodSecurityViolation[]> {
  const groups = new Map<string, PodSecurityViolation[]>();
  for (const violation of found) addTo(groups, violation.pointer, violation);
  return groups;
}

/** Pods that their namespace does not admit. */
export const POD_SECURITY_RULES = [
  defineRule({
    id: 'pod-security-refused',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'error',
    sureWith: 'one cluster',
    title: 'Pod Security level of the namespace rejects the pods',
    found: '{kind} "{name}": {problem}, and namespace {namespace} enforces Pod Security level {level}',
    why: 'The API server accepts the workload with a warning and then refuses each of its pods, so nothing starts.',
    fix: 'write {wanted}, or choose another level for the namespace',
    source: 'kubernetes/pod-security-admission policy/check_*.go',
    wrong: stream(NAMESPACE, web('{}', '{}')),
    right: stream(
      NAMESPACE,
      web(
        '{runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}',
        '{allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}',
      ),
    ),
    check(context, report) {
      for (const workload of context.workloads) {
        const level = levelOf(context, workload.namespace);
        if (level === undefined || level === 'privileged') continue;
        const { kind, name, namespace, manifest, podPointer, podSpec } = workload;
        const found = [...podSecurityViolations(podSpec, level)];
        if (level === 'restricted' && lacksProxySeccomp(context, workload)) found.push(PROXY_WITHOUT_SECCOMP);
        for (const [pointer, here] of byPointer(found)) {
          const problem = here.map((violation) => violation.problem).join('; ');
          const wanted = here.map((violation) => violation.wanted).join(', ');
          report(manifest, `${podPointer}/spec${pointer}`, { kind, name, namespace, level, problem, wanted });
        }
      }
    },
  }),
];
