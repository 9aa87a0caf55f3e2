import { defineRule } from '../../rule';
import { certaintyOf, mayBeNew, violations } from './schema-violations';

const POLICY =
  'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\n';

/** Strict schemas of Kubernetes, Istio with its installation, Teleport and tbot. */
export const SCHEMA_RULES = [
  defineRule({
    id: 'unknown-field',
    subject: 'Fields and values',
    since: '0.1.0',
    aliases: ['unknown-key'],
    severity: 'error',
    title: 'Unknown field',
    found: 'there is no field "{field}" here{hint}',
    why: 'tbot, Teleport, istiod and Helm charts silently ignore it, and the API server may do so too: the setting has no effect.',
    fix: 'correct the name, or remove the field',
    source:
      'gravitational/teleport lib/tbot/config/config.go; istio/istio pkg/util/protomarshal; kubernetes/enhancements keps/sig-api-machinery/2885',
    wrong:
      'version: v2\nproxy_server: example.teleport.sh:443\nservices:\n  - type: workload-identity-api\n    listen: unix:///run/tbot/workload.sock\n    selector: {name: mesh}\n    attestor: {kubernetes: {enabled: true}}\n',
    right:
      'version: v2\nproxy_server: example.teleport.sh:443\nservices:\n  - type: workload-identity-api\n    listen: unix:///run/tbot/workload.sock\n    selector: {name: mesh}\n    attestors: {kubernetes: {enabled: true}}\n',
    check(context, report) {
      for (const { manifest, violation } of violations(context)) {
        if (violation.type !== 'unknown-field' || mayBeNew(context, manifest, violation)) continue;
        const { field, meant } = violation;
        const hint = meant === undefined ? '' : `, did you mean "${meant}"?`;
        report(manifest, violation.pointer, { field, hint }, certaintyOf(context, manifest));
      }
    },
  }),
  defineRule({
    id: 'invalid-value',
    subject: 'Fields and values',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid value for a field',
    found: '{field} {problem}',
    why: 'The API server, tctl, tbot, istioctl or istiod refuses the document, or a chart interprets it differently.',
    fix: 'write a value the field allows',
    source:
      'the custom resource definitions of Istio and Teleport, the OpenAPI definitions of Kubernetes, istio/api mesh/v1alpha1',
    wrong: `${POLICY}spec: {mtls: {mode: strict}}\n`,
    right: `${POLICY}spec: {mtls: {mode: STRICT}}\n`,
    check(context, report) {
      for (const { manifest, violation } of violations(context)) {
        if (violation.type !== 'invalid-value') continue;
        const { pointer, problem, code } = violation;
        const field = pointer.slice(1).replaceAll('/', '.') || 'the document';
        report(manifest, pointer, { field, problem }, certaintyOf(context, manifest), code);
      }
    },
  }),
  defineRule({
    id: 'unknown-kind',
    subject: 'Fields and values',
    since: '0.1.0',
    severity: 'error',
    title: 'Unknown kind or version',
    found: '{where} has no {kind}{hint}',
    why: 'The API server or tctl refuses it; with another version installed, the API server stores it and nothing reads it.',
    fix: 'correct kind and apiVersion',
    source:
      'istio/istio manifests/charts/base/files/crd-all.gen.yaml, gravitational/teleport integrations/operator/config/crd/bases',
    wrong: POLICY.replace('/v1\n', '/v2\n'),
    right: POLICY,
    check(context, report) {
      for (const { manifest, violation } of violations(context)) {
        if (violation.type !== 'unknown-kind' || mayBeNew(context, manifest, violation)) continue;
        const hint = violation.meant === undefined ? '' : `, did you mean ${violation.meant}?`;
        const where = manifest.shape === 'teleport' ? 'tctl' : manifest.apiVersion;
        report(manifest, violation.pointer, { where, kind: manifest.kind, hint });
      }
    },
  }),
];
