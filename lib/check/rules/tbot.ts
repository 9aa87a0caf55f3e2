import { nearName } from '../../cluster';
import { objectAt, textAt } from '../../manifests';
import { kubeletOf, socketPath } from '../model';
import { defineRule } from '../rule';
import { OVERLAY, stream, withTemplate } from './examples';

/** Join methods tbot 18 takes (gravitational/teleport lib/tbot/bot/onboarding/config.go). */
const JOIN_METHODS: readonly string[] = [
  ...['azure', 'azure_devops', 'bitbucket', 'bound_keypair', 'circleci', 'gcp', 'github', 'gitlab', 'iam'],
  ...['kubernetes', 'oracle', 'spacelift', 'terraform_cloud', 'token', 'tpm'],
];

/** Names tbot's own services have (gravitational/teleport lib/tbot/config/config.go). */
const RESERVED_NAMES: ReadonlySet<string> = new Set([
  ...['ca-rotation', 'crl-cache', 'heartbeat', 'identity', 'spiffe-trust-bundle-cache'],
]);

const HEAD = 'version: v2\nproxy_server: example.teleport.sh:443\n';

const api = (fields = '') => `services:
  - type: workload-identity-api
    listen: unix:///run/tbot/sockets/workload.sock
    selector: {name: mesh}
${fields}`;

const kubelet = (fields: string) =>
  `${HEAD}${api(`    attestors:\n      kubernetes:\n        enabled: true\n        kubelet: {${fields}}\n`)}`;

function addressProblem(
  body: Parameters<typeof textAt>[0],
): { readonly at: string; readonly problem: string } | undefined {
  const proxy = textAt(body, 'proxy_server');
  const auth = textAt(body, 'auth_server');
  if (textAt(body, 'join_uri') !== undefined) return undefined;
  if (proxy === undefined && auth === undefined)
    return { at: '', problem: 'neither proxy_server nor auth_server is given' };
  if (proxy !== undefined && auth !== undefined)
    return { at: '/auth_server', problem: 'proxy_server and auth_server are both given' };
  const address = proxy ?? auth ?? '';
  const at = proxy === undefined ? '/auth_server' : '/proxy_server';
  if (address.includes('://')) return { at, problem: `"${address}" has a scheme` };
  return /^[^\s:]+:\d{1,5}$/.test(address) ? undefined : { at, problem: `"${address}" has no port` };
}

