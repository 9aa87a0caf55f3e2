import { isList, isObject, type JsonValue, objectAt, textAt } from '../../../../base/json';
import { socketPath } from '../../../../model/teleport/tbot-config';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { SPIFFE_SCHEME } from '../../../../upstream/spiffe/identity-uri';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { OVERLAY, stream, withTemplate } from '../examples';
import { TBOT_HEAD, tbotConfig } from '../teleport-examples';

const ISSUER_OVERRIDE =
  'kind: workload_identity_x509_issuer_override\nversion: v1\nmetadata: {name: default}\nspec: {overrides: []}\n';

/** An Envoy listener that asks tbot for a bundle. */
const envoy = (bundle: string) => `static_resources:
  listeners:
    - name: in
      filter_chains:
        - transport_socket:
            name: envoy.transport_sockets.tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
              common_tls_context:
                validation_context_sds_secret_config:
                  name: ${bundle}
                  sds_config: {api_config_source: {api_type: GRPC, grpc_services: [{envoy_grpc: {cluster_name: tbot}}]}}
`;

/** The Workload APIs of every configuration. */
function workloadApis({ tbotConfigs }: CheckContext) {
  return tbotConfigs.flatMap(({ manifest, workloadApis }) =>
    workloadApis.map(({ body, pointer }) => ({ manifest, body, pointer })),
  );
}

interface SdsRequest {
  readonly name: string;
  readonly apiType: string;
  readonly pointer: string;
}

/** Everything in an Envoy configuration that asks for a secret by SDS over gRPC. */
function sdsRequests(value: JsonValue, pointer = ''): readonly SdsRequest[] {
  if (!isObject(value) && !isList(value)) return [];
  const apiType = textAt(value, 'sds_config', 'api_config_source', 'api_type');
  const own = apiType === undefined ? [] : [{ name: textAt(value, 'name') ?? '', apiType, pointer }];
  return [...own, ...Object.entries(value).flatMap(([key, child]) => sdsRequests(child, `${pointer}/${key}`))];
}

/** What tbot serves to proxies. */
export const WORKLOAD_API_RULES = [
  defineRule({
    id: 'listen-uri',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'error',
    title: 'Invalid listen address',
    found: 'listen is "{listen}"',
    why: 'tbot uses only the path of the URL, so unix://run/x listens on /x; without a scheme it is a TCP address.',
    fix: 'write three slashes and an absolute path: unix:///run/tbot/sockets/workload.sock',
    source: 'gravitational/teleport lib/tbot/internal/listener.go',
    wrong: tbotConfig({ listen: 'unix://run/tbot/sockets/workload.sock' }),
    right: tbotConfig(),
    check(context, report) {
      for (const { manifest, body, pointer } of workloadApis(context)) {
        const listen = textAt(body, 'listen') ?? '';
        if (/^tcp:\/\/[^/]*:\d+$/.test(listen) || socketPath(listen) !== undefined) continue;
        report(manifest, `${pointer}/listen`, { listen });
      }
    },
  }),
  defineRule({
    id: 'listen-tcp',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'warning',
    title: 'Workload API listens on the network',
    found: 'the Workload API listens on {listen}',
    why: 'A TCP caller has no process that could be attested, and any host that reaches the port can ask.',
    fix: 'listen on a unix socket',
    source: 'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go',
    wrong: tbotConfig({ listen: 'tcp://0.0.0.0:8080' }),
    right: tbotConfig(),
    check(context, report) {
      for (const { manifest, body, pointer } of workloadApis(context)) {
        const listen = textAt(body, 'listen') ?? '';
        if (listen.startsWith('tcp://')) report(manifest, `${pointer}/listen`, { listen });
      }
    },
  }),
  defineRule({
    id: 'oneshot-api',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'error',
    title: 'Workload API in one-shot mode',
    found: 'oneshot is true',
    why: 'tbot exits after its first round, and the API service does not start at all.',
    fix: 'remove oneshot',
    source: 'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go',
    wrong: tbotConfig({ head: `${TBOT_HEAD}oneshot: true\n` }),
    right: tbotConfig(),
    check({ tbotConfigs }, report) {
      for (const { manifest, body, workloadApis } of tbotConfigs) {
        if (body.oneshot === true && workloadApis.length > 0) report(manifest, '/oneshot');
      }
    },
  }),
  defineRule({
    id: 'selector-istio',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'warning',
    title: 'Workload identity for Istio selected by labels',
    found: 'the socket of the mesh selects identities by labels',
    why: 'Envoy requests "default", which is then the first by name; with more than ten matches nothing is issued at all.',
    fix: 'select the identity by name',
    source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
    wrong: stream(withTemplate(OVERLAY), tbotConfig({ selector: '{labels: {mesh: [shop]}}' })),
    right: stream(withTemplate(OVERLAY), tbotConfig()),
    check(context, report) {
      if (!context.usesWorkloadApi) return;
      for (const { manifest, body, pointer } of workloadApis(context)) {
        const hasLabels = Object.keys(objectAt(body, 'selector', 'labels')).length > 0;
        if (hasLabels) report(manifest, `${pointer}/selector/labels`);
      }
    },
  }),
  defineRule({
    id: 'issuer-override-sds',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'warning',
    title: 'Certificate chain that Envoy cannot read',
    found: 'the issuer override creates chains that tbot {teleport} serves incorrectly',
    why: 'Envoy refuses the whole chain, so no proxy gets its certificate.',
    fix: 'use a tbot that serves chains of several certificates',
    source: 'gravitational/teleport#68853, gravitational/teleport#68914',
    exampleTarget: { teleport: EXAMPLE_RELEASES.tbotWithoutNativeSidecars },
    wrong: stream(ISSUER_OVERRIDE, tbotConfig()),
    right: tbotConfig(),
    check(context, report) {
      const { teleport, target } = context;
      const inUse = context.tbotWorkloads.flatMap(({ release }) => release ?? []);
      const old = (inUse.length > 0 ? inUse : [target.teleport]).find(
        (release) => !RELEASE_FACTS.servesCertificateChains.holds(release),
      );
      if (old === undefined || workloadApis(context).length === 0) return;
      for (const { manifest } of teleport.issuerOverrides) {
        report(manifest, '/spec', { teleport: `${old}` });
      }
    },
  }),
  defineRule({
    id: 'sds-names',
    subject: 'The Workload API of tbot',
    since: '0.1.0',
    severity: 'error',
    title: 'SDS request that tbot does not answer',
    found: '{problem}',
    why: 'tbot knows default, ROOTCA, ALL and full SPIFFE IDs, and no delta protocol: the whole request fails.',
    fix: 'ask with api_type GRPC for "default" and "ROOTCA", or for spiffe://<trust domain>',
    source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
    wrong: envoy('example.teleport.sh'),
    right: envoy('spiffe://example.teleport.sh'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('EnvoyBootstrap')) {
        for (const { name, apiType, pointer } of sdsRequests(manifest.body)) {
          if (apiType === 'DELTA_GRPC') report(manifest, pointer, { problem: 'the request uses DELTA_GRPC' });
          if (['default', 'ROOTCA', 'ALL', ''].includes(name) || name.startsWith(SPIFFE_SCHEME)) continue;
          report(manifest, pointer, { problem: `the request is for "${name}"` });
        }
      }
    },
  }),
];
