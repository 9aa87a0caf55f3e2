import { checkFiles } from '../../../../lib/check';

const RULES = ['object-name', 'workload-refused', 'service-refused', 'object-refused', 'api-version-removed'];
const says = (text: string, file = 'a.yaml') =>
  checkFiles([{ file, text }], { rules: RULES }).map(({ found }) => found);

const pods = (kind: string, spec: string, pod: string, metadata = 'name: web') =>
  `apiVersion: ${/Job/.test(kind) ? 'batch' : 'apps'}/v1\nkind: ${kind}\nmetadata: {${metadata}, namespace: shop}\nspec: {${spec}template: {metadata: {labels: {app: web}}, spec: {${pod}}}}\n`;
const SELECTOR = 'selector: {matchLabels: {app: web}}, ';
const deployment = (pod: string, spec = '') => says(pods('Deployment', `${SELECTOR}${spec}`, pod));
const container = (text: string, pod = '') => deployment(`${pod}containers: [{name: web, image: "web:1", ${text}}]`);
const ONE = 'containers: [{name: web, image: "web:1"}]';

describe('a container', () => {
  test.each([
    ['ports: [{name: http-web, containerPort: 80}, {name: a1, containerPort: 80}]'],
    ['env: [{name: A.B-C, value: "1"}, {name: B, valueFrom: {fieldRef: {fieldPath: "metadata.labels[\'app\']"}}}]'],
    [
      'resources: {requests: {cpu: 500m, memory: 1Gi, example.com/gpu: 1}, limits: {cpu: 1, memory: 1024Mi, example.com/gpu: 1}}',
    ],
    ['livenessProbe: {grpc: {port: 80}}, readinessProbe: {exec: {command: [a]}, successThreshold: 2}'],
    ['resources: {requests: {cpu: "{{ .Values.cpu }}"}}'],
    ['securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [SYS_PTRACE]}, runAsUser: 0}'],
  ])('is right: %s', (text) => expect(container(text)).toEqual([]));

  test.each([
    [
      'ports: [{name: http-very-long-name, containerPort: 80}]',
      '"http-very-long-name" is not a valid port name: at most 15 lower-case letters, digits and hyphens, one a letter',
    ],
    [
      'ports: [{name: HTTP, containerPort: 80}]',
      '"HTTP" is not a valid port name: at most 15 lower-case letters, digits and hyphens, one a letter',
    ],
    ['ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]', 'two ports are named "a"'],
    ['ports: [{containerPort: 80000}]', '80000 is not a port number'],
    ['ports: [{containerPort: -1}]', '-1 is not a port number'],
    ['env: [{name: "A=B", value: c}]', '"A=B" is not a valid name of a variable'],
    [
      'env: [{name: A, value: b, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]',
      'value and valueFrom are both set',
    ],
    [
      'env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.serviceAccount}}}]',
      'fieldRef does not support the field spec.serviceAccount',
    ],
    ['resources: {requests: {memory: 128Mb}}', '"128Mb" is not a quantity such as 500m or 128Mi'],
    ['resources: {requests: {mem: 128Mi}}', '"mem" is not a resource of containers'],
    ['resources: {requests: {memory: 2Gi}, limits: {memory: 1024Mi}}', 'the request 2Gi is above the limit 1024Mi'],
    ['readinessProbe: {periodSeconds: 5}', 'a probe has no exec, httpGet, tcpSocket, grpc'],
    ['readinessProbe: {httpGet: {port: 80}, tcpSocket: {port: 80}}', 'a probe has httpGet and tcpSocket'],
    [
      'livenessProbe: {tcpSocket: {port: 80}, successThreshold: 2}',
      'successThreshold of livenessProbe is 2, but must be 1',
    ],
    [
      'securityContext: {privileged: true, allowPrivilegeEscalation: false}',
      'allowPrivilegeEscalation is false and privileged is true',
    ],
    ['securityContext: {runAsUser: -1}', 'runAsUser is -1, but must be from 0 to 2147483647'],
  ])('is refused: %s', (text, problem) => expect(container(text)).toEqual([problem]));

  test('has a mount at each path once, and paths below its volumes', () => {
    const volumes = 'volumes: [{name: a, emptyDir: {}}, {name: b, emptyDir: {}}], ';
    expect(container('volumeMounts: [{name: a, mountPath: /x}, {name: b, mountPath: /x}]', volumes)).toEqual([
      'two volumes are mounted at /x',
    ]);
    expect(container('volumeMounts: [{name: a, mountPath: /x, subPath: ../b}]', volumes)).toEqual([
      '"../b" is not a path inside the volume',
    ]);
  });

  test('needs an image, but not in a patch', () => {
    const text = pods('Deployment', SELECTOR, 'containers: [{name: web}]');
    expect(says(text)).toEqual(['a container has no image']);
    expect(says(text, 'patches/web.yaml')).toEqual([]);
  });
});

