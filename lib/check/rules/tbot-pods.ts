import { isList, isObject, listAt, objectAt, textAt, toPointer } from '../../manifests';
import { Target } from '../../target';
import type { CheckContext, TbotWorkload } from '../model';
import { defineRule } from '../rule';
import { indent, stream } from './examples';

const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata: {name: tbot, namespace: teleport}
data:
  tbot.yaml: |
    version: v2
    proxy_server: example.teleport.sh:443
    diag_addr: 0.0.0.0:3001
    services:
      - type: workload-identity-api
        listen: unix:///run/tbot/sockets/workload.sock
        selector: {name: mesh}
        attestors: {kubernetes: {enabled: true}}
`;

interface Example {
  readonly image?: string;
  readonly metadata?: string;
  readonly pod?: string;
  readonly container?: string;
}

/** tbot's configuration and a DaemonSet that does the things right which an example does not say. */
function tbot({ image = '18.7.3', metadata = '', pod = 'hostPID: true', container = '' }: Example): string {
  return stream(
    CONFIG,
    `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tbot, namespace: teleport}
spec:
  selector: {matchLabels: {app: tbot}}
  template:
    metadata:
      labels: {app: tbot}
${indent(metadata, 6)}
    spec:
      serviceAccountName: tbot
${indent(pod, 6)}
      containers:
        - name: tbot
          image: public.ecr.aws/gravitational/tbot-distroless:${image}
${indent(container, 10)}
      volumes:
        - {name: config, configMap: {name: tbot}}
`.replace(/\n\s*\n/g, '\n'),
  );
}

const NODE_NAME = 'env:\n  - name: TELEPORT_NODE_NAME\n    valueFrom: {fieldRef: {fieldPath: spec.nodeName}}';
const PROBES =
  'readinessProbe: {httpGet: {path: /readyz, port: 3001}}\nlivenessProbe: {httpGet: {path: /livez, port: 3001}}';

const clusterRole = (resource: string) =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: tbot}\nrules:\n  - {apiGroups: [""], resources: [${resource}], verbs: [get]}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: tbot}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tbot}\nsubjects: [{kind: ServiceAccount, name: tbot, namespace: teleport}]\n`;

function attesting({ tbotWorkloads }: CheckContext): readonly TbotWorkload[] {
  return tbotWorkloads.filter(({ configs }) => configs.some(({ attestsKubernetes }) => attestsKubernetes));
}

/** Rules of the ClusterRoles bound to a tbot's ServiceAccount; undefined if no binding is among the manifests. */
function clusterRules({ manifests }: CheckContext, { workload }: TbotWorkload) {
  const roles = manifests.ofKind('ClusterRoleBinding').flatMap(({ body }) => {
    const isBound = listAt(body, 'subjects').some(
      (subject) =>
        textAt(subject, 'kind') === 'ServiceAccount' &&
        textAt(subject, 'name') === workload.serviceAccount &&
        textAt(subject, 'namespace') === workload.namespace,
    );
    const role = manifests.find('ClusterRole', undefined, textAt(body, 'roleRef', 'name') ?? '');
    return isBound && role ? [role] : [];
  });
  return roles.flatMap((role) =>
    listAt(role.body, 'rules').map((rule, index) => ({
      role,
      pointer: `/rules/${index}`,
      resources: listAt(rule, 'resources'),
    })),
  );
}

