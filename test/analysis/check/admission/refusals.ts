import { checkFiles } from '../../../../lib/check';

/** Rules that say what Istio's webhook refuses. */
const RULES = [
  'client-tls',
  'destination-rule-refused',
  'envoy-filter-refused',
  'extension-refused',
  'gateway-server',
  'policy-selector-labels',
  'policy-target-ref',
  'policy-two-attachments',
  'service-entry-refused',
  'sidecar-refused',
  'telemetry-refused',
  'virtual-service-refused',
  'workload-entry-refused',
];

const GROUPS: Readonly<Record<string, string>> = {
  Telemetry: 'telemetry.istio.io/v1',
  WasmPlugin: 'extensions.istio.io/v1alpha1',
  TrafficExtension: 'extensions.istio.io/v1alpha1',
  RequestAuthentication: 'security.istio.io/v1',
  EnvoyFilter: 'networking.istio.io/v1alpha3',
};

/** What Istio's webhook refuses in an object of the namespace `shop`; or, among files of a kustomization, in a patch. */
export function refusals(kind: string, spec: string, file = 'a.yaml'): readonly string[] {
  const text = `apiVersion: ${GROUPS[kind] ?? 'networking.istio.io/v1'}\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\nspec: ${spec}\n`;
  return checkFiles([{ file, text }], { rules: RULES }).map(({ found }) => found);
}
