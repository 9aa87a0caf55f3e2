import { isRefusedByEnvoy } from '../../../../upstream/istio/path-template';
import { defineRule } from '../../rule';
import { policy } from '../examples';

const paths = (path: string) => policy(`  rules:\n    - to: [{operation: {paths: ["${path}"]}}]`);

/** A template that Istio accepts and Envoy does not. */
export const PATH_TEMPLATE_SLASH_RULE = defineRule({
  id: 'path-template-slash',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'error',
  // What Istio's webhook refuses never comes to an Envoy.
  yieldsTo: ['policy-path-template'],
  title: 'Path template that Envoy rejects',
  found: 'template "{path}" does not begin with exactly one slash, or has two slashes together',
  why: "Istio's webhook accepts such a template, but every Envoy that receives it crashes or refuses its configuration.",
  fix: 'begin the path with one slash, and do not leave a segment empty',
  source: 'envoyproxy/envoy source/extensions/path/uri_template_lib/uri_template_internal.cc (parsePathPatternSyntax)',
  wrong: paths('api/{*}'),
  right: paths('/api/{*}'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('paths')) {
      one.values.forEach((path, index) => {
        if (isRefusedByEnvoy(path)) report(one.manifest, `${one.pointer}/${index}`, { path });
      });
    }
  },
});
