import { listAt, textAt } from '../../../../base/json';
import { defineRule } from '../../rule';

const providers = (...names: readonly string[]) =>
  `meshConfig:\n  extensionProviders:\n${names
    .map(
      (name) => `    - name: ${name}\n      envoyExtAuthzGrpc: {service: ${name}.auth.svc.cluster.local, port: 9000}\n`,
    )
    .join('')}`;

/** Several extension providers with one name, of which all but one are gone. */
export const EXTENSION_PROVIDER_TWICE_RULE = defineRule({
  id: 'extension-provider-twice',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'warning',
  title: 'Extension provider defined twice',
  found: 'extension provider "{name}" is defined again further down',
  why: 'Istio keeps the last definition of a name: policies that name it use the last definition.',
  fix: 'give each provider its own name, or remove one',
  source: 'istio/istio pkg/config/mesh/mesh.go (ApplyMeshConfig)',
  wrong: providers('opa', 'opa'),
  right: providers('opa', 'oauth'),
  check({ installations }, report) {
    for (const { layers } of installations) {
      for (const { manifest, pointer, body } of layers) {
        const names = listAt(body, 'extensionProviders').map((provider) => textAt(provider, 'name'));
        const last = new Map(names.map((name, index) => [name, index]));
        names.forEach((name, index) => {
          if (name === undefined || last.get(name) === index) return;
          report(manifest, `${pointer}/extensionProviders/${index}`, { name });
        });
      }
    }
  },
});
