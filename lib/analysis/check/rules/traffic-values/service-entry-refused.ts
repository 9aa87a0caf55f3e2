import { isVariable } from '../../../../base/is-variable';
import { type JsonObject, listAt, objectAt, scalarTextsAt, textAt } from '../../../../base/json';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { isIpAddress } from '../../../../upstream/network/ip-address';
import { defineRule } from '../../rule';

const entry = (spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: bank, namespace: shop}\nspec: {ports: [{number: 443, name: tls, protocol: TLS}], ${spec}}\n`;

/** A host: labels with dots between them, the first perhaps an asterisk. */
const HOST = /^(?:\*\.)?[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[\w-]*[A-Za-z0-9_])?)*\.?$/;

/** What does not go together in the spec of a ServiceEntry, or what a host is not. */
function problemsOf(spec: JsonObject): readonly (readonly [pointer: string, problem: string])[] {
  const resolution = textAt(spec, 'resolution') ?? 'NONE';
  const hosts = scalarTextsAt(spec, 'hosts');
  const endpoints = listAt(spec, 'endpoints').length;
  const byDns = resolution === 'DNS' || resolution === 'DNS_ROUND_ROBIN';
  const problems: (readonly [string, string])[] = [];
  hosts.forEach((host, index) => {
    if (isVariable(host)) return;
    const at = `/spec/hosts/${index}`;
    const isPartial = host !== '*' && /^\*[^.]/.test(host);
    if (host === '*') problems.push([at, 'the host "*" stands for everything']);
    else if (!HOST.test(host) && !isPartial) problems.push([at, `"${host}" is not a host`]);
    else if (byDns && host.startsWith('*') && endpoints === 0) {
      problems.push([at, `"${host}" cannot be looked up with resolution ${resolution}`]);
    }
  });
  if (resolution === 'NONE' && endpoints > 0)
    problems.push(['/spec/endpoints', 'endpoints need another resolution than NONE']);
  if (Object.keys(objectAt(spec, 'workloadSelector')).length > 0 && endpoints > 0) {
    problems.push(['/spec/endpoints', 'endpoints and workloadSelector are both given']);
  }
  if (resolution === 'STATIC') {
    listAt(spec, 'endpoints').forEach((endpoint, index) => {
      const address = textAt(endpoint, 'address') ?? '';
      if (address === '' || address.startsWith('unix://') || isVariable(address) || isIpAddress(address)) return;
      problems.push([`/spec/endpoints/${index}/address`, `"${address}" is not an IP address, which STATIC needs`]);
    });
  }
  return problems;
}

/** A ServiceEntry that Istio refuses. */
export const SERVICE_ENTRY_REFUSED_RULE = defineRule({
  id: 'service-entry-refused',
  subject: 'DestinationRules',
  since: '0.1.0',
  severity: 'error',
  title: 'Invalid ServiceEntry',
  found: '{problem}',
  why: "Istio's webhook refuses the ServiceEntry, so the host stays unknown to the mesh.",
  fix: 'correct the hosts, or choose the resolution that fits: STATIC for addresses, DNS for names, NONE for wildcards',
  source: 'istio/istio pkg/config/validation/validation.go (ValidateServiceEntry)',
  wrong: entry('hosts: ["*.bank.example"], resolution: DNS'),
  right: entry('hosts: ["*.bank.example"], resolution: NONE'),
  check({ manifests }, report) {
    for (const manifest of manifests.ofKind('ServiceEntry', ISTIO_NETWORKING)) {
      for (const [pointer, problem] of problemsOf(objectAt(manifest.body, 'spec')))
        report(manifest, pointer, { problem });
    }
  },
});
