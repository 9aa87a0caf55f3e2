import { toPointer } from '../../../../base/json-pointer';
import { injectedPod, whyInvalid } from '../../../../model/cluster/injected-pod';
import { ownProxy } from '../../../../model/cluster/injection';
import type { Workload } from '../../../../model/cluster/workload';
import { PROXY_CONTAINER, TEMPLATES_ANNOTATION, USER_VOLUME_ANNOTATION } from '../../../../upstream/istio/injection';
import { SOCKET_VOLUME } from '../../../../upstream/istio/proxy-volumes';
import { defineRule } from '../../rule';
import { deployment, OVERLAY, stream, withTemplate } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const withSource = (source: string) =>
  stream(
    NAMESPACE,
    withTemplate(OVERLAY),
    deployment(
      'front-end',
      `annotations: {${TEMPLATES_ANNOTATION}: "sidecar,spire"}`,
      `volumes:\n  - {name: workload-socket, ${source}}`,
    ),
  );

/** Whether a pod has something of its own where the templates add theirs; all others are as sound as the templates. */
function bringsItsOwn(workload: Workload): boolean {
  return (
    workload.annotations[USER_VOLUME_ANNOTATION] !== undefined ||
    workload.volumes.some(({ name }) => name === SOCKET_VOLUME) ||
    ownProxy(workload) !== undefined
  );
}

/** A pod that is wrong only once the injector has added its part. */
export const INJECTED_POD_INVALID_RULE = defineRule({
  id: 'injected-pod-invalid',
  subject: 'Volumes of proxies',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'Pod rejected by the API server after injection',
  found: 'after injection {workload} is invalid: {problem}',
  why: "The injector merges its templates into the pod and keeps the pod's own settings; the API server refuses the result, so no such pod is ever created.",
  fix: 'remove the volume or the container from the pod, because the templates add it',
  source: 'istio/istio pkg/kube/inject/webhook.go (applyOverlay)',
  wrong: withSource('hostPath: {path: /run/spiffe}'),
  right: withSource('csi: {driver: csi.spiffe.io, readOnly: true}'),
  check(context, report) {
    for (const workload of context.workloads) {
      if (!bringsItsOwn(workload)) continue;
      const injection = context.injectionOf(workload);
      if (injection.kind !== 'injected' || injection.templates === undefined) continue;
      const native = workload.initContainers.some(({ name }) => name === PROXY_CONTAINER);
      const problem = whyInvalid(injectedPod(workload, injection.templates, context.injector, native));
      if (problem === undefined) continue;
      report(workload.manifest, workload.podPointer + toPointer('spec'), { workload: workload.name, problem });
    }
  },
});
