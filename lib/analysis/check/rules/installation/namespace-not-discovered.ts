import type { Manifest } from '../../../../model/documents/manifest';
import { groupOf } from '../../../../model/documents/manifest-set';
import { ISTIO_NETWORKING, ISTIO_SECURITY, ISTIO_TELEMETRY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { OVERLAY, policy, stream, withTemplate } from '../examples';

const selecting = (labels: string) =>
  stream(
    withTemplate(OVERLAY, 'trustDomain: example.teleport.sh\ndiscoverySelectors:\n  - matchLabels: {mesh: "yes"}'),
    `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {${labels}}\n`,
    policy('  action: DENY\n  rules: [{}]'),
  );

const GROUPS: ReadonlySet<string> = new Set([ISTIO_SECURITY, ISTIO_NETWORKING, ISTIO_TELEMETRY]);

/** Pods of the mesh, or what is meant for them, in a namespace that istiod does not look at. */
export const NAMESPACE_NOT_DISCOVERED_RULE = defineRule({
  id: 'namespace-not-discovered',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'istiod does not discover a namespace of the mesh',
  found: '{ref} is in namespace {namespace}, which no entry of meshConfig.discoverySelectors selects',
  why: "istiod knows no policy, route, Service or pod of such a namespace. Its policies are not enforced, and its pods lack the ConfigMap with istiod's root, so new ones do not start.",
  fix: 'label the Namespace so that one of the selectors selects it, or add a selector for it',
  source: 'istio/istio pkg/kube/namespace/filter.go, pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go',
  wrong: selecting('mesh: "no"'),
  right: selecting('mesh: "yes"'),
  check(context, report) {
    const { discovery, manifests, workloads, meshSettings } = context;
    if (meshSettings.discoverySelectors.length === 0) return;
    const seen = new Set<string>();
    const see = (manifest: Manifest, namespace: string, pointer: string) => {
      if (seen.has(namespace) || discovery.includes(namespace) !== false) return;
      // The other objects of the namespace are the same question.
      seen.add(namespace);
      report(manifest, pointer, { ref: `${manifest.kind} ${manifest.name}`, namespace });
    };
    for (const manifest of manifests.all) {
      if (GROUPS.has(groupOf(manifest.apiVersion))) see(manifest, manifest.namespace ?? 'default', '/metadata');
    }
    for (const workload of workloads) {
      if (context.isInjected(workload) === true) see(workload.manifest, workload.namespace, '/metadata');
    }
  },
});