describe('a pod', () => {
  test.each([
    [`volumes: [{name: a, csi: {driver: csi.spiffe.io, readOnly: true}}, {name: b}], ${ONE}`],
    [`hostNetwork: true, containers: [{name: web, image: "web:1", ports: [{containerPort: 80, hostPort: 80}]}]`],
    [`initContainers: [{name: a, image: b, restartPolicy: Always, startupProbe: {tcpSocket: {port: 1}}}], ${ONE}`],
    [`tolerations: [{operator: Exists}, {key: a, effect: NoExecute, tolerationSeconds: 5}], ${ONE}`],
  ])('is right: %s', (pod) => expect(deployment(pod)).toEqual([]));

  test.each([
    ['containers: [{name: web, image: a}, {name: web, image: b}]', 'two containers are named "web"'],
    [`initContainers: [{name: web, image: a}], ${ONE}`, 'two containers are named "web"'],
    [
      `initContainers: [{name: a, image: b, readinessProbe: {tcpSocket: {port: 1}}}], ${ONE}`,
      'an init container that ends has readinessProbe',
    ],
    ['containers: [{name: web_1, image: a}]', '"web_1" is not a valid name of a container'],
    [
      'hostNetwork: true, containers: [{name: web, image: a, ports: [{containerPort: 80, hostPort: 81}]}]',
      'on the host network, hostPort must be containerPort',
    ],
    [`volumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}], ${ONE}`, 'two volumes are named "a"'],
    [`volumes: [{name: Data, emptyDir: {}}], ${ONE}`, '"Data" is not a valid name of a volume'],
    [`volumes: [{name: a, hostPath: {path: /a/../b}}], ${ONE}`, '"/a/../b" contains ".."'],
    [
      `volumes: [{name: a, csi: {driver: csi_spiffe, readOnly: true}}], ${ONE}`,
      '"csi_spiffe" is not a valid name of a CSI driver',
    ],
    [
      `volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 60}}]}}], ${ONE}`,
      'a token expires after 60 seconds, but the minimum is 600',
    ],
    [`serviceAccountName: Web_1, ${ONE}`, '"Web_1" is not a valid name of a ServiceAccount'],
    [`hostUsers: false, hostPID: true, ${ONE}`, 'hostUsers is false and hostPID is true'],
    [`dnsPolicy: None, ${ONE}`, 'dnsPolicy None requires dnsConfig'],
    [`tolerations: [{operator: Exists, value: a}], ${ONE}`, 'a toleration with operator Exists has a value'],
    [`tolerations: [{value: a}], ${ONE}`, 'a toleration without a key requires operator Exists'],
    [`nodeSelector: {a: "b c"}, ${ONE}`, '"b c" is not a valid label value'],
    [`hostAliases: [{ip: a.example, hostnames: [b]}], ${ONE}`, '"a.example" is not an IP address'],
    [`securityContext: {seccompProfile: {type: Localhost}}, ${ONE}`, 'type Localhost requires localhostProfile'],
    [`restartPolicy: Never, ${ONE}`, 'restartPolicy of a Deployment is Never, but must be Always'],
  ])('is refused: %s', (pod, problem) => expect(deployment(pod)).toEqual([problem]));
});

describe('a workload', () => {
  const job = (spec: string, pod = 'restartPolicy: Never, ') => says(pods('Job', spec, `${pod}${ONE}`));
  const cron = (spec: string, name = 'web') =>
    says(
      `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: ${name}, namespace: shop}\nspec: {${spec}, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ${ONE}}}}}}\n`,
    );

  test('has a restart policy and a selector that fit its kind', () => {
    expect(job('')).toEqual([]);
    expect(job('', '')).toEqual(['restartPolicy of a Job is neither Never nor OnFailure']);
    expect(job(SELECTOR)).toEqual(['a selector of a Job requires manualSelector: true']);
    expect(job(`manualSelector: true, ${SELECTOR}`)).toEqual([]);
    expect(job('selector: {matchLabels: {batch.kubernetes.io/controller-uid: a}}, ')).toEqual([]);
    expect(says(pods('Deployment', 'selector: {}, ', ONE))).toEqual(['the selector is empty']);
  });

  test.each([
    ['strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, ', 'rollingUpdate is combined with type Recreate'],
    ['strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0%}}, ', 'maxUnavailable and maxSurge are both 0'],
    ['replicas: -1, ', 'replicas is -1, but must not be negative'],
  ])('is refused: %s', (spec, problem) => expect(deployment(ONE, spec)).toEqual([problem]));

  test.each([
    ['schedule: "*/5 0-6 * JAN MON-FRI"', []],
    ['schedule: "@daily", timeZone: Europe/Berlin', []],
    ['schedule: "{{ .Values.schedule }}"', []],
    ['schedule: "* * * *"', ['"* * * *" is not a cron schedule of five fields']],
    ['schedule: "TZ=UTC 0 0 * * *"', ['the schedule contains a time zone; use timeZone']],
    ['schedule: "@daily", timeZone: Berlin', ['the time zone "Berlin" does not exist']],
  ])('is a CronJob with %s', (spec, problems) => expect(cron(spec)).toEqual(problems));

  test('is a CronJob with a name that leaves room for those of its Jobs', () => {
    expect(cron('schedule: "@daily"', 'a'.repeat(52))).toEqual([]);
    expect(cron('schedule: "@daily"', 'a'.repeat(53))).toEqual(['the name of a CronJob has at most 52 characters']);
  });
});

