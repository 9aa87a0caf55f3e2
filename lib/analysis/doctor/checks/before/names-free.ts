import { textAt, textsAt } from '../../../../base/json';
import { APP_NAME_LABEL } from '../../../../upstream/kubernetes/names';
import { SPIFFE_CSI_DRIVER } from '../../../../upstream/spiffe/csi-driver';
import { TBOT_SERVICE_ACCOUNT } from '../../../../upstream/teleport/mesh-names';
import { exampleSnapshot } from '../../examples/example-snapshot';
import { defineCheck } from '../../health-check';

/** Cluster-wide objects of a mesh with default settings, by the label its own ones carry. */
const TAKEN = [
  ['csidrivers.storage.k8s.io', SPIFFE_CSI_DRIVER, 'spiffe-csi-driver'],
  ['clusterroles.rbac.authorization.k8s.io', TBOT_SERVICE_ACCOUNT, TBOT_SERVICE_ACCOUNT],
] as const;

/** Whether the names of the mesh are free, or its own. */
export const NAMES_FREE_CHECK = defineCheck({
  id: 'names-free',
  group: 'before',
  title: 'the mesh’s cluster-wide names are not in use',
  looksAt: 'objects that already have the names of the CSI driver and of tbot’s role',
  needs: ['csidrivers.storage.k8s.io', 'clusterroles.rbac.authorization.k8s.io'],
  cause: 'SPIRE or another installation has an object with this name, and applying the mesh would change it.',
  fix: 'give the mesh other names (driverName of WorkloadApiSocket.csi), or remove the other installation',
  source: 'spiffe/spiffe-csi README.md',
  fires: () => exampleSnapshot(),
  quiet: () =>
    exampleSnapshot({ objects: { 'csidrivers.storage.k8s.io': [], 'clusterroles.rbac.authorization.k8s.io': [] } }),
  check(mesh, sink) {
    for (const [resource, name, label] of TAKEN) {
      sink.looked();
      const taken = mesh.objects(resource).find((object) => textAt(object, 'metadata', 'name') === name);
      if (taken === undefined || textsAt(taken, 'metadata', 'labels')[APP_NAME_LABEL] === label) continue;
      sink.found({
        severity: 'warning',
        found: `${textAt(taken, 'kind') ?? resource} ${name} already exists and does not belong to this mesh`,
      });
    }
  },
});
