import { type CheckFilesOptions, checkFiles } from '../../../lib/check';

/** Whether the rule speaks about these documents. */
function fires(rule: string, documents: readonly string[], options: CheckFilesOptions = {}): boolean {
  const text = documents.map((document) => `${document.trimEnd()}\n`).join('---\n');
  const findings = checkFiles([{ file: 'a.yaml', text }], options);
  expect(findings.filter((one) => one.rule.startsWith('yaml-') || one.rule.startsWith('manifest-'))).toEqual([]);
  return findings.some((one) => one.rule === rule);
}

const overlay = (fields: string, meta = '') => `meshConfig: {trustDomain: example.teleport.sh${meta}}
sidecarInjectorWebhook:
  templates:
    spire: |
      spec:
        volumes:
          - name: workload-socket
            csi: {driver: csi.spiffe.io, readOnly: true}
${fields.replace(/^(?=.)/gm, '        ')}`;

const injector = (config: string) => `apiVersion: v1
kind: ConfigMap
metadata: {name: istio-sidecar-injector, namespace: istio-system}
data:
  config: |
    ${config}
    templates:
      spire: |
        spec: {}
`;

const pods = (name: string, pod = '', metadata = '', container = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}${metadata}}
    spec:
      serviceAccountName: ${name}
      containers: [{name: app, image: "example.com/app:1.0.0"${container}}]
${pod.replace(/^(?=.)/gm, '      ')}`;

const service = (name: string, port: string, spec = '') =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: {selector: {app: ${name}}, ports: [{${port}}]${spec}}`;

const policy = (spec: string, metadata = 'name: catalogue, namespace: shop') =>
  `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {${metadata}}\nspec: {${spec}}`;
const from = (principal: string) => policy(`rules: [{from: [{source: {principals: ["${principal}"]}}]}]`);
const to = (operation: string, rest = '') => policy(`${rest}rules: [{to: [{operation: {${operation}}}]}]`);

const peer = (spec: string, metadata = 'name: default, namespace: shop') =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {${metadata}}\nspec: {${spec}}`;

const identity = (id: string, rules = '') =>
  `kind: workload_identity\nversion: v1\nmetadata: {name: mesh}\nspec:\n  spiffe: {id: "${id}"}\n${rules}`;
const PATH = '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}';
const withMaximum = (ttl: string) =>
  identity('/svc/a').replace('id: "/svc/a"', `id: /svc/a, x509: {maximum_ttl: ${ttl}}`);
const allow = (conditions: string) => `  rules: {allow: [{conditions: [${conditions}]}]}\n`;

const tbot = (service_: string, top = '') =>
  `version: v2\nproxy_server: example.teleport.sh:443\n${top}services:\n  - type: workload-identity-api\n    listen: unix:///run/tbot/sockets/workload.sock\n    selector: {name: mesh}\n${service_.replace(/^(?=.)/gm, '    ')}`;

const MESH = 'meshConfig: {trustDomain: example.teleport.sh, trustDomainAliases: [old.example]}';
const STRICT = peer('mtls: {mode: STRICT}');
const SPIRE = ', annotations: {inject.istio.io/templates: "sidecar,spire"}';
const SIDECAR = ', annotations: {inject.istio.io/templates: sidecar}';

type Case = readonly [rule: string, what: string, documents: readonly string[], options?: CheckFilesOptions];

/** Case by name, as a test is called by it. */
const named = (cases: readonly Case[]) => cases.map((one) => [one[0], one[1], one] as const);

