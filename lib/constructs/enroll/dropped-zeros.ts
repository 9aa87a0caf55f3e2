import { type ApiObject, JsonPatch } from 'cdk8s';
import { field, isObject, listAt, valueAt } from '../../base/json';
import { toPointer } from '../../base/json-pointer';
import { podTemplatePath, podTemplatePointer } from '../../upstream/kubernetes/pod-template';

/**
 * Takes out of a workload of cdk8s-plus what the API server drops, and adds what it fills in: the file and the cluster would
 * never be the same, so that `kubectl apply` says "configured" each time and GitOps tools see a difference. What the program itself
 * writes in objects of its own is left as it is.
 */
export function dropZeros(workload: ApiObject): void {
  const written = workload.toJson();
  const pods = podTemplatePointer(workload.kind);
  const podSpec = valueAt(written, [...podTemplatePath(workload.kind), 'spec']);
  const patches = [
    ...(field(written, 'spec', 'minReadySeconds') === 0 ? [JsonPatch.remove('/spec/minReadySeconds')] : []),
    ...(field(podSpec, 'hostNetwork') === false ? [JsonPatch.remove(`${pods}/spec/hostNetwork`)] : []),
    ...['initContainers', 'containers'].flatMap((list) =>
      listAt(podSpec, list).flatMap((container, index) =>
        listAt(container, 'env').flatMap((variable, number) => {
          const reference = field(variable, 'valueFrom', 'fieldRef');
          if (!isObject(reference) || field(reference, 'apiVersion') !== undefined) return [];
          const path = ['spec', list, String(index), 'env', String(number), 'valueFrom', 'fieldRef', 'apiVersion'];
          return [JsonPatch.add(`${pods}${toPointer(...path)}`, 'v1')];
        }),
      ),
    ),
  ];
  workload.addJsonPatch(...patches);
}

/** The same for a Service of cdk8s-plus. */
export function dropZerosOfService(service: ApiObject): void {
  const addresses = field(service.toJson(), 'spec', 'externalIPs');
  if (Array.isArray(addresses) && addresses.length === 0) service.addJsonPatch(JsonPatch.remove('/spec/externalIPs'));
}
