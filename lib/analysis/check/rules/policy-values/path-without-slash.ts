import { defineRule } from '../../rule';
import { policy } from '../examples';

const paths = (path: string) => policy(`  rules:\n    - to: [{operation: {paths: ["${path}"]}}]`);

/** A path that no request has, because it does not begin with a slash. */
export const PATH_WITHOUT_SLASH_RULE = defineRule({
  id: 'path-without-slash',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Path without a leading slash',
  found: 'path "{path}" does not begin with a slash',
  why: 'Envoy compares it with the path of the request, which begins with a slash and has neither scheme nor host: the value never matches.',
  fix: 'begin the path with a slash',
  source: 'istio/istio pilot/pkg/security/authz/matcher/path.go; RFC 9112, section 3.2',
  wrong: paths('api/*'),
  right: paths('/api/*'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('paths')) {
      one.values.forEach((path, index) => {
        // A template without a slash is worse, a regular expression and a space other faults, and an empty value is refused.
        if (path === '' || /^[/*^]/.test(path.trim()) || path.includes('{')) return;
        report(one.manifest, `${one.pointer}/${index}`, { path });
      });
    }
  },
});
