import { pathTemplateProblem } from '../../../../upstream/istio/path-template';
import { POLICY_FIELDS } from '../../../../upstream/istio/policy-fields';
import { serviceAccountProblem, trustDomainProblem } from '../../../../upstream/istio/policy-values';
import { isIpBlock } from '../../../../upstream/network/ip-address';
import { isPortText } from '../../../../upstream/network/port-number';
import { defineRule } from '../../rule';
import { policy } from '../examples';
import { POLICY_ADMISSION, WHY_REFUSED } from '../refused-policy';

const source = (fields: string) => policy(`  rules:\n    - from: [{source: {${fields}}}]`);
const operation = (fields: string) => policy(`  rules:\n    - to: [{operation: {${fields}}}]`);

const MOST_ACCOUNTS = POLICY_FIELDS.serviceAccounts.atMost;

/** Values that Istio refuses in an AuthorizationPolicy when it is created. */
export const POLICY_VALUE_RULES = [
  defineRule({
    id: 'policy-empty-value',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Empty string in a list',
    found: '{field} has an empty value',
    why: WHY_REFUSED,
    fix: 'remove it; "*" matches any value',
    source: POLICY_ADMISSION,
    wrong: source('namespaces: [""]'),
    right: source('namespaces: [shop]'),
    check({ policyFields }, report) {
      for (const one of policyFields.all()) {
        const index = one.values.indexOf('');
        if (index !== -1) report(one.manifest, `${one.pointer}/${index}`, { field: one.name });
      }
    },
  }),
  defineRule({
    id: 'policy-ip-block',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid IP address or CIDR',
    found: '"{text}" is not a valid IP address or CIDR block',
    why: `${WHY_REFUSED} In an ALLOW the rule is dropped, in a DENY the value.`,
    fix: 'write 10.0.0.0/8 or 10.1.2.3',
    source: POLICY_ADMISSION,
    wrong: source('ipBlocks: [10.0.0.0/33]'),
    right: source('ipBlocks: [10.0.0.0/8]'),
    check({ policyFields }, report) {
      for (const one of policyFields.writtenAs('address')) {
        one.values.forEach((text, index) => {
          if (text !== '' && !isIpBlock(text)) report(one.manifest, `${one.pointer}/${index}`, { text });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-service-account',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid ServiceAccount in a policy',
    found: '{problem}',
    why: WHY_REFUSED,
    fix: `write name, or namespace/name, without wildcards; at most ${MOST_ACCOUNTS} of them`,
    source: POLICY_ADMISSION,
    wrong: source('serviceAccounts: ["shop/*"]'),
    right: source('serviceAccounts: [shop/front-end]'),
    check({ policyFields }, report) {
      for (const one of policyFields.writtenAs('service-account')) {
        if (one.values.length > MOST_ACCOUNTS)
          report(one.manifest, one.pointer, { problem: `more than ${MOST_ACCOUNTS} ServiceAccounts are listed` });
        one.values.forEach((text, index) => {
          const problem = serviceAccountProblem(text);
          if (problem) report(one.manifest, `${one.pointer}/${index}`, { problem: `"${text}" ${problem}` });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-trust-domain',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid trust domain pattern',
    found: 'trust domain "{text}" {problem}',
    why: WHY_REFUSED,
    fix: 'write the bare trust domain, with at most one asterisk at an end',
    source: POLICY_ADMISSION,
    wrong: source('trustDomains: [example.teleport.sh/ns/shop]'),
    right: source('trustDomains: [example.teleport.sh]'),
    check({ policyFields, target }, report) {
      if (!target.hasTrustDomainSources) return;
      for (const one of policyFields.writtenAs('trust-domain')) {
        one.values.forEach((text, index) => {
          const problem = trustDomainProblem(text);
          if (problem) report(one.manifest, `${one.pointer}/${index}`, { text, problem });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-port',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid port number',
    found: 'port "{port}" is not a number from 0 to 65535',
    why: `${WHY_REFUSED} Port names do not work here.`,
    fix: "write the number of the pod's port, in quotes",
    source: POLICY_ADMISSION,
    wrong: operation('ports: [http]'),
    right: operation('ports: ["8080"]'),
    check({ policyFields }, report) {
      for (const one of policyFields.writtenAs('port')) {
        one.values.forEach((port, index) => {
          if (port !== '' && !isPortText(port)) report(one.manifest, `${one.pointer}/${index}`, { port });
        });
      }
    },
  }),
  defineRule({
    id: 'policy-path-template',
    subject: 'Values that Istio refuses in a policy',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid path template',
    found: 'path "{path}" {problem}',
    why: WHY_REFUSED,
    fix: 'use a whole segment {*} for one segment and {**} for the rest, and no plain asterisk beside them',
    source: 'istio/istio pkg/config/security/security.go (CheckValidPathTemplate)',
    wrong: operation('paths: ["/carts/{*}.json/items"]'),
    right: operation('paths: ["/carts/{*}/items"]'),
    check({ policyFields }, report) {
      for (const one of policyFields.writtenAs('path')) {
        one.values.forEach((path, index) => {
          const problem = pathTemplateProblem(path);
          if (problem) report(one.manifest, `${one.pointer}/${index}`, { path, problem });
        });
      }
    },
  }),
];
