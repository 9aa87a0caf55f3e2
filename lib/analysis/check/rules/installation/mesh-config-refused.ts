import { meshConfigProblems } from '../../admission/mesh-config';
import { defineRule } from '../../rule';
import { hasVariable } from '../refused-object';

const tracing = (address: string) =>
  `meshConfig:\n  trustDomain: example.teleport.sh\n  defaultConfig:\n    tracing: {zipkin: {address: ${address}}}\n`;

/** A mesh configuration that istiod refuses. */
export const MESH_CONFIG_REFUSED_RULE = defineRule({
  id: 'mesh-config-refused',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid mesh configuration',
  found: '{problem}',
  why: 'istiod rejects the whole mesh configuration: the trust domain and everything else in it do not take effect.',
  fix: 'correct the value; an address is a host and a port',
  source:
    'istio/istio pkg/config/validation/agent/validation.go (ValidateMeshConfig), pkg/config/mesh/mesh.go (ApplyMeshConfig)',
  wrong: tracing('zipkin.tracing'),
  right: tracing('"zipkin.tracing:9411"'),
  check({ installations }, report) {
    for (const { layers } of installations) {
      for (const { manifest, pointer, body } of layers) {
        for (const { at, problem, isAbsence } of meshConfigProblems(body, pointer)) {
          if (!hasVariable(manifest.body, at, isAbsence)) report(manifest, at, { problem });
        }
      }
    }
  },
});
