import { field, isObject, listAt, scalarText, textAt } from '../../../../base/json';
import { EXTERNAL_AUTHORIZERS } from '../../../../upstream/istio/mesh-config';
import { serviceHost, serviceOfHost } from '../../../../upstream/istio/service-host';
import { ISTIO_NETWORKING } from '../../../../upstream/kubernetes/api-groups';
import { defineRule } from '../../rule';
import { stream } from '../examples';

const authorizer = (port: number) =>
  `meshConfig:\n  extensionProviders:\n    - name: opa\n      envoyExtAuthzGrpc: {service: opa.auth.svc.cluster.local, port: ${port}}\n`;
const OPA =
  'apiVersion: v1\nkind: Service\nmetadata: {name: opa, namespace: auth}\nspec: {selector: {app: opa}, ports: [{name: grpc, port: 9191}]}\n';

/** An external authorizer that nobody can ask. */
export const AUTHORIZER_SERVICE_MISSING_RULE = defineRule({
  id: 'authorizer-service-missing',
  subject: 'Installing Istio',
  since: '0.1.0',
  severity: 'error',
  sureWith: 'one cluster',
  title: 'External authorizer with a Service or port that does not exist',
  found: 'external authorizer "{name}" is {host} port {port}, and {problem}',
  why: 'The proxies have no cluster with this name, so no authorizer is called and every request that a CUSTOM policy matches is denied.',
  fix: 'give the full host name of the Service and one of its ports',
  source: 'istio/istio pilot/pkg/networking/util/util.go, pilot/pkg/security/authz/builder/extauthz.go',
  wrong: stream(authorizer(8181), OPA),
  right: stream(authorizer(9191), OPA),
  check({ installations, services, manifests, complete }, report) {
    if (installations.length === 0) return;
    const byHost = new Map(services.map((one) => [serviceHost(one), one]));
    const entries = new Set(
      manifests.ofKind('ServiceEntry', ISTIO_NETWORKING).flatMap(({ body }) => listAt(body, 'spec', 'hosts')),
    );
    for (const { manifest, pointer, body } of installations.flatMap(({ layers }) => layers)) {
      listAt(body, 'extensionProviders').forEach((provider, index) => {
        for (const kind of EXTERNAL_AUTHORIZERS) {
          const settings = field(provider, kind);
          if (!isObject(settings)) continue;
          const written = textAt(settings, 'service') ?? '';
          const host = written.slice(written.indexOf('/') + 1);
          const port = scalarText(settings.port) ?? '';
          if (serviceOfHost(host) === undefined || !/^\d+$/.test(port)) continue;
          const service = byHost.get(host);
          const name = textAt(provider, 'name') ?? '';
          const at = `${pointer}/extensionProviders/${index}/${kind}`;
          if (service === undefined) {
            if (complete && !entries.has(host))
              report(manifest, `${at}/service`, { name, host, port, problem: 'there is no such Service' });
          } else if (service.ports.length > 0 && !service.ports.some((one) => String(one.port) === port)) {
            const problem = `the Service has the ports ${service.ports.map((one) => one.port).join(', ')}`;
            report(manifest, `${at}/port`, { name, host, port, problem });
          }
        }
      });
    }
  },
});
