import type { Chart } from 'cdk8s';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import { NETWORK_LABEL } from '../../upstream/istio/multi-cluster';
import type { Target } from '../../upstream/releases/target';
import type { TrustDomain } from '../../upstream/spiffe/trust-domain';
import type { MeshApp } from '../app/mesh-app';
import { addCrossNetworkGateway } from '../istio/installation/cross-network-gateway';
import { EgressGateway } from '../istio/installation/egress-gateway';
import { IngressGateway } from '../istio/installation/ingress-gateway';
import type { InjectionOverlay } from '../istio/installation/injection-overlay';
import { IstioInstallation } from '../istio/installation/istio-installation';
import type { NamespaceUses } from './namespace-uses';
import type { NamespacesChart } from './namespaces-chart';
import type { MeshIstioOptions } from './teleport-mesh-props';

/** What the installation of Istio takes from its mesh. */
export interface MeshOfIstio {
  /** Construct path, for messages. */
  readonly where: string;
  readonly trustDomain: TrustDomain;
  readonly overlay: InjectionOverlay;
  readonly target: Target;
  readonly uses: NamespaceUses;
  readonly namespaces: NamespacesChart;
  /** The chart of the mesh's objects of Istio's kinds, which is made when it is first asked for. */
  readonly policies: () => Chart;
}

/** Adds the files by which Istio is installed, for istioctl and for Helm, and what its gateways need. */
export function addIstio(app: MeshApp, props: MeshIstioOptions, mesh: MeshOfIstio): IstioInstallation {
  const { version, ingressGateway, egressGateway, ...options } = props;
  const egress = egressGateway === true ? EgressGateway.of() : egressGateway || undefined;
  const gateway = ingressGateway === true ? IngressGateway.of() : ingressGateway || undefined;
  const istio = new IstioInstallation({
    ...options,
    trustDomain: mesh.trustDomain,
    overlay: mesh.overlay,
    target: mesh.target,
    ...(gateway && { ingressGateway: gateway }),
    ...(egress && { egressGateway: egress }),
  });
  istio.addDiscovered(() => mesh.uses.all);
  if (gateway !== undefined) mesh.uses.addGateway(gateway.namespace);
  app.addFile('istio/istio-operator.yaml', () => stringifyManifests([istio.toIstioOperator()]));
  app.addFile('istio/values-istiod.yaml', () => stringifyManifests([istio.toIstiodValues()]));
  app.addFile('istio/values-gateway.yaml', () => {
    const values = istio.toGatewayValues();
    return values && stringifyManifests([values]);
  });
  if (egress !== undefined) {
    mesh.uses.addGateway(egress.namespace);
    app.addFile('istio/values-egress-gateway.yaml', () => stringifyManifests([istio.toEgressGatewayValues() ?? {}]));
  }
  if (istio.eastWestGateway !== undefined) addEastWestGateway(app, istio, istio.eastWestGateway, mesh);
  return istio;
}

function addEastWestGateway(app: MeshApp, istio: IstioInstallation, gateway: IngressGateway, mesh: MeshOfIstio): void {
  app.addFile('istio/values-eastwest-gateway.yaml', () => stringifyManifests([istio.toEastWestGatewayValues() ?? {}]));
  mesh.uses.addGateway(gateway.namespace);
  addCrossNetworkGateway(mesh.policies(), 'CrossNetworkGateway', gateway);
  // istiod reads its own network from its namespace; only istioctl would write the label.
  mesh.namespaces.add(mesh.where, istio.namespace, { labels: { [NETWORK_LABEL]: gateway.network ?? '' } });
}
