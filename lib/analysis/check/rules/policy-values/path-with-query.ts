import { defineRule } from '../../rule';
import { policy } from '../examples';

const paths = (path: string) => policy(`  rules:\n    - to: [{operation: {paths: ["${path}"]}}]`);

/** A path that goes on after its end. */
export const PATH_WITH_QUERY_RULE = defineRule({
  id: 'path-with-query',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'error',
  title: 'Path with a query or fragment',
  found: 'path "{path}" has "{mark}"',
  why: 'Rules see the path without query and fragment, so this one never matches: an ALLOW allows no caller, and a DENY denies none.',
  fix: 'end the path before "{mark}"; for the query use when: request.headers[:path]',
  source: 'envoyproxy/envoy source/common/common/matchers.cc (PathMatcher)',
  wrong: paths('/search?q=*'),
  right: paths('/search'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('paths')) {
      one.values.forEach((path, index) => {
        const mark = /[?#]/.exec(path)?.[0];
        if (mark !== undefined) report(one.manifest, `${one.pointer}/${index}`, { path, mark });
      });
    }
  },
});
