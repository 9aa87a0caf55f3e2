import { ISTIO_EXTENSIONS } from '../../../../upstream/kubernetes/api-groups';
import { trafficExtensionProblems, wasmProblems } from '../../admission/extensions';
import { defineRule } from '../../rule';
import { reportRefused } from '../refused-object';

const plugin = (url: string) =>
  `apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: {name: filter, namespace: shop}\nspec:\n  url: ${url}\n`;

/** A WasmPlugin or TrafficExtension that Istio refuses. */
export const EXTENSION_REFUSED_RULE = defineRule({
  id: 'extension-refused',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid WasmPlugin or TrafficExtension',
  found: '{problem}',
  why: "Istio's webhook refuses the object, so the proxies have no such extension.",
  fix: 'correct the value; `istioctl validate -f` says the same before anything is applied',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateWasmPlugin, ValidateTrafficExtension)',
  wrong: plugin('docker://registry.example/filter:1.0.0'),
  right: plugin('oci://registry.example/filter:1.0.0'),
  check(context, report) {
    reportRefused(context, ['WasmPlugin', ISTIO_EXTENSIONS], (spec) => wasmProblems(spec, '/spec'), report);
    reportRefused(context, ['TrafficExtension', ISTIO_EXTENSIONS], trafficExtensionProblems, report);
  },
});
