import { toPointer } from '../../../../base/json-pointer';
import { ownProxy } from '../../../../model/cluster/injection';
import { AUTO_IMAGE } from '../../../../upstream/istio/injection';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const namespace = (labels: string) => `apiVersion: v1\nkind: Namespace\nmetadata: {name: edge, labels: {${labels}}}\n`;
const GATEWAY = `apiVersion: apps/v1
kind: Deployment
metadata: {name: edge, namespace: edge}
spec:
  selector: {matchLabels: {istio: ingress}}
  template:
    metadata:
      labels: {istio: ingress}
      annotations: {inject.istio.io/templates: gateway}
    spec:
      containers: [{name: istio-proxy, image: auto}]
`;

/** A proxy that waits for the injector, where that is never asked. */
export const IMAGE_AUTO_NOT_INJECTED_RULE = defineRule({
  id: 'image-auto-not-injected',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'error',
  title: 'Proxy with the image "auto" is not injected',
  found: '{workload} has a proxy with the image "auto", and {because}',
  why: 'Only the injector replaces it with a real image: the pod waits with ErrImagePull.',
  fix: 'label the pods sidecar.istio.io/inject: "true", or their namespace istio-injection: enabled',
  source: 'istio/istio pkg/kube/inject/webhook.go; istio.io analysis message IST0147',
  wrong: stream(namespace('team: edge'), GATEWAY),
  right: stream(namespace('istio-injection: enabled'), GATEWAY),
  check(context, report) {
    for (const workload of context.workloads) {
      const proxy = ownProxy(workload);
      if (proxy?.image !== AUTO_IMAGE) continue;
      const injection = context.injectionOf(workload);
      if (injection.kind !== 'not-called' && injection.kind !== 'untouched') continue;
      const { manifest, podPointer, name } = workload;
      report(manifest, podPointer + toPointer('spec', 'containers'), { workload: name, because: injection.because });
    }
  },
});