/** tbot's configuration file. */
export const TBOT_RULES = [
  defineRule({
    id: 'config-version',
    severity: 'error',
    title: 'A configuration read by old rules',
    found: 'version is {version}',
    why: 'Without "version: v2" tbot reads the file as version 1 and migrates it, which drops what version 1 did not have.',
    fix: 'write "version: v2"',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: `proxy_server: example.teleport.sh:443\n${api()}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const version = textAt(body, 'version');
        if (version !== 'v2') report(manifest, '/version', { version: version ?? 'not given' });
      }
    },
  }),
  defineRule({
    id: 'deprecated-key',
    severity: 'warning',
    title: 'A name tbot is about to forget',
    found: '{old} is the old name of {replacement}',
    why: 'Newer lines of tbot refuse or ignore it.',
    fix: 'write {replacement}',
    source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/configuration.mdx',
    wrong: `${HEAD}certificate_ttl: 1h\n${api()}`,
    right: `${HEAD}credential_ttl: 1h\n${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, body, services } of tbotConfigs) {
        if (body.certificate_ttl !== undefined) {
          report(manifest, '/certificate_ttl', { old: 'certificate_ttl', replacement: 'credential_ttl' });
        }
        if (body.outputs !== undefined) report(manifest, '/outputs', { old: 'outputs', replacement: 'services' });
        for (const { type, pointer } of services) {
          const replacement = {
            'spiffe-workload-api': 'workload-identity-api',
            'spiffe-svid': 'workload-identity-x509',
          }[type];
          if (replacement !== undefined) report(manifest, `${pointer}/type`, { old: type, replacement });
        }
      }
    },
  }),
  defineRule({
    id: 'address-exclusive',
    severity: 'error',
    title: 'No address of Teleport, or two',
    found: '{problem}',
    why: 'tbot refuses the configuration.',
    fix: 'write proxy_server as host:port, and nothing else',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: `version: v2\nproxy_server: example.teleport.sh\n${api()}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const { at, problem } = addressProblem(body) ?? {};
        if (at !== undefined && problem !== undefined) report(manifest, at, { problem });
      }
    },
  }),
  defineRule({
    id: 'join-method-known',
    severity: 'error',
    title: 'A join method tbot does not have',
    found: 'join_method is "{method}"{hint}',
    why: 'tbot refuses the configuration.',
    fix: 'in Kubernetes write kubernetes',
    source: 'gravitational/teleport lib/tbot/bot/onboarding/config.go',
    wrong: `${HEAD}onboarding: {join_method: ec2, token: mesh-join}\n`,
    right: `${HEAD}onboarding: {join_method: kubernetes, token: mesh-join}\n`,
    check({ tbotConfigs }, report) {
      for (const { manifest, body } of tbotConfigs) {
        const method = textAt(body, 'onboarding', 'join_method');
        if (method === undefined || JOIN_METHODS.includes(method)) continue;
        const near = nearName(method, JOIN_METHODS);
        report(manifest, '/onboarding/join_method', {
          method,
          hint: near === undefined ? '' : `, did you mean ${near}?`,
        });
      }
    },
  }),
  defineRule({
    id: 'selector-exclusive',
    severity: 'error',
    title: 'A selector that selects in no way, or in two',
    found: 'the selector has {what}',
    why: 'tbot refuses the service.',
    fix: 'give the name of one identity',
    source: 'gravitational/teleport lib/tbot/bot/workload_identity.go',
    wrong: `${HEAD}${api().replace('{name: mesh}', '{name: mesh, labels: {mesh: [shop]}}')}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, services } of tbotConfigs) {
        for (const { type, body, pointer } of services) {
          if (!type.startsWith('workload-identity-')) continue;
          const name = textAt(body, 'selector', 'name') ?? '';
          const labels = Object.entries(objectAt(body, 'selector', 'labels'));
          const empty = labels.find(([, values]) => Array.isArray(values) && values.length === 0);
          const what =
            name !== '' && labels.length > 0
              ? 'both name and labels'
              : name === '' && labels.length === 0
                ? 'neither name nor labels'
                : empty && `no values for the label ${empty[0]}`;
          if (what !== undefined) report(manifest, `${pointer}/selector`, { what });
        }
      }
    },
  }),
  defineRule({
    id: 'selector-istio',
    severity: 'warning',
    title: "Istio's identity chosen by labels",
    found: 'the socket of the mesh selects identities by labels',
    why: 'Envoy asks for "default", which is then the first in name order; with more than ten matches nothing is issued at all.',
    fix: 'select the identity by name',
    source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
    wrong: stream(withTemplate(OVERLAY), `${HEAD}${api().replace('{name: mesh}', '{labels: {mesh: [shop]}}')}`),
    right: stream(withTemplate(OVERLAY), `${HEAD}${api()}`),
    check({ tbotConfigs, usesWorkloadApi }, report) {
      if (!usesWorkloadApi) return;
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const { body, pointer } of workloadApis) {
          if (Object.keys(objectAt(body, 'selector', 'labels')).length > 0)
            report(manifest, `${pointer}/selector/labels`);
        }
      }
    },
  }),
  defineRule({
    id: 'listen-uri',
    severity: 'error',
    title: 'A listen address tbot misreads',
    found: 'listen is "{listen}"',
    why: 'tbot takes only the path of the URL, so unix://run/x listens on /x; without a scheme it is a TCP address.',
    fix: 'write three slashes and an absolute path: unix:///run/tbot/sockets/workload.sock',
    source: 'gravitational/teleport lib/tbot/internal/listener.go',
    wrong: `${HEAD}${api().replace('unix:///run', 'unix://run')}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const { body, pointer } of workloadApis) {
          const listen = textAt(body, 'listen') ?? '';
          if (/^tcp:\/\/[^/]*:\d+$/.test(listen) || socketPath(listen) !== undefined) continue;
          report(manifest, `${pointer}/listen`, { listen });
        }
      }
    },
  }),
  defineRule({
    id: 'listen-tcp',
    severity: 'warning',
    title: 'A Workload API for the whole network',
    found: 'the Workload API listens on {listen}',
    why: 'A TCP caller has no process to attest, and any host that reaches the port may ask.',
    fix: 'listen on a unix socket',
    source: 'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go',
    wrong: `${HEAD}${api().replace('unix:///run/tbot/sockets/workload.sock', 'tcp://0.0.0.0:8080')}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const { body, pointer } of workloadApis) {
          const listen = textAt(body, 'listen') ?? '';
          if (listen.startsWith('tcp://')) report(manifest, `${pointer}/listen`, { listen });
        }
      }
    },
  }),
  defineRule({
    id: 'kubelet-tls',
    severity: 'warning',
    title: 'A kubelet nobody verifies',
    found: 'skip_verify is true',
    why: "Whoever can answer in the kubelet's place decides which pod is which, and is shown the account token.",
    fix: "have kubelet certificates signed by the cluster's CA (serverTLSBootstrap), or give ca_path",
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('skip_verify: true'),
    right: kubelet('ca_path: /etc/kubelet-ca/ca.crt'),
    check({ tbotConfigs }, report) {
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const service of workloadApis) {
          if (kubeletOf(service).skip_verify !== true) continue;
          report(manifest, `${service.pointer}/attestors/kubernetes/kubelet/skip_verify`);
        }
      }
    },
  }),
  defineRule({
    id: 'kubelet-tls-contradiction',
    severity: 'error',
    title: 'A CA that is given and ignored',
    found: 'skip_verify is true and ca_path is given',
    why: 'With skip_verify the CA is not used: the file looks verified and is not.',
    fix: 'remove skip_verify, or remove ca_path and say why nothing is verified',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('skip_verify: true, ca_path: /etc/kubelet-ca/ca.crt'),
    right: kubelet('ca_path: /etc/kubelet-ca/ca.crt'),
    check({ tbotConfigs }, report) {
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const service of workloadApis) {
          const { skip_verify, ca_path } = kubeletOf(service);
          if (skip_verify !== true || ca_path === undefined) continue;
          report(manifest, `${service.pointer}/attestors/kubernetes/kubelet/ca_path`);
        }
      }
    },
  }),
  defineRule({
    id: 'kubelet-ports',
    severity: 'error',
    title: 'Kubelet settings that exclude each other',
    found: '{one} and {other} are both given',
    why: 'tbot refuses two ports; with anonymous the token is ignored.',
    fix: 'keep one of them',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('read_only_port: 10255, secure_port: 10250'),
    right: kubelet('secure_port: 10250'),
    check({ tbotConfigs }, report) {
      for (const { manifest, workloadApis } of tbotConfigs) {
        for (const service of workloadApis) {
          const settings = kubeletOf(service);
          const pointer = `${service.pointer}/attestors/kubernetes/kubelet`;
          if (settings.read_only_port !== undefined && settings.secure_port !== undefined) {
            report(manifest, `${pointer}/read_only_port`, { one: 'read_only_port', other: 'secure_port' });
          }
          if (settings.anonymous === true && settings.token_path !== undefined) {
            report(manifest, `${pointer}/token_path`, { one: 'anonymous', other: 'token_path' });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'oneshot-api',
    severity: 'error',
    title: 'A Workload API that never starts',
    found: 'oneshot is true',
    why: 'tbot exits after its first round, and the API service does not start at all.',
    fix: 'remove oneshot',
    source: 'gravitational/teleport lib/tbot/services/workloadidentity/workload_api.go',
    wrong: `${HEAD}oneshot: true\n${api()}`,
    right: `${HEAD}${api()}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, body, workloadApis } of tbotConfigs) {
        if (body.oneshot === true && workloadApis.length > 0) report(manifest, '/oneshot');
      }
    },
  }),
  defineRule({
    id: 'service-name',
    severity: 'error',
    title: 'A service name tbot refuses',
    found: 'the name "{name}" {problem}',
    why: 'tbot refuses the configuration.',
    fix: 'use another name of lower-case letters, digits, "-", "_" and "+"',
    source: 'gravitational/teleport lib/tbot/config/config.go',
    wrong: `${HEAD}${api('    name: heartbeat\n')}`,
    right: `${HEAD}${api('    name: mesh-socket\n')}`,
    check({ tbotConfigs }, report) {
      for (const { manifest, services } of tbotConfigs) {
        const seen = new Set<string>();
        for (const { body, pointer } of services) {
          const name = textAt(body, 'name');
          if (name === undefined) continue;
          const problem = RESERVED_NAMES.has(name)
            ? "is tbot's own"
            : seen.has(name)
              ? 'is used twice'
              : /^[a-z0-9_+-]+$/.test(name)
                ? undefined
                : 'has characters that are not allowed';
          seen.add(name);
          if (problem !== undefined) report(manifest, `${pointer}/name`, { name, problem });
        }
      }
    },
  }),
  defineRule({
    id: 'issuer-override-sds',
    severity: 'warning',
    title: 'A certificate chain Envoy cannot read',
    found: 'the issuer override makes chains that tbot {teleport} serves wrongly',
    why: 'Envoy refuses the whole chain, so no proxy gets its certificate.',
    fix: 'use a tbot that serves chains of several certificates',
    source: 'gravitational/teleport#68853, gravitational/teleport#68914',
    exampleTarget: { teleport: '18.7.3' },
    wrong: stream(
      'kind: workload_identity_x509_issuer_override\nversion: v1\nmetadata: {name: default}\nspec: {overrides: []}\n',
      `${HEAD}${api()}`,
    ),
    right: `${HEAD}${api()}`,
    check({ teleport, tbotConfigs, target }, report) {
      if (target.servesCertificateChains || !tbotConfigs.some(({ workloadApis }) => workloadApis.length > 0)) return;
      for (const { manifest } of teleport.issuerOverrides)
        report(manifest, '/spec', { teleport: `${target.teleport}` });
    },
  }),
  defineRule({
    id: 'sds-names',
    severity: 'error',
    title: 'An SDS request tbot does not answer',
    found: '{problem}',
    why: 'tbot knows default, ROOTCA, ALL and full SPIFFE IDs, and no delta protocol: the whole request fails.',
    fix: 'ask with api_type GRPC for "default" and "ROOTCA", or for spiffe://<trust domain>',
    source: 'gravitational/teleport lib/tbot/internal/sds/handler.go',
    wrong: envoy('GRPC', 'example.teleport.sh'),
    right: envoy('GRPC', 'spiffe://example.teleport.sh'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('EnvoyBootstrap')) {
        for (const { name, apiType, pointer } of sdsConfigs(manifest.body)) {
          if (apiType === 'DELTA_GRPC') report(manifest, pointer, { problem: 'the request uses DELTA_GRPC' });
          if (['default', 'ROOTCA', 'ALL', ''].includes(name) || name.startsWith('spiffe://')) continue;
          report(manifest, pointer, { problem: `the request is for "${name}"` });
        }
      }
    },
  }),
];

/** A listener that asks for a bundle, for examples. */
function envoy(apiType: string, bundle: string): string {
  return `static_resources:
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
                  sds_config: {api_config_source: {api_type: ${apiType}, grpc_services: [{envoy_grpc: {cluster_name: tbot}}]}}
`;
}

/** Everything in an Envoy configuration that asks for a secret by SDS over gRPC. */
function sdsConfigs(value: unknown, pointer = ''): readonly { name: string; apiType: string; pointer: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Parameters<typeof textAt>[0];
  const apiType = textAt(node, 'sds_config', 'api_config_source', 'api_type');
  const own = apiType === undefined ? [] : [{ name: textAt(node, 'name') ?? '', apiType, pointer }];
  return [...own, ...Object.entries(value).flatMap(([key, child]) => sdsConfigs(child, `${pointer}/${key}`))];
}
