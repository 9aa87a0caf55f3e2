import { toPointer } from '../../../../base/json-pointer';
import { refusedAnnotation } from '../../../../model/cluster/injection';
import { defineRule } from '../../rule';
import { deployment, stream } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const excluding = (ports: string) =>
  stream(
    NAMESPACE,
    deployment('catalogue', `annotations:\n  traffic.sidecar.istio.io/excludeInboundPorts: "${ports}"`, ''),
  );

/** Annotations for whose value the injector refuses the pod. */
export const POD_REFUSED_BY_INJECTOR_RULE = defineRule({
  id: 'pod-refused-by-injector',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'error',
  title: 'Annotation that makes the injector refuse the pod',
  found: '{annotation}: {problem}',
  why: "The webhook answers with an error, so no such pod is ever created; the ReplicaSet's events say why.",
  fix: 'correct or remove {annotation}',
  source: 'istio/istio pkg/kube/inject/validate.go, pkg/kube/inject/webhook.go (applyPrometheusMerge)',
  wrong: excluding('http'),
  right: excluding('8081'),
  check(context, report) {
    for (const workload of context.workloads) {
      const { kind } = context.injectionOf(workload);
      const refused =
        kind === 'refused' &&
        refusedAnnotation(workload.annotations, context.templatesOf(workload), context.injector, context.target);
      if (!refused) continue;
      const pointer = workload.podPointer + toPointer('metadata', 'annotations', refused.annotation);
      report(workload.manifest, pointer, refused);
    }
  },
});
