import { InvalidInputError } from '../../../base/invalid-input-error';
import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import type { FleetCluster } from '../fleet-cluster';
import type { ClusterPart, DeliveryStep } from './cluster-part';

/** Values for istiod, which the other charts of the control plane read the registry and the namespace from. */
const CONTROL_PLANE_VALUES = 'istio/values-istiod.yaml';

/**
 * Istio as charts, in order. The values are those that stand in the cluster's directory for `helm install`.
 *
 * @throws InvalidInputError if the release of Istio is a line and not one release
 */
export function chartParts(cluster: FleetCluster): readonly ClusterPart[] {
  const { istio, target } = cluster.mesh;
  checkWholeRelease(cluster);
  const version = target.istio.toString();
  const part = (
    step: DeliveryStep,
    prune: boolean,
    { name, chart, release = name, namespace = istio.namespace, values = CONTROL_PLANE_VALUES }: PartChart,
  ): ClusterPart => ({ name, step, prune, files: [], chart: { chart, version, release, namespace, values } });
  const gateways = [
    { name: 'ingress-gateway', pods: istio.ingressGateway, values: 'istio/values-gateway.yaml' },
    { name: 'eastwest-gateway', pods: istio.eastWestGateway, values: 'istio/values-eastwest-gateway.yaml' },
    { name: 'egress-gateway', pods: istio.egressGateway?.pods, values: 'istio/values-egress-gateway.yaml' },
  ];
  return [
    // Without its definitions every object of Istio's kinds is gone with them.
    part('istio-base', false, { name: 'istio-base', chart: 'base' }),
    ...(istio.cni ? [part('istiod', true, { name: 'istio-cni', chart: 'cni' })] : []),
    part('istiod', true, { name: 'istiod', chart: 'istiod' }),
    ...gateways.flatMap(({ name, pods, values }) =>
      pods === undefined
        ? []
        : [
            part('istio-gateways', true, {
              name,
              chart: 'gateway',
              release: pods.name,
              namespace: pods.namespace,
              values,
            }),
          ],
    ),
  ];
}

interface PartChart {
  readonly name: string;
  readonly chart: string;
  readonly release?: string;
  readonly namespace?: string;
  readonly values?: string;
}

function checkWholeRelease({ name, mesh }: FleetCluster): void {
  if (mesh.target.istio.patch > 0) return;
  throw new InvalidInputError({
    where: `MeshFleet: cluster ${JSON.stringify(name)}`,
    problem:
      'the Istio version has no patch number, so every cluster would be upgraded whenever a new patch release appears',
    value: mesh.target.istio.toString(),
    allowed: 'a release with a patch number, so that a commit upgrades each cluster',
    fix: `pass istio: { version: '${DEFAULT_RELEASES.istio}' }`,
  });
}
