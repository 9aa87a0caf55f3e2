import { listAt, textAt } from '../../../../base/json';
import { authorizerOf } from '../../../../model/installation/authorizers';
import { defineRule } from '../../rule';

const authorizer = (settings: string) =>
  `meshConfig:\n  extensionProviders:\n    - name: opa\n      envoyExtAuthzGrpc: {${settings}}\n`;

/** External authorizers for which istiod refuses the whole mesh configuration. */
export const AUTHORIZER_INCOMPLETE_RULE = defineRule({
  id: 'authorizer-incomplete',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'External authorizer without service or port',
  found: 'external authorizer "{name}" has {problem}',
  why: 'istiod rejects the whole mesh configuration: the trust domain and everything else in it do not take effect.',
  fix: 'write the host of its Service in "service" and its port number in "port"',
  source: 'istio/istio pkg/config/validation/agent/extensionprovider.go, pkg/config/mesh/mesh.go (ApplyMeshConfig)',
  wrong: authorizer('service: opa.auth.svc.cluster.local'),
  right: authorizer('service: opa.auth.svc.cluster.local, port: 9191'),
  check({ installations }, report) {
    for (const { layers } of installations) {
      for (const { manifest, pointer, body } of layers) {
        listAt(body, 'extensionProviders').forEach((provider, index) => {
          const { key, problem } = authorizerOf(provider) ?? {};
          if (problem === undefined) return;
          const name = textAt(provider, 'name') ?? '';
          report(manifest, `${pointer}/extensionProviders/${index}/${key}`, { name, problem });
        });
      }
    }
  },
});