const SILENT: readonly Case[] = [
  [
    'overlay-lists-proxy-container',
    'a whole proxy template, which has an image',
    [overlay('containers: [{name: istio-proxy, image: auto}]')],
  ],
  [
    'overlay-lists-proxy-container',
    'a template that asks which list the proxy is in',
    [overlay('{{ if .NativeSidecars }}initContainers{{ else }}containers{{ end }}:\n  - name: istio-proxy')],
  ],
  ['overlay-lists-proxy-container', 'another container', [overlay('containers: [{name: istio-proxy-logs}]')]],
  [
    'overlay-init-with-gateway',
    'a volumes-only overlay on a gateway',
    [overlay(''), pods('gw', '', ', annotations: {inject.istio.io/templates: "gateway,spire"}')],
  ],
  [
    'overlay-unknown-top-level',
    'what a Pod has at its top',
    [
      overlay('').replace(
        '      spec:',
        '      apiVersion: v1\n      kind: Pod\n      metadata: {labels: {a: b}}\n      spec:',
      ),
    ],
  ],
  [
    'template-unknown-name',
    'a stock template',
    [overlay(''), pods('a', '', ', annotations: {inject.istio.io/templates: "grpc-agent, sidecar"}')],
  ],
  ['template-unknown-name', 'own default templates', [injector('defaultTemplates: [sidecar, spire]')]],
  [
    'socket-mount-as-file',
    'a file of another volume in an overlay',
    [overlay('  - {name: log, hostPath: {path: /dev/log, type: Socket}}')],
  ],
  [
    'template-unknown-name',
    'a name nobody among the files defines, as the injector is elsewhere',
    [pods('a', '', SPIRE)],
  ],
  [
    'template-annotation-misplaced',
    'a Pod, whose own metadata it is',
    [
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a, annotations: {inject.istio.io/templates: sidecar}}\nspec: {containers: [{name: a}]}',
    ],
  ],
  [
    'volume-two-sources',
    'an emptyDir that is null beside csi',
    [pods('a', 'volumes: [{name: workload-socket, emptyDir: null, csi: {driver: csi.spiffe.io, readOnly: true}}]')],
  ],
  [
    'csi-not-readonly',
    'a driver of somebody else',
    [pods('a', 'volumes: [{name: secrets, csi: {driver: secrets-store.csi.k8s.io}}]')],
  ],
  [
    'uservolume-overrides-stock',
    "a volume of the user's own",
    [pods('a', '', `, annotations: {sidecar.istio.io/userVolume: '{"mine": {"emptyDir": {}}}'}`)],
  ],
  [
    'hostpath-socket',
    "a host path that is not the socket's",
    [pods('a', 'volumes: [{name: logs, hostPath: {path: /var/log}}]')],
  ],
  ['socket-name-default', 'a mesh without an overlay', ['meshConfig: {trustDomain: cluster.local}']],
  [
    'socket-name-mismatch',
    'a second Workload API with another name beside the right one',
    [
      overlay('', ', defaultConfig: {proxyMetadata: {WORKLOAD_IDENTITY_SOCKET_FILE: workload.sock}}'),
      `${tbot('')}  - type: workload-identity-api\n    listen: unix:///run/tbot/other/socket\n    selector: {name: other}`,
    ],
  ],
  ['socket-name-mismatch', 'a tbot for something other than Istio', [tbot('')]],
  [
    'ca-addr-overridden',
    'a whole proxy template, which needs them',
    [overlay('containers: [{name: istio-proxy, image: auto, env: [{name: CA_ADDR, value: istiod}]}]')],
  ],
  [
    'trust-domain-mismatch',
    "an alias that is Teleport's",
    [
      overlay('', ', trustDomainAliases: [example.teleport.sh]').replace(
        'trustDomain: example.teleport.sh,',
        'trustDomain: corp.example,',
      ),
      tbot(''),
    ],
  ],
  [
    'trust-domain-mismatch',
    "a cluster of one's own, whose address need not be its name",
    [overlay(''), tbot('').replace('example.teleport.sh:443', 'teleport.corp.example:443')],
  ],
  [
    'path-normalization-none',
    'NONE where no policy looks at paths',
    ['meshConfig: {trustDomain: a, pathNormalization: {normalization: NONE}}', from('a/ns/b/sa/c')],
  ],
  [
    'native-sidecar-attestation',
    'a tbot among the files that attests them',
    [
      overlay(''),
      pods('tbot').replace('example.com/app:1.0.0', 'public.ecr.aws/gravitational/tbot-distroless:18.11.10'),
    ],
    { target: { teleport: '18.7.3' } },
  ],
  [
    'native-sidecar-attestation',
    'nodes too old for native sidecars',
    [overlay('')],
    { target: { teleport: '18.7.3', kubernetes: '1.32' } },
  ],
  [
    'istio-regex-cve',
    'a floating tag, of which nothing is known',
    [overlay('').replace('meshConfig', 'global: {tag: latest}\nmeshConfig')],
  ],
  [
    'ambient-unsupported',
    'an ambient mesh that has nothing to do with Teleport',
    ['apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {istio.io/dataplane-mode: ambient}}'],
  ],
  [
    'spiffe-path-not-ns-sa',
    'the same path with other spaces in the braces',
    [overlay(''), identity('/ns/{{workload.kubernetes.namespace}}/sa/{{workload.kubernetes.service_account}}')],
  ],
  [
    'spiffe-path-not-ns-sa',
    "an identity that is not a pod's",
    [overlay(''), identity('/svc/backup', allow('{attribute: join.meta.join_method, eq: {value: kubernetes}}'))],
  ],
  [
    'spiffe-path-not-ns-sa',
    'another path where there is no Istio',
    [identity('/k8s/{{ workload.kubernetes.namespace }}/a')],
  ],
  ['spiffe-id-shape', 'dots and dashes in segments', [identity('/ns/a.b-c_d/sa/e')]],
  [
    'template-attr',
    'a function around an attribute',
    [identity('/ns/{{ strings.lower(workload.kubernetes.namespace) }}/sa/a')],
  ],
  ['template-attr', 'a label, which has a key of its own', [identity(`/ns/{{ workload.kubernetes.labels['app'] }}`)]],
  [
    'rules-only-negative',
    'a negative condition beside a positive one',
    [
      identity(
        PATH,
        allow(
          '{attribute: workload.kubernetes.attested, eq: {value: "true"}}, {attribute: workload.kubernetes.namespace, not_eq: {value: default}}',
        ),
      ),
    ],
  ],
  [
    'rules-shape',
    'an expression on labels',
    [identity(PATH, `  rules: {allow: [{expression: 'workload.kubernetes.labels["a"] == "b"'}]}\n`)],
  ],
  [
    'identity-unattested',
    'a static id that only a file output writes',
    [
      identity('/svc/a'),
      'version: v2\nproxy_server: a:443\nservices: [{type: workload-identity-x509, selector: {name: mesh}, destination: {type: memory}}]',
    ],
  ],
  ['ttl', 'a renewal as long as the lifetime', [tbot('credential_ttl: 1h\nrenewal_interval: 60m')]],
  ['ttl', 'the longest lifetime there is', [withMaximum('1209600s')]],
  [
    'role-verbs',
    'every verb',
    [
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec: {allow: {workload_identity_labels: {a: [b]}, rules: [{resources: ["*"], verbs: ["*"]}]}}',
    ],
  ],
  [
    'role-verbs',
    'a role that has nothing to do with identities',
    ['kind: role\nversion: v7\nmetadata: {name: a}\nspec: {allow: {logins: [root]}}'],
  ],
  [
    'role-too-wide',
    'any value of one label',
    [
      'kind: role\nversion: v7\nmetadata: {name: a}\nspec: {allow: {workload_identity_labels: {mesh: ["*"]}, rules: [{resources: [workload_identity], verbs: [list, read]}]}}',
    ],
  ],
  [
    'bot-wiring',
    'a bot whose roles are kept elsewhere',
    ['kind: bot\nversion: v1\nmetadata: {name: a}\nspec: {roles: [kept-elsewhere]}'],
  ],
  [
    'join-allow',
    'a token of another join method',
    ['kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: a, join_method: iam}'],
  ],
  [
    'address-exclusive',
    'an address inside join_uri',
    ['version: v2\njoin_uri: tbot+proxy+kubernetes://token@example.teleport.sh:443'],
  ],
  ['address-exclusive', 'an auth server alone', ['version: v2\nauth_server: auth.example:3025\nservices: []']],
  ['selector-istio', 'labels where there is no Istio', [tbot('').replace('{name: mesh}', '{labels: {a: [b]}}')]],
  [
    'listen-uri',
    'a TCP address, which another rule is about',
    [tbot('').replace('unix:///run/tbot/sockets/workload.sock', 'tcp://127.0.0.1:4000')],
  ],
  [
    'kubelet-ports',
    'a token path without anonymous',
    [tbot('attestors: {kubernetes: {enabled: true, kubelet: {token_path: /a, secure_port: 10250}}}')],
  ],
  [
    'tbot-version-sds-renewal',
    "the last line's fixed release",
    [pods('tbot').replace('example.com/app:1.0.0', 'gravitational/tbot:17.7.14')],
  ],
  [
    'tbot-version-pinned',
    'a digest',
    [pods('tbot').replace('example.com/app:1.0.0', `gravitational/tbot@sha256:${'a'.repeat(64)}`)],
  ],
  [
    'tbot-version-pinned',
    'an image whose name only begins alike',
    [pods('tbot').replace('example.com/app:1.0.0', 'example.com/tbot-exporter:latest')],
  ],
  [
    'node-name-env',
    'a tbot that attests nothing',
    [pods('tbot').replace('example.com/app:1.0.0', 'gravitational/tbot:18.7.3')],
  ],
  ['principal-has-scheme', 'a principal that only contains the word', [from('example.teleport.sh/ns/spiffe/sa/a')]],
  [
    'principal-foreign-trust-domain',
    'an alias, cluster.local and wildcards',
    [
      MESH,
      from('old.example/ns/a/sa/b'),
      policy(
        'rules: [{from: [{source: {principals: ["cluster.local/ns/a/sa/b", "*", "*/sa/b"]}}]}]',
        'name: b, namespace: shop',
      ),
    ],
  ],
  ['principal-foreign-trust-domain', "any principal while the mesh's own is unknown", [from('a.example/ns/a/sa/b')]],
  [
    'principal-not-expanded',
    'a mesh whose trust domain is cluster.local',
    ['meshConfig: {trustDomain: cluster.local}', from('cluster.local/ns/shop/*')],
  ],
  [
    'wildcard-inside',
    'asterisks at one end, and path templates',
    [to('paths: ["/a*", "*b", "/carts/{*}/items", "/x/{**}"]')],
  ],
  [
    'wildcard-inside',
    'namespaces, where every star counts',
    [policy('rules: [{from: [{source: {namespaces: ["a*b"]}}]}]')],
  ],
  [
    'deny-http-without-port',
    'a namespace with HTTP ports only',
    [pods('catalogue'), service('catalogue', 'name: http, port: 80'), to('methods: [GET]', 'action: DENY, ')],
  ],
  [
    'deny-http-without-port',
    "a gateway's port for HTTPS, which the gateway ends",
    [
      pods('catalogue', '', ', annotations: {inject.istio.io/templates: gateway}'),
      service('catalogue', 'name: https, port: 443, targetPort: 8443'),
      to('paths: [/admin]', 'action: DENY, '),
    ],
  ],
  [
    'allow-http-on-tcp',
    "a gateway's port for HTTPS, of a gateway that istioctl made",
    [
      pods('catalogue', '', '', ', args: [proxy, router]').replace('{name: app,', '{name: istio-proxy,'),
      service('catalogue', 'name: https, port: 443, targetPort: 8443'),
      to('methods: [GET]'),
    ],
  ],
  [
    'allow-http-on-tcp',
    'a workload that has an HTTP port too',
    [pods('catalogue'), service('catalogue', 'name: http, port: 80}, {name: tcp-a, port: 90'), to('methods: [GET]')],
  ],
  [
    'allow-http-on-tcp',
    'a port of unknown protocol, where both chains exist',
    [pods('catalogue'), service('catalogue', 'port: 8080'), to('methods: [GET]')],
  ],
  [
    'allow-http-on-tcp',
    'a rule for an HTTP workload, of a namespace that has a TCP one too',
    [
      pods('db'),
      service('db', 'name: tcp-a, port: 90'),
      pods('web'),
      service('web', 'name: http, port: 80'),
      to('methods: [GET]'),
    ],
  ],
  [
    'ports-are-service-ports',
    "a port that is the Service's and the pod's",
    [pods('catalogue'), service('catalogue', 'name: http, port: 80, targetPort: 80'), to('ports: ["80"]')],
  ],
  [
    'ports-are-service-ports',
    'a named target port',
    [
      pods('catalogue', '', '', ', ports: [{name: web, containerPort: 8080}]'),
      service('catalogue', 'name: http, port: 80, targetPort: web'),
      to('ports: ["8080"]'),
    ],
  ],
  [
    'ports-are-service-ports',
    "the port of another namespace's Service",
    [
      pods('catalogue'),
      service('catalogue', 'name: http, port: 80, targetPort: 8080'),
      to('ports: ["80"]').replace('namespace: shop', 'namespace: other'),
    ],
  ],
  ['allow-all-rule', 'a DENY of everything', [policy('action: DENY, rules: [{}]')]],
  [
    'trustdomains-before-1.30',
    'a target that has them',
    [policy('rules: [{from: [{source: {trustDomains: [a]}}]}]')],
    { target: { istio: '1.30.2' } },
  ],
  [
    'identity-rule-with-plaintext',
    'positive fields, which plain text never matches',
    [peer('mtls: {mode: PERMISSIVE}'), policy('rules: [{from: [{source: {namespaces: [a]}}]}]')],
  ],
  [
    'host-without-port',
    'a Service on port 80, whose port clients leave out',
    [pods('catalogue'), service('catalogue', 'name: http, port: 80'), to('hosts: [catalogue]')],
  ],
  ['policy-selector-labels', 'a plain selector', [policy('selector: {matchLabels: {a: b}}, rules: [{}]')]],
  [
    'policy-target-ref',
    'a Gateway and a GatewayClass',
    [
      policy(
        'targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: a}, {kind: GatewayClass, group: gateway.networking.k8s.io, name: istio-waypoint}], rules: [{}]',
      ),
    ],
  ],
  [
    'serviceaccounts-with-principals',
    'the two in different sources',
    [policy('rules: [{from: [{source: {serviceAccounts: [a/b]}}, {source: {namespaces: [c]}}]}]')],
  ],
  [
    'policy-ip-block',
    'addresses of both families, with and without a prefix',
    [policy('rules: [{from: [{source: {ipBlocks: ["10.0.0.1", "10.0.0.0/8", "::1", "2001:db8::/32"]}}]}]')],
  ],
  [
    'policy-service-account',
    'a bare name and one with its namespace',
    [policy('rules: [{from: [{source: {serviceAccounts: [a, b/c]}}]}]')],
  ],
  ['policy-port', 'the ends of the range', [to('ports: ["0", "65535"]')]],
  ['policy-path-template', 'braces of neither kind', [to('paths: ["/a*", "/b/{*}/c/{**}"]')]],
  [
    'policy-condition',
    'keys with a name',
    [
      policy(
        'rules: [{when: [{key: "request.auth.claims[a][b]", values: [c]}, {key: "experimental.envoy.filters.a.b[c]", values: [d]}, {key: source.ip, notValues: ["10.0.0.1"]}]}]',
      ),
    ],
  ],
  ['policy-empty-part', 'a rule without from', [to('ports: ["80"]')]],
  [
    'dry-run-annotation',
    'a DENY tried in shadow',
    [policy('action: DENY, rules: [{}]', 'name: a, namespace: b, annotations: {istio.io/dry-run: "true"}')],
  ],
  [
    'pa-selector-in-root-namespace',
    'a root namespace that is called otherwise',
    [
      'meshConfig: {trustDomain: a, rootNamespace: mesh-root}',
      peer('selector: {matchLabels: {a: b}}', 'name: a, namespace: istio-system'),
    ],
  ],
  [
    'pa-duplicates',
    "the mesh's policy and a namespace's",
    [peer('mtls: {mode: STRICT}', 'name: default, namespace: istio-system'), STRICT],
  ],
  [
    'pa-namespace-disable-workload-strict',
    'a DestinationRule that says what clients do',
    [
      peer('mtls: {mode: DISABLE}'),
      peer('selector: {matchLabels: {a: b}}, mtls: {mode: STRICT}', 'name: a, namespace: shop'),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec: {host: a, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}',
    ],
  ],
  [
    'destinationrule-tls-not-istio-mutual',
    'a host outside the mesh',
    [
      STRICT,
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec: {host: api.example.com, trafficPolicy: {tls: {mode: SIMPLE}}}',
    ],
  ],
  [
    'destinationrule-sans-wrong',
    'a list that has the identity among others',
    [
      MESH,
      pods('catalogue'),
      service('catalogue', 'name: http, port: 80'),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec: {host: catalogue, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: ["spiffe://x/y", "spiffe://old.example/ns/shop/sa/catalogue"]}}}',
    ],
  ],
  [
    'port-protocol-unknown',
    'names with a protocol before the dash, and appProtocol',
    [
      pods('a'),
      service(
        'a',
        'name: grpc-web-x, port: 1}, {name: HTTP-x, port: 2}, {name: odd, port: 3, appProtocol: kubernetes.io/h2c}, {name: dns, port: 53, protocol: UDP',
      ),
    ],
  ],
  [
    'port-protocol-unknown',
    'a workload that gets no proxy',
    [pods('a', '', ', annotations: {sidecar.istio.io/inject: "false"}'), service('a', 'port: 80')],
  ],
  [
    'port-protocol-unknown-server-first',
    "MySQL's own number, which Istio knows",
    [pods('db'), service('db', 'port: 3306')],
  ],
  [
    'server-first-permissive-plain',
    'a Service only the mesh can reach',
    [pods('db'), service('db', 'name: tcp-mysql, port: 3306'), peer('mtls: {mode: PERMISSIVE}')],
  ],
  [
    'gateway-without-identity',
    "an IstioOperator that patches its gateway's volume",
    [
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec:\n  values: {sidecarInjectorWebhook: {templates: {spire: "spec: {volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]}"}}}\n  components: {ingressGateways: [{name: a, enabled: true, k8s: {overlays: [{kind: Deployment, name: a, patches: [{path: "spec.template.spec.volumes.[name:workload-socket]", value: {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}}]}]}}]}',
    ],
  ],
  [
    'gateway-without-identity',
    'one that patches something else too',
    [
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec:\n  values: {sidecarInjectorWebhook: {templates: {spire: "spec: {volumes: [{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}]}"}}}\n  components: {ingressGateways: [{name: a, enabled: true, k8s: {overlays: [{kind: Deployment, name: a, patches: [{path: spec.replicas, value: 2}, {path: "spec.template.spec.volumes.[name:workload-socket]", value: {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}}]}]}}]}',
    ],
  ],
  [
    'gateway-without-identity',
    'a gateway of a mesh that takes nothing from Teleport',
    ['podAnnotations: {inject.istio.io/templates: gateway}', 'meshConfig: {trustDomain: cluster.local}'],
  ],
  [
    'mixed-ca-peers',
    'two workloads that are both left on istiod',
    [
      overlay(''),
      pods('a', '', SIDECAR),
      pods('catalogue', '', SIDECAR),
      policy(
        'selector: {matchLabels: {app: catalogue}}, rules: [{from: [{source: {principals: [example.teleport.sh/ns/shop/sa/a]}}]}]',
      ),
    ],
  ],
  [
    'dup-names-and-keys',
    'the same name in another namespace, group and kind',
    [
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: b}',
      'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a, namespace: c}',
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: b}',
      'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: b}\nspec: {}',
    ],
  ],
  [
    'unknown-field',
    'what SOPS adds to an object, until it is decrypted',
    [
      'apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\ndata: {key: "ENC[AES256_GCM,data:dA==,type:str]"}\nsops: {mac: "ENC[AES256_GCM,data:dA==,type:str]", version: 3.9.0}',
    ],
  ],
  [
    'subject-namespace',
    'a user, who has none',
    [
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}\nsubjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: a}]',
    ],
  ],
  [
    'subject-namespace',
    'a RoleBinding, which means its own namespace',
    [
      'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: b}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: a}\nsubjects: [{kind: ServiceAccount, name: a}]',
    ],
  ],
  [
    'mount-without-volume',
    "a claim template's volume",
    [
      pods('db', '', '', ', volumeMounts: [{name: data, mountPath: /data}]')
        .replace('Deployment', 'StatefulSet')
        .replace(
          'spec:\n  selector',
          'spec:\n  serviceName: db\n  volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]\n  selector',
        ),
    ],
  ],
  [
    'principal-without-service-account',
    'a ServiceAccount that a pod runs as but no file makes',
    [pods('front-end'), from('example.teleport.sh/ns/shop/sa/front-end')],
  ],
  [
    'principal-without-service-account',
    'the ServiceAccount every namespace has',
    [pods('front-end'), from('example.teleport.sh/ns/shop/sa/default')],
  ],
  [
    'principal-without-service-account',
    'a namespace that is not among the files',
    [pods('front-end'), from('example.teleport.sh/ns/other/sa/a')],
  ],
  [
    'principal-not-issued',
    'an identity whose rules are an expression',
    [
      identity(PATH, '  rules: {allow: [{expression: workload.kubernetes.attested}]}\n'),
      from('example.teleport.sh/ns/other/sa/a'),
    ],
  ],
  [
    'workload-not-issued',
    'a workload left on istiod',
    [
      overlay(''),
      identity(PATH, allow('{attribute: workload.kubernetes.namespace, in: {values: [other]}}')),
      pods('a', '', SIDECAR),
    ],
  ],
  [
    'workload-without-policy',
    'a workload no Service leads to',
    [
      pods('worker', '', SIDECAR),
      pods('catalogue', '', SIDECAR),
      service('catalogue', 'name: http, port: 80'),
      policy('selector: {matchLabels: {app: catalogue}}, rules: [{}]'),
    ],
  ],
  ['workload-without-policy', 'a namespace where nothing is protected yet', [pods('a', '', SIDECAR)]],
  [
    'suppression-unused',
    'a suppression of a rule that needs to know everything',
    [
      `# teleport-istio-ignore service-selects-nothing: pods come from a controller\n${service('a', 'name: http, port: 80')}`,
    ],
  ],
];