describe('a name', () => {
  const object = (kind: string, metadata: string, apiVersion = 'v1') =>
    says(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\n`);

  test.each([
    ['ServiceAccount', 'name: a.b-1, namespace: shop'],
    ['ServiceAccount', `name: "\${NAME}"`],
    ['ServiceAccount', 'name: $NAME, namespace: $NAMESPACE'],
    ['ServiceAccount', 'generateName: a-'],
    ['ServiceAccount', 'name: a, labels: {a.example/B_c: "", d: D.e_f}, annotations: {A.example/b: "any thing"}'],
  ])('is right: %s %s', (kind, metadata) => expect(object(kind, metadata)).toEqual([]));

  test('may have colons and upper case in a role, and in groups of others', () => {
    expect(object('ClusterRole', 'name: "system:Reader"', 'rbac.authorization.k8s.io/v1')).toEqual([]);
    expect(object('ImageStreamTag', 'name: "a:latest"', 'image.openshift.io/v1')).toEqual([]);
  });

  test.each([
    ['ServiceAccount', 'name: front_end', '"front_end" is not a valid name'],
    ['ServiceAccount', 'name: a, namespace: Shop', '"Shop" is not a valid namespace name'],
    ['Namespace', 'name: my.shop', '"my.shop" is not a valid name of a Namespace'],
    ['ServiceAccount', 'name: a, labels: {"a b": c}', '"a b" is not a valid label key'],
    ['ServiceAccount', 'name: a, labels: {a: "b c"}', '"b c" is not a valid label value'],
    ['ServiceAccount', 'name: a, annotations: {a/b/c: d}', '"a/b/c" is not a valid annotation key'],
    [
      'Namespace',
      'name: a, labels: {pod-security.kubernetes.io/enforce: priviledged}',
      '"priviledged" is not a level of Pod Security',
    ],
  ])('is refused: %s %s', (kind, metadata, problem) => expect(object(kind, metadata)).toEqual([problem]));

  test('of an Istio object follows the same rules', () => {
    expect(
      says('apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: my_edge, namespace: shop}\n'),
    ).toEqual(['"my_edge" is not a valid name']);
  });
});

describe('a Service', () => {
  const service = (spec: string) =>
    says(`apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {${spec}}\n`);

  test.each([
    ['ports: [{port: 80, targetPort: http}]'],
    ['clusterIP: None, selector: {app: web}'],
    ['type: ExternalName, externalName: db.example'],
    [
      'type: NodePort, externalTrafficPolicy: Local, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 80, protocol: UDP}]',
    ],
  ])('is right: %s', (spec) => expect(service(spec)).toEqual([]));

  test.each([
    ['selector: {app: web}', 'the Service has no ports'],
    ['ports: [{name: a, port: 80}, {name: a, port: 81}]', 'two ports are named "a"'],
    ['ports: [{name: a, port: 80}, {name: b, port: 80}]', 'the port TCP 80 is listed twice'],
    ['ports: [{name: HTTP_web, port: 80}]', '"HTTP_web" is not a valid name of a port of a Service'],
    ['ports: [{port: 80, targetPort: "8080"}]', '"8080" is a string; write the number without quotes'],
    ['ports: [{port: 80, nodePort: 30080}]', 'nodePort is not allowed for type ClusterIP'],
    ['type: LoadBalancer, clusterIP: None, ports: [{port: 80}]', 'clusterIP None is combined with type LoadBalancer'],
    ['type: ExternalName', 'a Service of type ExternalName has no externalName'],
    ['type: ExternalName, externalName: "https://a.example"', '"https://a.example" is not a host'],
    ['externalTrafficPolicy: Local, ports: [{port: 80}]', 'externalTrafficPolicy is not allowed for type ClusterIP'],
  ])('is refused: %s', (spec, problem) => expect(service(spec)).toEqual([problem]));
});

test.each([
  [
    'Role',
    'rbac.authorization.k8s.io/v1',
    'rules: [{nonResourceURLs: [/a], verbs: [get]}]',
    ['nonResourceURLs are allowed only in ClusterRoles'],
  ],
  ['ClusterRole', 'rbac.authorization.k8s.io/v1', 'rules: [{nonResourceURLs: [/a], verbs: [get]}]', []],
  ['ClusterRole', 'rbac.authorization.k8s.io/v1', 'aggregationRule: {clusterRoleSelectors: []}', []],
  [
    'ClusterRole',
    'rbac.authorization.k8s.io/v1',
    'rules: [{resources: [pods], verbs: [get]}]',
    ['a rule has no apiGroups'],
  ],
  [
    'ClusterRoleBinding',
    'rbac.authorization.k8s.io/v1',
    'roleRef: {kind: Role, name: a, apiGroup: rbac.authorization.k8s.io}',
    ['a ClusterRoleBinding cannot refer to a Role'],
  ],
  [
    'RoleBinding',
    'rbac.authorization.k8s.io/v1',
    'roleRef: {kind: Role, name: a, apiGroup: v1}',
    ['apiGroup of the role is "v1", not rbac.authorization.k8s.io'],
  ],
  [
    'RoleBinding',
    'rbac.authorization.k8s.io/v1',
    'subjects: [{kind: ServiceAccount, name: a, apiGroup: rbac.authorization.k8s.io}]',
    ['apiGroup of the subject is "rbac.authorization.k8s.io", not ""'],
  ],
  [
    'RoleBinding',
    'rbac.authorization.k8s.io/v1',
    'subjects: [{kind: Group, name: a, apiGroup: rbac.authorization.k8s.io}, {kind: User, name: b}]',
    [],
  ],
  [
    'NetworkPolicy',
    'networking.k8s.io/v1',
    'spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]}]}',
    [],
  ],
  [
    'NetworkPolicy',
    'networking.k8s.io/v1',
    'spec: {podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.1}}]}]}',
    ['"10.0.0.1" is not a CIDR such as 10.0.0.0/8'],
  ],
  [
    'NetworkPolicy',
    'networking.k8s.io/v1',
    'spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]}',
    ['ipBlock and podSelector are both set'],
  ],
  ['ConfigMap', 'v1', 'data: {a.b-c_D: e}', []],
  ['ConfigMap', 'v1', 'data: {a/b: c}', ['"a/b" is not a valid key']],
  ['Secret', 'v1', 'data: {a: Yg==}', []],
  ['Secret', 'v1', 'data: {a: "ENC[AES256_GCM,data:b]", c: <path:d>}', []],
  ['Secret', 'v1', 'data: {a: password}', []],
  ['Secret', 'v1', 'data: {a: pass word}', ['the value of a is not valid Base64; plain text belongs in stringData']],
  [
    'Secret',
    'v1',
    'type: kubernetes.io/tls\nstringData: {cert: a}',
    ['a Secret of type kubernetes.io/tls has no tls.crt'],
  ],
  [
    'PodDisruptionBudget',
    'policy/v1',
    'spec: {minAvailable: 1, maxUnavailable: 1}',
    ['minAvailable and maxUnavailable are both set'],
  ],
  [
    'HorizontalPodAutoscaler',
    'autoscaling/v2',
    'spec: {minReplicas: 5, maxReplicas: 2}',
    ['maxReplicas 2 is below minReplicas 5'],
  ],
  [
    'Ingress',
    'networking.k8s.io/v1',
    'spec: {rules: [{http: {paths: [{path: a, pathType: Prefix}]}}]}',
    ['the path "a" does not begin with /'],
  ],
  ['CronJob', 'batch/v1beta1', 'spec: {}', ['CronJob of batch/v1beta1 was removed in Kubernetes 1.25']],
  ['Ingress', 'extensions/v1beta1', 'spec: {}', ['Ingress of extensions/v1beta1 was removed in Kubernetes 1.22']],
])('%s of %s with %s', (kind, apiVersion, rest, problems) => {
  expect(says(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: shop}\n${rest}\n`)).toEqual(
    problems,
  );
});

test('what a kustomization replaces is not known yet', () => {
  const text = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: NAME_PLACEHOLDER, namespace: shop}\n';
  const kustomization = { file: 'kustomization.yaml', text: 'resources: [a.yaml]\n' };
  expect(checkFiles([{ file: 'a.yaml', text }, kustomization], { rules: RULES })).toEqual([]);
  expect(says(text)).toEqual(['"NAME_PLACEHOLDER" is not a valid name']);
});
