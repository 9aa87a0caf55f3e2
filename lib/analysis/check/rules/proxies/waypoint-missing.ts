import { textsAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import { nearName } from '../../../../base/near-names';
import { WAYPOINT_LABEL, WAYPOINT_NAMESPACE_LABEL } from '../../../../upstream/istio/outbound-traffic';
import { GATEWAY_API, ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const namespace = (waypoint: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: ${waypoint}}}\n`;
const WAYPOINT =
  'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: waypoint, namespace: shop}\nspec: {gatewayClassName: istio-waypoint, listeners: [{name: mesh, port: 15008, protocol: HBONE}]}\n';

/** Kinds that can name their waypoint, with their groups. */
const KINDS = [
  ['Namespace', ''],
  ['Service', ''],
  ['ServiceEntry', ISTIO_NETWORKING],
] as const;

/** A label that names a waypoint which is not there. */
export const WAYPOINT_MISSING_RULE = defineRule({
  id: 'waypoint-missing',
  subject: 'Ambient mode',
  since: '0.1.0',
  severity: 'warning',
  title: 'Waypoint that does not exist',
  found: '{label} names "{waypoint}", which is not a Gateway of namespace {namespace}{hint}',
  why: 'Traffic bypasses the intended waypoint, so the policies attached to it are not enforced.',
  fix: 'name a Gateway of class istio-waypoint, and its namespace with istio.io/use-waypoint-namespace if it is elsewhere',
  source: 'istio/istio pilot/pkg/serviceregistry/kube/controller/ambient/waypoints.go',
  wrong: stream(namespace('waypont'), WAYPOINT),
  right: stream(namespace('waypoint'), WAYPOINT),
  check({ manifests, complete }, report) {
    for (const [kind, group] of KINDS) {
      for (const manifest of manifests.ofKind(kind, group)) {
        const labels = textsAt(manifest.body, 'metadata', 'labels');
        const waypoint = labels[WAYPOINT_LABEL];
        if (waypoint === undefined || waypoint === '' || waypoint.toLowerCase() === 'none') continue;
        const own = kind === 'Namespace' ? manifest.name : (manifest.namespace ?? 'default');
        const namespace = labels[WAYPOINT_NAMESPACE_LABEL] ?? own;
        const names = manifests
          .ofKind('Gateway', GATEWAY_API)
          .filter((one) => (one.namespace ?? 'default') === namespace)
          .map(({ name }) => name);
        if (names.includes(waypoint)) continue;
        const near = nearName(waypoint, names);
        // Without a Gateway of a name like it, the waypoint may be elsewhere.
        if (near === undefined && !complete) continue;
        const hint = near === undefined ? '' : `, did you mean ${near}?`;
        report(manifest, toPointer('metadata', 'labels', WAYPOINT_LABEL), {
          label: WAYPOINT_LABEL,
          waypoint,
          namespace,
          hint,
        });
      }
    }
  },
});