test.each(named(SILENT))('%s says nothing about %s', (rule, _, [, , documents, options]) => {
  expect(fires(rule, documents, options)).toBe(false);
});

const SPEAKS: readonly Case[] = [
  ['overlay-lists-proxy-container', "a native sidecar's list", [overlay('initContainers: [{name: istio-proxy}]')]],
  [
    'overlay-init-with-gateway',
    "the gateway chart's values",
    [overlay('initContainers: [{name: istio-proxy}]'), 'podAnnotations: {inject.istio.io/templates: "gateway,spire"}'],
  ],
  [
    'template-unknown-name',
    'an empty name, wherever the injector is',
    [pods('a', '', ', annotations: {inject.istio.io/templates: "sidecar,"}')],
  ],
  [
    'template-unknown-name',
    'default templates',
    [overlay('').replace('  templates:', '  defaultTemplates: [sidecar, spiffe]\n  templates:')],
  ],
  ['template-unknown-name', 'default templates of a running injector', [injector('defaultTemplates: [sidecar, spir]')]],
  [
    'socket-mount-as-file',
    "the file as an overlay's volume",
    [overlay('').replace(/csi: .*/, 'hostPath: {path: /run/tbot/workload.sock, type: Socket}')],
  ],
  [
    'socket-mount-as-file',
    'the file as a mount of an overlay',
    [
      overlay(
        'initContainers: [{name: istio-proxy, volumeMounts: [{name: workload-socket, mountPath: /a/b, subPath: b}]}]',
      ),
    ],
  ],
  [
    'template-annotation-misplaced',
    "a Deployment's own metadata",
    [
      pods('a').replace(
        'namespace: shop',
        'namespace: shop, annotations: {inject.istio.io/templates: "sidecar,spire"}',
      ),
    ],
  ],
  [
    'volume-two-sources',
    "a patch into the gateway's volume",
    [
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec: {components: {ingressGateways: [{name: a, enabled: true, k8s: {overlays: [{kind: Deployment, name: a, patches: [{path: "spec.template.spec.volumes.[name:workload-socket].csi", value: {}}]}]}}]}}',
    ],
  ],
  [
    'ca-addr-overridden',
    'proxyMetadata',
    ['meshConfig: {defaultConfig: {proxyMetadata: {PILOT_CERT_PROVIDER: workloadapi}}}'],
  ],
  [
    'istiod-ca-disabled',
    "an IstioOperator's list",
    [
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: a}\nspec: {components: {pilot: {k8s: {env: [{name: ENABLE_CA_SERVER, value: "false"}]}}}}',
    ],
  ],
  [
    'native-sidecar-attestation',
    'an old tbot among the files, whatever the target',
    [overlay(''), pods('tbot').replace('example.com/app:1.0.0', 'gravitational/tbot:18.7.3')],
  ],
  [
    'tbot-version-sds-renewal',
    'the last release before the fix',
    [pods('tbot').replace('example.com/app:1.0.0', 'gravitational/tbot:18.6.3')],
  ],
  [
    'tbot-version-sds-renewal',
    'the last release before the fix in the 17 line',
    [pods('tbot').replace('example.com/app:1.0.0', 'gravitational/tbot:17.7.13')],
  ],
  [
    'istio-regex-cve',
    'a release of the newer line before its fix',
    [overlay('').replace('meshConfig', 'global: {tag: 1.29.2-distroless}\nmeshConfig')],
  ],
  ['spiffe-path-user-controlled', 'a second /ns/', [identity('/ns/a/ns/{{ workload.kubernetes.namespace }}')]],
  ['template-attr', 'braces inside', [identity('/ns/{{ {workload.kubernetes.namespace} }}')]],
  [
    'rules-shape',
    'two operators',
    [identity(PATH, allow('{attribute: workload.kubernetes.namespace, eq: {value: a}, in: {values: [b]}}'))],
  ],
  [
    'rules-shape',
    'an attribute that is misspelt',
    [identity(PATH, allow('{attribute: workload.kubernetes.namespaces, eq: {value: a}}'))],
  ],
  ['rules-shape', 'deny rules', [identity(PATH, '  rules: {deny: [], allow: [{expression: "true"}]}\n')]],
  ['identity-unattested', 'a static id that nobody limits', [identity('/svc/a'), tbot('')]],
  ['ttl', 'one value without its partner', [tbot('credential_ttl: 2h')]],
  ['ttl', 'a duration as tbot writes it, in a resource', [withMaximum('1h')]],
  ['ttl', 'a second more than two weeks', [withMaximum('1209601s')]],
  ['ttl', 'a renewal above what the identity allows', [withMaximum('600s'), tbot('')]],
  ['bot-wiring', 'a selector without its identity', [identity(PATH).replace('name: mesh', 'name: other'), tbot('')]],
  [
    'join-keys',
    'a private key in the JWKS',
    [
      `kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {type: static_jwks, static_jwks: {jwks: '{"keys": [{"kty": "RSA", "d": "x"}]}'}, allow: [{service_account: "a:b"}]}}`,
    ],
  ],
  [
    'join-keys',
    'an issuer without TLS',
    [
      'kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {type: oidc, oidc: {issuer: "http://a"}, allow: [{service_account: "a:b"}]}}',
    ],
  ],
  [
    'join-keys',
    'in_cluster with Teleport Cloud',
    [
      'kind: token\nversion: v2\nmetadata: {name: a}\nspec: {roles: [Bot], bot_name: a, join_method: kubernetes, kubernetes: {allow: [{service_account: "a:b"}]}}',
      tbot('', 'onboarding: {join_method: kubernetes, token: a}\n'),
    ],
  ],
  ['address-exclusive', 'both addresses', [tbot('', 'auth_server: a:3025\n')]],
  [
    'service-name',
    'a name that is used twice',
    [
      `${tbot('name: a')}\n  - type: workload-identity-api\n    name: a\n    listen: unix:///b/c\n    selector: {name: mesh}`,
    ],
  ],
  [
    'kubelet-ports',
    'a token nobody sends',
    [tbot('attestors: {kubernetes: {enabled: true, kubelet: {anonymous: true, token_path: /a}}}')],
  ],
  ['listen-uri', 'a relative path', [tbot('').replace('unix:///run/tbot/sockets/workload.sock', './workload.sock')]],
  [
    'principal-has-scheme',
    'a condition',
    [policy('action: DENY, rules: [{when: [{key: source.principal, values: ["spiffe://a/ns/b/sa/c"]}]}]')],
  ],
  [
    'principal-has-scheme',
    'a not-field',
    [policy('action: DENY, rules: [{from: [{source: {notPrincipals: ["spiffe://a/ns/b/sa/c"]}}]}]')],
  ],
  [
    'deny-http-without-port',
    'a header condition',
    [
      pods('db'),
      service('db', 'name: tcp, port: 90'),
      policy('action: DENY, rules: [{when: [{key: "request.headers[a]", values: [b]}]}]'),
    ],
  ],
  [
    'deny-http-without-port',
    'a policy in the root namespace, for every namespace',
    [
      pods('db'),
      service('db', 'name: tcp, port: 90'),
      policy('action: DENY, rules: [{to: [{operation: {methods: [GET]}}]}]', 'name: a, namespace: istio-system'),
    ],
  ],
  [
    'allow-http-on-tcp',
    'a rule for two workloads that both have only TCP',
    [
      pods('db'),
      service('db', 'name: tcp-a, port: 90'),
      pods('web'),
      service('web', 'name: tcp-b, port: 80'),
      to('methods: [GET]'),
    ],
  ],
  [
    'ports-are-service-ports',
    'portLevelMtls',
    [
      pods('db'),
      service('db', 'name: tcp, port: 90, targetPort: 9000'),
      peer('selector: {matchLabels: {app: db}}, portLevelMtls: {"90": {mode: DISABLE}}', 'name: db, namespace: shop'),
    ],
  ],
  ['policy-ip-block', 'a condition', [policy('rules: [{when: [{key: source.ip, values: [a]}]}]')]],
  [
    'policy-condition',
    'a key that was removed',
    [policy('rules: [{when: [{key: destination.namespace, values: [a]}]}]')],
  ],
  ['policy-condition', 'no values at all', [policy('rules: [{when: [{key: source.ip}]}]')]],
  ['policy-empty-part', 'an operation with nothing in it', [policy('rules: [{to: [{operation: {}}]}]')]],
  ['policy-path-template', 'a template after {**}', [to('paths: ["/a/{**}/{*}"]')]],
  ['policy-path-template', 'a plain asterisk next to a template', [to('paths: ["/a/{*}/b*"]')]],
  ['policy-service-account', 'two slashes', [policy('rules: [{from: [{source: {serviceAccounts: [a/b/c]}}]}]')]],
  [
    'custom-policy',
    'an identity',
    [policy('action: CUSTOM, provider: {name: a}, rules: [{from: [{source: {namespaces: [a]}}]}]')],
  ],
  ['custom-policy', 'a provider for ALLOW', [policy('provider: {name: a}, rules: [{}]')]],
  [
    'dry-run-annotation',
    'another kind',
    [STRICT.replace('namespace: shop', 'namespace: shop, annotations: {istio.io/dry-run: "true"}')],
  ],
  [
    'pa-port-level-without-selector',
    'a port that is none',
    [peer('selector: {matchLabels: {a: b}}, portLevelMtls: {"0": {mode: DISABLE}}')],
  ],
  [
    'destinationrule-tls-not-istio-mutual',
    'a short host, a subset and a port',
    [
      STRICT,
      pods('a'),
      service('a', 'name: http, port: 80'),
      'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a, namespace: shop}\nspec: {host: a, subsets: [{name: v1, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: SIMPLE}}]}}]}',
    ],
  ],
  [
    'port-protocol-unknown',
    'appProtocol that says nothing, beside a name that would',
    [pods('a', '', SIDECAR), service('a', 'name: http, port: 80, appProtocol: custom')],
  ],
  [
    'port-protocol-unknown-server-first',
    'an image that is a database',
    [pods('db', '', SIDECAR).replace('example.com/app:1.0.0', 'mariadb:11'), service('db', 'name: data, port: 9000')],
  ],
  [
    'gateway-without-identity',
    "a Deployment of one's own",
    [overlay(''), pods('gw', '', ', annotations: {inject.istio.io/templates: gateway}')],
  ],
  [
    'mixed-ca-peers',
    'a caller that is enrolled and a callee that is not',
    [
      overlay(''),
      pods('a', '', SPIRE),
      pods('catalogue', '', SIDECAR),
      policy(
        'selector: {matchLabels: {app: catalogue}}, rules: [{from: [{source: {principals: [example.teleport.sh/ns/shop/sa/a]}}]}]',
      ),
    ],
  ],
  [
    'workload-without-policy',
    'a namespace of its own, when the inputs are everything',
    [pods('a', '', SIDECAR), policy('rules: [{}]', 'name: a, namespace: other')],
    { complete: true },
  ],
  [
    'gateway-api-without-identity',
    'a Gateway without parameters',
    [
      overlay(''),
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: a, namespace: shop}\nspec: {gatewayClassName: istio, listeners: []}',
    ],
    { complete: true },
  ],
];

test.each(named(SPEAKS))('%s speaks about %s', (rule, _, [, , documents, options]) => {
  expect(fires(rule, documents, options)).toBe(true);
});
