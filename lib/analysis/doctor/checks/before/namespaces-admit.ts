import type { JsonObject } from '../../../../base/json';
import { textAt, textsAt } from '../../../../base/json';
import { POD_SECURITY_LABEL } from '../../../../upstream/kubernetes/pod-security';
import { DEFAULT_MESH_NAMESPACE } from '../../../../upstream/teleport/mesh-names';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

const ENFORCE = POD_SECURITY_LABEL;

/** Whether the namespace of tbot admits tbot. */
export const NAMESPACES_ADMIT_CHECK = defineCheck({
  id: 'namespaces-admit',
  group: 'before',
  title: 'Pod Security admits tbot and the CSI driver',
  looksAt: 'the Pod Security level of tbot’s namespace, if it already exists',
  needs: ['namespaces'],
  cause: 'tbot needs hostPID and the CSI driver needs privileged mode; baseline and restricted forbid both.',
  fix: `set ${ENFORCE}: privileged on ${DEFAULT_MESH_NAMESPACE}, as in dist/00-namespaces.k8s.yaml`,
  source: 'kubernetes.io/docs/concepts/security/pod-security-standards',
  fires: () => exampleSnapshot({ objects: { namespaces: [namespace('baseline')] } }),
  quiet: () => exampleSnapshot({ objects: { namespaces: [namespace('privileged')] } }),
  check(mesh, sink) {
    sink.looked();
    const own = mesh.objects('namespaces').find((one) => textAt(one, 'metadata', 'name') === DEFAULT_MESH_NAMESPACE);
    const level = textsAt(own, 'metadata', 'labels')[ENFORCE];
    if (level === undefined || level === 'privileged') return;
    sink.found({ severity: 'warning', found: `namespace ${DEFAULT_MESH_NAMESPACE} enforces Pod Security ${level}` });
  },
});

function namespace(level: string): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: DEFAULT_MESH_NAMESPACE, labels: { [ENFORCE]: level } },
  };
}
