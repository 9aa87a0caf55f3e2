import { Duration } from 'cdk8s';
import { KubernetesJoin, MeshFleet, TeleportCluster, type TeleportMeshProps } from '../../../lib';
import { documentsIn, makeShop } from './shop-fixture';

/** Whatever makes the mesh write an object of Istio's kinds. */
const EVERYTHING: Partial<TeleportMeshProps> = {
  istio: { version: '1.31', egress: 'registry-only', egressGateway: true },
  maxConnectionDuration: Duration.hours(1),
};

test('what is applied before Istio is installed has no kind that only Istio defines', () => {
  const { app } = makeShop({}, EVERYTHING);
  const groups = documentsIn(app, 'mesh.k8s.yaml').map(({ apiVersion }) => apiVersion.split('/')[0]);

  expect(groups.filter((group) => /istio\.io$|gateway\.networking\.k8s\.io$/.test(group))).toEqual([]);
  expect(documentsIn(app, 'mesh-policies.k8s.yaml')).not.toEqual([]);
});

test('nor has it in a cluster of a fleet, whose gateway to other networks is such an object', () => {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh') });
  for (const name of ['eu', 'us']) {
    fleet.addCluster(name, { join: KubernetesJoin.oidc(`https://oidc.example/${name}`), network: name });
  }
  fleet.addNamespace('shop', { identity: 'shared' });
  const files = fleet.synthFiles();

  expect(files.get('eu/mesh.k8s.yaml')).not.toMatch(/^apiVersion: \S*istio\.io/m);
  expect(files.get('eu/mesh-policies.k8s.yaml')).toMatch(/^kind: Gateway$/m);
});
