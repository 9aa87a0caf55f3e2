import { toPointer } from '../../../../base/json-pointer';
import { POD_INJECTION_LABEL, TEMPLATES_ANNOTATION } from '../../../../upstream/istio/injection';
import { defineRule } from '../../rule';
import { deployment } from '../examples';

const agent = (pod: string) =>
  deployment('agent', '', pod).replace(
    '    metadata:\n      labels:\n        app: agent\n',
    '    metadata:\n      labels:\n        app: agent\n        sidecar.istio.io/inject: "true"\n',
  );

/** Pods that ask for a proxy and are never given one. */
export const HOST_NETWORK_NOT_INJECTED_RULE = defineRule({
  id: 'host-network-not-injected',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'warning',
  title: 'Pod on the host network requests a proxy',
  found: '{workload} requests a proxy with {how} and uses the host network',
  why: 'The injector skips such pods, whatever their labels say: they have no identity, and no policy is enforced for them.',
  fix: 'remove hostNetwork, or {how}',
  source: 'istio/istio pkg/kube/inject/inject.go (injectRequired)',
  wrong: agent('hostNetwork: true'),
  right: agent(''),
  check({ workloads }, report) {
    for (const { manifest, podPointer, podSpec, name, labels, annotations } of workloads) {
      if (podSpec.hostNetwork !== true) continue;
      const how =
        (labels[POD_INJECTION_LABEL] ?? annotations[POD_INJECTION_LABEL]) === 'true'
          ? POD_INJECTION_LABEL
          : annotations[TEMPLATES_ANNOTATION] === undefined
            ? undefined
            : TEMPLATES_ANNOTATION;
      if (how !== undefined) report(manifest, podPointer + toPointer('spec', 'hostNetwork'), { workload: name, how });
    }
  },
});
