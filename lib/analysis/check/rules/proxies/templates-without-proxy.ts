import { listAt, objectAt, textAt } from '../../../../base/json';
import { hasOwnProxy, proxyOfTemplate } from '../../../../model/cluster/injection';
import { TEMPLATES_POINTER } from '../../../../model/cluster/injection-template';
import { TEMPLATES_ANNOTATION } from '../../../../upstream/istio/injection';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { deployment, OVERLAY, stream, withTemplate } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const annotated = (templates: string) =>
  stream(
    NAMESPACE,
    withTemplate(OVERLAY),
    deployment('front-end', `annotations: {${TEMPLATES_ANNOTATION}: "${templates}"}`, ''),
  );

/** Whether templates are all known, and one of them is an own one while no one brings a proxy. */
function lacksProxy({ injector }: CheckContext, templates: readonly string[]): boolean {
  const brought = templates.map((name) => proxyOfTemplate(name, injector));
  // Templates of Istio's own without a proxy, such as those for gRPC, are chosen on purpose.
  return (
    templates.some((name) => injector.byName.get(name)?.isOverlay === true) &&
    brought.every((one) => one !== undefined && !one.hasProxy)
  );
}

/** An overlay that is laid over nothing. */
export const TEMPLATES_WITHOUT_PROXY_RULE = defineRule({
  id: 'templates-without-proxy',
  subject: 'Injection templates',
  since: '0.1.0',
  severity: 'error',
  title: 'Overlay without a template that contains a proxy',
  found: '{who} the templates "{templates}", which contain no proxy',
  why: 'The list replaces the default one: the pods get the volume and no proxy, so they have no identity and no policy is enforced for them.',
  fix: 'write "sidecar,{templates}", or "gateway,{templates}" for a gateway',
  source: 'istio/istio pkg/kube/inject/webhook.go (RunTemplate), pkg/kube/inject/inject.go (selectTemplates)',
  wrong: annotated('spire'),
  right: annotated('sidecar,spire'),
  check(context, report) {
    if (!context.injector.templates.some(({ isOverlay }) => isOverlay)) return;
    for (const { manifest, body, pointer } of context.installValues) {
      const templates = listAt(objectAt(body, 'sidecarInjectorWebhook'), 'defaultTemplates').filter(
        (name) => typeof name === 'string',
      );
      if (!lacksProxy(context, templates)) continue;
      const at = `${pointer}/sidecarInjectorWebhook/defaultTemplates`;
      report(manifest, at, { who: 'pods that choose nothing get', templates: templates.join(',') });
    }
    for (const workload of context.workloads) {
      if (textAt(workload.annotations, TEMPLATES_ANNOTATION) === undefined) continue;
      const templates = context.templatesOf(workload) ?? [];
      const { kind } = context.injectionOf(workload);
      if (hasOwnProxy(workload) || (kind !== 'injected' && kind !== 'unknown') || !lacksProxy(context, templates))
        continue;
      const pointer = workload.podPointer + TEMPLATES_POINTER;
      report(workload.manifest, pointer, { who: `pods of ${workload.name} get`, templates: templates.join(',') });
    }
  },
});
