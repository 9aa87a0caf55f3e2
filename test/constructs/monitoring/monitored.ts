import { Chart } from 'cdk8s';
import { MeshMonitoring, type MeshMonitoringProps, type TeleportMeshProps } from '../../../lib';
import { type Document, documentsIn, makeShop } from '../mesh/shop-fixture';

export const RUNBOOKS = 'https://git.example.com/acme/mesh/docs/troubleshooting.md';

/** The shop of the other tests, with monitoring in a chart of its own. */
export function monitored(props: Partial<MeshMonitoringProps> = {}, meshProps: Partial<TeleportMeshProps> = {}) {
  const made = makeShop({}, meshProps);
  const monitoring = new MeshMonitoring(new Chart(made.app, 'monitoring'), 'mesh', {
    mesh: made.mesh,
    runbooks: RUNBOOKS,
    ...props,
  });
  const objects = () => documentsIn(made.app, 'monitoring.k8s.yaml');
  const of = (kind: string, name: string): Document =>
    objects().find((each) => each.kind === kind && each.metadata.name === name);
  return { ...made, monitoring, objects, of };
}
