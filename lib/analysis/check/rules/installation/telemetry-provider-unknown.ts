import { field, isObject, listAt, objectAt, textAt } from '../../../../base/json';
import { BUILT_IN_PROVIDERS } from '../../../../upstream/istio/mesh-config';
import { ISTIO_TELEMETRY } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const MESH =
  'meshConfig:\n  extensionProviders:\n    - name: traces\n      opentelemetry: {service: otel.telemetry.svc.cluster.local, port: 4317}\n';
const telemetry = (provider: string) =>
  `apiVersion: telemetry.istio.io/v1\nkind: Telemetry\nmetadata: {name: mesh, namespace: istio-system}\nspec: {tracing: [{providers: [{name: ${provider}}]}]}\n`;

/** Parts of a Telemetry that name providers. */
const PARTS = ['tracing', 'metrics', 'accessLogging'] as const;

/** A provider of telemetry that the mesh does not have. */
export const TELEMETRY_PROVIDER_UNKNOWN_RULE = defineRule({
  id: 'telemetry-provider-unknown',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: 'Telemetry names a provider that does not exist',
  found: 'meshConfig.extensionProviders has no "{provider}"',
  why: 'istiod ignores the name, so nothing is recorded: requests that should be logged leave no trace.',
  fix: 'add the provider to meshConfig.extensionProviders, or name an existing one',
  source: 'istio/istio pilot/pkg/model/telemetry.go (fetchProvider), pkg/config/mesh/mesh.go (DefaultMeshConfig)',
  wrong: stream(MESH, telemetry('zipkin')),
  right: stream(MESH, telemetry('traces')),
  check({ manifests, installations }, report) {
    const telemetries = manifests.ofKind('Telemetry', ISTIO_TELEMETRY);
    if (telemetries.length === 0 || installations.length === 0) return;
    if (installations.some(({ incomplete }) => incomplete !== undefined)) return;
    const known = new Set([
      ...BUILT_IN_PROVIDERS,
      ...installations.flatMap(({ meshConfig }) =>
        listAt(meshConfig, 'extensionProviders').map((one) => textAt(one, 'name') ?? ''),
      ),
    ]);
    for (const manifest of telemetries) {
      for (const part of PARTS) {
        listAt(objectAt(manifest.body, 'spec'), part).forEach((entry, at) => {
          if (!isObject(entry) || field(entry, 'providers') === undefined) return;
          listAt(entry, 'providers').forEach((one, index) => {
            const provider = textAt(one, 'name') ?? '';
            if (provider === '' || known.has(provider)) return;
            report(manifest, `/spec/${part}/${at}/providers/${index}/name`, { provider });
          });
        });
      }
    }
  },
});
