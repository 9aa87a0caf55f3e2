import type { OutboundTrafficMode } from '../../../upstream/istio/outbound-traffic';
import { SOCKET_FILE_VARIABLE } from '../../../upstream/istio/proxy-volumes';
import type { IstioInstallationProps } from './istio-installation-props';
import { toGlobalValues } from './multi-cluster';
import { PathNormalization } from './path-normalization';

/** The mesh configuration that an installation is made with; policies and monitoring add to it later. */
export function toMeshConfig(props: IstioInstallationProps): Readonly<Record<string, unknown>> {
  const aliases = (props.trustDomainAliases ?? []).map(String);
  return {
    trustDomain: props.trustDomain.toString(),
    ...(aliases.length === 0 ? {} : { trustDomainAliases: aliases }),
    ...(props.egress === 'registry-only' && {
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' satisfies OutboundTrafficMode },
    }),
    pathNormalization: { normalization: (props.pathNormalization ?? PathNormalization.DEFAULT).mode },
    // In every proxy: with a name other than Istio's default a missing socket is an error and not an istiod certificate.
    defaultConfig: { proxyMetadata: { [SOCKET_FILE_VARIABLE]: props.overlay.socket.fileName } },
  };
}

/** Values for Istio's charts, which `istioctl` takes too. */
export function toChartSettings(
  props: IstioInstallationProps,
  namespace: string,
  istiodEnv: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const pilot = {
    ...(props.cni && { cni: { enabled: true } }),
    ...(Object.keys(istiodEnv).length === 0 ? {} : { env: istiodEnv }),
    ...(props.istiodResources && { resources: props.istiodResources }),
  };
  return {
    global: {
      istioNamespace: namespace,
      ...(props.multiCluster && toGlobalValues(props.multiCluster)),
      ...(props.proxyResources && { proxy: { resources: props.proxyResources } }),
    },
    ...(Object.keys(pilot).length === 0 ? {} : { pilot }),
    // At the top of the values, not under "global": there the chart does not look.
    sidecarInjectorWebhook: {
      defaultTemplates: ['sidecar', props.overlay.name],
      templates: { [props.overlay.name]: props.overlay.template },
    },
  };
}
