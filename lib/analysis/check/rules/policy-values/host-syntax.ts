import { defineRule } from '../../rule';
import { policy } from '../examples';

const hosts = (list: string) => policy(`  rules:\n    - to: [{operation: {hosts: [${list}]}}]`);

/** What is not a host: a scheme before it, a path behind it, or several in one text. */
const NOT_A_HOST = /[/,\s]/;

/** A host that no request names. */
export const HOST_SYNTAX_RULE = defineRule({
  id: 'host-syntax',
  subject: 'Authorization policies',
  since: '0.1.0',
  severity: 'warning',
  title: 'Host with a scheme or a path',
  found: 'host "{host}" is more than a host name',
  why: 'It is compared with the Host header, which is a name and perhaps a port: the value never matches.',
  fix: 'write only the name; paths go into paths',
  source: 'istio/istio pilot/pkg/security/authz/matcher/header.go (HostMatcher); RFC 9110, section 7.2',
  wrong: hosts('"https://api.example.com"'),
  right: hosts('api.example.com, "api.example.com:*"'),
  check({ policyFields }, report) {
    for (const one of policyFields.about('hosts')) {
      one.values.forEach((host, index) => {
        // Spaces around it have a rule of their own.
        if (NOT_A_HOST.test(host.trim())) report(one.manifest, `${one.pointer}/${index}`, { host });
      });
    }
  },
});
