import { defineRule } from '../../rule';
import { policy } from '../examples';

const paths = (path: string) => policy(`  rules:\n    - to: [{operation: {paths: ["${path}"]}}]`);

/** Parameters as routers of applications write them: `/items/:id`, `/items/<int:id>`. */
const COLON_PARAMETER = /\/:[A-Za-z_]\w*(?=\/|$)/;
const ANGLE_PARAMETER = /\/<[A-Za-z_][\w:-]*>(?=\/|$)/;

/** What hardly a path has, and regular expressions do. */
const REGULAR_EXPRESSION = /\.[*+]|\\[dwsDWSb./]|\[[^\]]*\][*+?{]?|\([^)]*\|[^)]*\)|^\^|\$$/;

function syntaxOf(path: string): string | undefined {
  if (COLON_PARAMETER.test(path)) return 'a parameter with a colon';
  if (ANGLE_PARAMETER.test(path)) return 'a parameter in angle brackets';
  return REGULAR_EXPRESSION.test(path) ? 'a regular expression' : undefined;
}

/** A path in the language of another program. */
export const PATH_PATTERN_SYNTAX_RULE = defineRule({
  id: 'path-pattern-syntax',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Unsupported path pattern',
  found: 'path "{path}" looks like {syntax}',
  why: 'Istio takes it literally, so almost no request matches.',
  fix: 'use {*} for one segment, {**} for the rest, or one asterisk at an end',
  source: 'istio/istio pilot/pkg/security/authz/model/generator.go (pathGenerator)',
  wrong: paths('/items/:id'),
  right: paths('/items/{*}'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('paths')) {
      one.values.forEach((path, index) => {
        const syntax = syntaxOf(path);
        if (syntax !== undefined) report(one.manifest, `${one.pointer}/${index}`, { path, syntax });
      });
    }
  },
});