/** The pods tbot runs in. */
export const TBOT_POD_RULES = [
  defineRule({
    id: 'tbot-version-sds-renewal',
    severity: 'error',
    title: 'A tbot whose certificates run out after an hour',
    found: 'tbot is {version}',
    why: 'Before 17.7.14 and 18.6.4 tbot re-sends the same ageing certificate to Envoy until it expires: every mesh call fails an hour after the pod started.',
    fix: 'use 18.6.4 or later (17.7.14 in the 17 line)',
    source: 'gravitational/teleport#62813, #62829, #62830',
    wrong: tbot({ image: '18.5.0' }),
    right: tbot({}),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, release } of tbotWorkloads) {
        if (!release || Target.of({ teleport: `${release}` }).sdsRenewsSvids) continue;
        report(workload.manifest, `${container.pointer}/image`, { version: `${release}` });
      }
    },
  }),
  defineRule({
    id: 'tbot-version-pinned',
    severity: 'warning',
    title: 'A floating version of tbot',
    found: 'the image is {image}',
    why: 'Which tbot runs changes without a change in the manifests, and may be one that never renews certificates.',
    fix: 'write the full version, such as 18.7.3',
    source: 'gravitational/teleport docs/pages/reference/machine-workload-identity/configuration.mdx',
    wrong: tbot({ image: '18' }),
    right: tbot({}),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, release } of tbotWorkloads) {
        if (release || container.image.includes('@sha256:')) continue;
        report(workload.manifest, `${container.pointer}/image`, { image: container.image });
      }
    },
  }),
  defineRule({
    id: 'node-name-env',
    severity: 'error',
    title: 'An attestor that does not know its node',
    found: 'TELEPORT_NODE_NAME is not set',
    why: "It is the host of the kubelet's address; without it tbot dials its own loopback, and no pod is attested. NODE_NAME and NODE_IP are not read.",
    fix: 'set TELEPORT_NODE_NAME from spec.nodeName',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
    wrong: tbot({ container: NODE_NAME.replace('TELEPORT_NODE_NAME', 'NODE_NAME') }),
    right: tbot({ container: NODE_NAME }),
    check(context, report) {
      for (const { workload, container } of attesting(context)) {
        const names = listAt(container.body, 'env').map((entry) => textAt(entry, 'name'));
        if (!names.includes('TELEPORT_NODE_NAME')) report(workload.manifest, `${container.pointer}/env`);
      }
    },
  }),
  defineRule({
    id: 'host-pid',
    severity: 'error',
    title: 'An attestor that cannot see its callers',
    found: 'hostPID is not true',
    why: 'In another PID namespace every caller has the PID 0, and tbot goes on without attesting it.',
    fix: 'set hostPID: true',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/attest.go',
    wrong: tbot({ pod: 'hostPID: false' }),
    right: tbot({}),
    check(context, report) {
      for (const { workload } of attesting(context)) {
        if (workload.podSpec.hostPID !== true) report(workload.manifest, `${workload.podPointer}/spec/hostPID`);
      }
    },
  }),
  defineRule({
    id: 'host-network-needless',
    severity: 'warning',
    title: "tbot in the node's network",
    found: 'hostNetwork is true{more}',
    why: "It only hides a missing TELEPORT_NODE_NAME, and opens the node's network to tbot and tbot's ports to the network.",
    fix: 'remove hostNetwork; if it must stay, set dnsPolicy: ClusterFirstWithHostNet',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
    wrong: tbot({ pod: 'hostPID: true\nhostNetwork: true' }),
    right: tbot({}),
    check({ tbotWorkloads }, report) {
      for (const { workload } of tbotWorkloads) {
        if (workload.podSpec.hostNetwork !== true) continue;
        const more =
          workload.podSpec.dnsPolicy === 'ClusterFirstWithHostNet'
            ? ''
            : ' and dnsPolicy is not ClusterFirstWithHostNet';
        report(workload.manifest, `${workload.podPointer}/spec/hostNetwork`, { more });
      }
    },
  }),
  defineRule({
    id: 'kubelet-rbac',
    severity: 'error',
    title: 'An attestor the kubelet turns away',
    found: "ServiceAccount {account} may not read the kubelet's pods",
    why: 'The kubelet answers 403, and attestation fails softly: workloads get no attributes.',
    fix: 'bind a ClusterRole with get on nodes/pods (or nodes/proxy where the kubelet does not know nodes/pods)',
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbot({}), clusterRole('pods, nodes')),
    right: stream(tbot({}), clusterRole('nodes/pods')),
    check(context, report) {
      const hasBindings = context.complete || context.manifests.ofKind('ClusterRoleBinding').length > 0;
      if (!hasBindings) return;
      for (const tbotWorkload of attesting(context)) {
        const granted = clusterRules(context, tbotWorkload).flatMap(({ resources }) => resources);
        if (['nodes/proxy', 'nodes/pods', 'nodes/*', '*'].some((one) => granted.includes(one))) continue;
        const { workload } = tbotWorkload;
        const account = `${workload.namespace}/${workload.serviceAccount}`;
        report(workload.manifest, `${workload.podPointer}/spec/serviceAccountName`, { account });
      }
    },
  }),
  defineRule({
    id: 'kubelet-rbac-too-wide',
    severity: 'warning',
    title: 'A right that opens more than it is for',
    found: 'the ClusterRole of tbot has {resource}',
    why: 'nodes/proxy also opens exec into every container through the kubelet; pods and nodes are not used.',
    fix: 'grant get on nodes/pods only, which kubelets of Kubernetes 1.33 and later know',
    source: 'gravitational/teleport#66057, kubernetes/enhancements keps/sig-node/2862-fine-grained-kubelet-authz',
    wrong: stream(tbot({}), clusterRole('nodes/proxy')),
    right: stream(tbot({}), clusterRole('nodes/pods')),
    check(context, report) {
      if (!context.target.kubeletAuthorizesPods) return;
      for (const tbotWorkload of attesting(context)) {
        for (const { role, pointer, resources } of clusterRules(context, tbotWorkload)) {
          const wide = ['nodes/proxy', 'nodes/*', '*'].find((one) => resources.includes(one));
          if (wide !== undefined) report(role, pointer, { resource: wide });
        }
      }
    },
  }),
  defineRule({
    id: 'probes',
    severity: 'warning',
    title: 'A tbot nobody watches',
    found: '{problem}',
    why: 'A rollout goes on over agents that cannot serve, and nobody restarts one that hangs.',
    fix: 'set diag_addr to 0.0.0.0:3001 and probe /livez and /readyz there',
    source: 'gravitational/teleport docs/pages/includes/machine-id/diagnostics-service.mdx',
    wrong: tbot({}),
    right: tbot({ container: PROBES }),
    check({ tbotWorkloads }, report) {
      for (const { workload, container, configs } of tbotWorkloads) {
        const absent = ['livenessProbe', 'readinessProbe'].filter((probe) => !isObject(container.body[probe]));
        // Beside an application, tbot's readiness would be the application's too.
        const missing = workload.manifest.kind === 'DaemonSet' || absent.length === 2 ? absent : [];
        if (missing.length > 0) {
          report(workload.manifest, container.pointer, { problem: `tbot has no ${missing.join(' and no ')}` });
        }
        const flags = [...listAt(container.body, 'command'), ...listAt(container.body, 'args')];
        for (const { manifest, body } of missing.length > 0 ? [] : configs) {
          const address = textAt(body, 'diag_addr');
          const isSet = address !== undefined || flags.some((flag) => String(flag).startsWith('--diag-addr'));
          if (!isSet)
            report(manifest, '/diag_addr', { problem: 'diag_addr is not set, so nothing answers the probes' });
          else if (/^(?:localhost|127\.|\[::1\])/.test(address ?? '') && !workload.podSpec.hostNetwork) {
            report(manifest, '/diag_addr', { problem: `diag_addr ${address} cannot be reached by the kubelet` });
          }
        }
      }
    },
  }),
  defineRule({
    id: 'config-rollout',
    severity: 'warning',
    title: 'A configuration that changes without effect',
    found: 'no annotation of the pods depends on the configuration',
    why: 'tbot reads its file once; after a change of the ConfigMap it goes on with the old one until somebody restarts it.',
    fix: 'add a pod annotation with a checksum of the configuration',
    source: 'gravitational/teleport examples/chart/tbot/templates/deployment.yaml',
    wrong: tbot({}),
    right: tbot({ metadata: 'annotations: {checksum/config: 7f83b1657ff1fc53}' }),
    check({ tbotWorkloads }, report) {
      for (const { workload, configs } of tbotWorkloads) {
        if (configs.length === 0) continue;
        const isTied = Object.keys(workload.annotations).some((key) => /checksum|hash|reloader/i.test(key));
        const names = workload.volumes.map(({ body }) => textAt(body, 'configMap', 'name') ?? '');
        // A ConfigMap named by its content, as kustomize makes them, changes the pods by itself.
        const isHashed = names.some((name) => /-[bcdfghkmt2456789]{10}$/.test(name));
        if (!isTied && !isHashed) report(workload.manifest, `${workload.podPointer}/metadata/annotations`);
      }
    },
  }),
  defineRule({
    id: 'coverage',
    severity: 'warning',
    title: 'Nodes without tbot',
    found: 'the DaemonSet tolerates no taint',
    why: 'Pods that tolerate a taint start on nodes where tbot does not, and wait there for an identity.',
    fix: 'tolerate every taint: tolerations: [{operator: Exists}]',
    source: 'kubernetes/website content/en/docs/concepts/scheduling-eviction/taint-and-toleration.md',
    wrong: tbot({}),
    right: tbot({ pod: 'hostPID: true\ntolerations: [{operator: Exists}]' }),
    check({ tbotWorkloads }, report) {
      for (const { workload } of tbotWorkloads) {
        const { tolerations } = workload.podSpec;
        if (workload.manifest.kind !== 'DaemonSet' || (isList(tolerations) && tolerations.length > 0)) continue;
        report(workload.manifest, `${workload.podPointer}${toPointer('spec', 'tolerations')}`);
      }
    },
  }),
  defineRule({
    id: 'host-process-privileged',
    severity: 'warning',
    title: 'A privileged tbot',
    found: 'the container is privileged',
    why: 'Reading other processes needs SYS_PTRACE and DAC_READ_SEARCH only; privileged is the whole node.',
    fix: 'drop ALL capabilities and add SYS_PTRACE and DAC_READ_SEARCH',
    source: 'gravitational/teleport examples/chart/tbot-spiffe-daemon-set/templates/daemonset.yaml, capabilities(7)',
    wrong: tbot({ container: 'securityContext: {privileged: true}' }),
    right: tbot({ container: 'securityContext: {capabilities: {drop: [ALL], add: [SYS_PTRACE, DAC_READ_SEARCH]}}' }),
    check({ tbotWorkloads }, report) {
      for (const { workload, container } of tbotWorkloads) {
        if (objectAt(container.body, 'securityContext').privileged !== true) continue;
        report(workload.manifest, `${container.pointer}/securityContext/privileged`);
      }
    },
  }),
];
