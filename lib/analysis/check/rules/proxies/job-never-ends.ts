import type { Workload } from '../../../../model/cluster/workload';
import { NATIVE_SIDECAR_ANNOTATION } from '../../../../upstream/istio/injection';
import { NATIVE_SIDECARS_VARIABLE } from '../../../../upstream/istio/istiod-environment';
import { END_PROXY_REQUEST } from '../../../../upstream/istio/scrape-annotations';
import { ENDS_PROXY_ANNOTATION } from '../../../../upstream/teleport/mesh-names';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';

const job = (annotations: string) => `apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  schedule: "0 4 * * *"
  jobTemplate:
    spec:
      template:
        metadata:
          labels: {app: report}
          annotations: ${annotations}
        spec:
          serviceAccountName: report
          restartPolicy: Never
          containers: [{name: report, image: "ghcr.io/example/report:1.0.0"}]
`;

/** Why the proxy of a workload is a container like the others; undefined if it is a native sidecar, or may be one. */
function whyClassic({ annotations }: Workload, { installations, target }: CheckContext): string | undefined {
  const own = annotations[NATIVE_SIDECAR_ANNOTATION];
  if (own === 'true') return undefined;
  if (own === 'false') return `its annotation ${NATIVE_SIDECAR_ANNOTATION} is "false"`;
  const settings = installations.map((installation) => installation.variable(NATIVE_SIDECARS_VARIABLE)?.setting);
  if (settings.length > 0 && settings.every((setting) => setting === 'false')) {
    return `${NATIVE_SIDECARS_VARIABLE} is "false" in Istio's installation`;
  }
  if (settings.includes('true') || target.nativeSidecarsByDefault) return undefined;
  return `Istio ${target.istio} does not use native sidecars on Kubernetes ${target.kubernetes} by default`;
}

/** Whether a container tells the proxy's agent to end, as its command says, or somebody who knows its image. */
function endsProxy({ podSpec, annotations }: Workload): boolean {
  return annotations[ENDS_PROXY_ANNOTATION] === 'true' || JSON.stringify(podSpec).includes('quitquitquit');
}

/** Jobs whose proxy runs on. */
export const JOB_RULES = [
  defineRule({
    id: 'job-never-ends',
    subject: 'Kubernetes basics',
    since: '0.1.0',
    severity: 'warning',
    title: 'Job never ends',
    found: 'the proxy of {kind} "{name}" runs on when the job is done: {because}',
    why: 'A Job ends when all containers of its pod have ended, and a proxy that is not a native sidecar keeps running.',
    fix: `set the annotation ${NATIVE_SIDECAR_ANNOTATION} of the pods to "true"; or let the container end with ${END_PROXY_REQUEST}, and say so by ${ENDS_PROXY_ANNOTATION}: "true" if that is not in its command`,
    source:
      'istio/istio pkg/kube/inject/inject.go, manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
    wrong: stream(NAMESPACE, job(`{${NATIVE_SIDECAR_ANNOTATION}: "false"}`)),
    right: stream(NAMESPACE, job(`{${NATIVE_SIDECAR_ANNOTATION}: "true"}`)),
    check(context, report) {
      for (const workload of context.workloads) {
        const { kind, name, manifest, podPointer } = workload;
        if (kind !== 'Job' && kind !== 'CronJob') continue;
        if (context.isInjected(workload) !== true || endsProxy(workload)) continue;
        const because = whyClassic(workload, context);
        if (because !== undefined) report(manifest, `${podPointer}/metadata`, { kind, name, because });
      }
    },
  }),
];
