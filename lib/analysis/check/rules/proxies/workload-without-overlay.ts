import { toPointer } from '../../../../base/json-pointer';
import { TEMPLATES_ANNOTATION } from '../../../../upstream/istio/injection';
import { defineRule } from '../../rule';
import { deployment, OVERLAY, service, stream, withTemplate } from '../examples';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n';
const pods = (name: string, templates: string) =>
  stream(
    deployment(name, `annotations: {${TEMPLATES_ANNOTATION}: "${templates}"}`, ''),
    service(name, '{name: http, port: 80}'),
  );

/** A workload of the mesh that leaves the overlay out while others have it. */
export const WORKLOAD_WITHOUT_OVERLAY_RULE = defineRule({
  id: 'workload-without-overlay',
  subject: 'Gateways and mixed meshes',
  since: '0.1.0',
  severity: 'warning',
  title: 'Workload without the overlay that others have',
  found: '{workload} chooses the templates "{templates}" without {overlay}, which {other} has',
  why: "Its certificate comes from istiod and those of the others from Teleport: neither side trusts the other's root, so every call between them fails, even with PERMISSIVE.",
  fix: 'write "{templates},{overlay}"',
  source: 'istio/istio#50783, pilot/pkg/xds/endpoints/mtls_checker.go',
  wrong: stream(NAMESPACE, withTemplate(OVERLAY), pods('catalogue', 'sidecar,spire'), pods('front-end', 'sidecar')),
  right: stream(
    NAMESPACE,
    withTemplate(OVERLAY),
    pods('catalogue', 'sidecar,spire'),
    pods('front-end', 'sidecar,spire'),
  ),
  check(context, report) {
    const [overlay] = context.injector.templates.filter(({ isOverlay }) => isOverlay);
    if (overlay === undefined) return;
    const inside = context.workloads.filter((workload) => context.proxyOf(workload).kind === 'sidecar');
    const enrolled = inside.find((workload) => context.isEnrolled(workload) === true);
    if (enrolled === undefined) return;
    for (const workload of inside) {
      const { manifest, podPointer, name } = workload;
      const templates = workload.annotations[TEMPLATES_ANNOTATION];
      if (templates === undefined || context.isEnrolled(workload) !== false) continue;
      report(manifest, podPointer + toPointer('metadata', 'annotations', TEMPLATES_ANNOTATION), {
        workload: name,
        templates,
        overlay: overlay.name,
        other: enrolled.name,
      });
    }
  },
});
