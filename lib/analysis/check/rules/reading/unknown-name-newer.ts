import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { SCHEMA_RELEASES } from '../../../../upstream/releases/schema-releases';
import { defineRule } from '../../rule';
import { mayBeNew, productOf, violations } from './schema-violations';

const config = (more: string) =>
  `version: v2\nproxy_server: example.teleport.sh:443\n${more}services:\n  - type: workload-identity-api\n    listen: unix:///run/tbot/workload.sock\n    selector: {name: mesh}\n`;

/** A name that came after the schemas, or never. */
export const UNKNOWN_NAME_NEWER_RULE = defineRule({
  id: 'unknown-name-newer',
  subject: 'Fields and values',
  since: '0.1.0',
  severity: 'warning',
  title: 'Unknown name, for a release newer than the checker knows',
  found: '"{name}" is not known up to {product} {known}, and the target is {release}',
  why: 'It may be new in that release, or it may not exist; then it is silently ignored.',
  fix: 'look it up in the documentation of the release, or use a newer version of this package',
  source: 'the schemas in this package: istio/istio, gravitational/teleport',
  exampleTarget: { teleport: EXAMPLE_RELEASES.teleport19 },
  wrong: config('brand_new_setting: true\n'),
  right: config(''),
  check(context, report) {
    for (const { manifest, violation } of violations(context)) {
      const product = productOf(manifest);
      if (product === undefined || !mayBeNew(context, manifest, violation)) continue;
      report(manifest, violation.pointer, {
        name: violation.type === 'unknown-field' ? violation.field : `${manifest.apiVersion} ${manifest.kind}`.trim(),
        product: product === 'istio' ? 'Istio' : 'Teleport',
        known: SCHEMA_RELEASES[product],
        release: `${context.target[product]}`,
      });
    }
  },
});
