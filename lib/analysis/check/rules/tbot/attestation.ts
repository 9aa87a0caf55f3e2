import { field, isObject, type JsonValue, listAt, textAt } from '../../../../base/json';
import { kubeletOf } from '../../../../model/teleport/tbot-config';
import type { TbotWorkload } from '../../../../model/teleport/tbot-workload';
import { NODE_NAME_VARIABLE } from '../../../../upstream/teleport/tbot-services';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { tbotConfig, tbotPods } from '../teleport-examples';

const kubelet = (settings: string) =>
  tbotConfig({ service: `attestors:\n  kubernetes:\n    enabled: true\n    kubelet: {${settings}}` });

const nodeName = (variable: string) =>
  tbotPods({ container: `env:\n  - name: ${variable}\n    valueFrom: {fieldRef: {fieldPath: spec.nodeName}}` });

/** What the configuration of a Workload API says about the kubelet. */
function kubeletSettings({ tbotConfigs }: CheckContext) {
  return tbotConfigs.flatMap(({ manifest, workloadApis }) =>
    workloadApis.map((service) => ({
      manifest,
      settings: kubeletOf(service),
      pointer: `${service.pointer}/attestors/kubernetes/kubelet`,
    })),
  );
}

/** Pods of tbot whose configuration attests Kubernetes pods. */
export function attesting({ tbotWorkloads }: CheckContext): readonly TbotWorkload[] {
  return tbotWorkloads.filter(({ configs }) => configs.some(({ attestsKubernetes }) => attestsKubernetes));
}

/** Fields of a pod that name its node in a way its kubelet can be reached by. */
const NODE_FIELDS = ['spec.nodeName', 'status.hostIP'];

/** What keeps the node's name from tbot, and where in the list of variables; undefined if nothing does. */
function nodeNameProblem(
  env: readonly JsonValue[],
  variable = NODE_NAME_VARIABLE,
): { readonly what: string; readonly at: string } | undefined {
  const index = env.map((entry) => textAt(entry, 'name')).lastIndexOf(variable);
  if (index === -1) return { what: 'not set', at: '' };
  const at = `/${index}`;
  const source = field(env[index], 'valueFrom');
  if (isObject(source)) {
    const path = textAt(source, 'fieldRef', 'fieldPath');
    if (path === undefined) return { what: 'the same on every node', at };
    return NODE_FIELDS.includes(path) ? undefined : { what: `${path} of the pod`, at };
  }
  const text = textAt(env[index], 'value') ?? '';
  if (text === '') return { what: 'empty', at };
  // Kubernetes fills in variables that stand before this one.
  const [, other] = /^\$\(([\w.-]+)\)$/.exec(text) ?? [];
  if (other === undefined) return { what: `"${text}" on every node`, at };
  const inner = nodeNameProblem(env.slice(0, index), other);
  return inner && { what: `${other}, which is ${inner.what}`, at };
}

/** How tbot finds out which pod a caller is. */
export const ATTESTATION_RULES = [
  defineRule({
    id: 'node-name-env',
    subject: 'Attesting pods',
    since: '0.1.0',
    severity: 'error',
    title: "Kubernetes attestor without the node's name",
    found: 'TELEPORT_NODE_NAME is {what}',
    why: "tbot uses it as the kubelet's host name; without it tbot dials its own loopback address, and with a wrong value another host, so no pod is attested. NODE_NAME and NODE_IP are not read.",
    fix: 'set TELEPORT_NODE_NAME from the field spec.nodeName',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes_unix.go',
    wrong: nodeName('NODE_NAME'),
    right: nodeName('TELEPORT_NODE_NAME'),
    check(context, report) {
      for (const { workload, container } of attesting(context)) {
        const found = nodeNameProblem(listAt(container.body, 'env'));
        if (found) report(workload.manifest, `${container.pointer}/env${found.at}`, { what: found.what });
      }
    },
  }),
  defineRule({
    id: 'host-pid',
    subject: 'Attesting pods',
    since: '0.1.0',
    severity: 'error',
    title: 'Kubernetes attestor without hostPID',
    found: 'hostPID is not true',
    why: 'In another PID namespace every caller has PID 0, and tbot continues without attesting it.',
    fix: 'set hostPID: true',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/attest.go',
    wrong: tbotPods({ pod: 'hostPID: false' }),
    right: tbotPods(),
    check(context, report) {
      for (const { workload } of attesting(context)) {
        if (workload.podSpec.hostPID !== true) report(workload.manifest, `${workload.podPointer}/spec/hostPID`);
      }
    },
  }),
  defineRule({
    id: 'kubelet-tls',
    subject: 'Attesting pods',
    since: '0.1.0',
    severity: 'warning',
    title: 'Kubelet certificate is not verified',
    found: 'skip_verify is true',
    why: 'Anyone who can impersonate the kubelet decides which pod is which, and receives the ServiceAccount token.',
    fix: "have kubelet certificates signed by the cluster's CA (serverTLSBootstrap), or give ca_path",
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('skip_verify: true'),
    right: kubelet('ca_path: /etc/kubelet-ca/ca.crt'),
    check(context, report) {
      for (const { manifest, settings, pointer } of kubeletSettings(context)) {
        if (settings.skip_verify === true) report(manifest, `${pointer}/skip_verify`);
      }
    },
  }),
  defineRule({
    id: 'kubelet-tls-contradiction',
    subject: 'Attesting pods',
    since: '0.1.0',
    severity: 'error',
    title: 'Kubelet CA is configured and ignored',
    found: 'skip_verify is true and ca_path is given',
    why: 'With skip_verify the CA is not used: the certificate appears to be verified but is not.',
    fix: 'remove skip_verify, or remove ca_path and document why the certificate is not verified',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('skip_verify: true, ca_path: /etc/kubelet-ca/ca.crt'),
    right: kubelet('ca_path: /etc/kubelet-ca/ca.crt'),
    check(context, report) {
      for (const { manifest, settings, pointer } of kubeletSettings(context)) {
        if (settings.skip_verify === true && settings.ca_path !== undefined) report(manifest, `${pointer}/ca_path`);
      }
    },
  }),
  defineRule({
    id: 'kubelet-ports',
    subject: 'Attesting pods',
    since: '0.1.0',
    severity: 'error',
    title: 'Conflicting kubelet port settings',
    found: '{one} and {other} are both set',
    why: 'tbot refuses two ports; with anonymous the token is ignored.',
    fix: 'keep one of them',
    source: 'gravitational/teleport lib/tbot/workloadidentity/workloadattest/kubernetes.go',
    wrong: kubelet('read_only_port: 10255, secure_port: 10250'),
    right: kubelet('secure_port: 10250'),
    check(context, report) {
      for (const { manifest, settings, pointer } of kubeletSettings(context)) {
        if (settings.read_only_port !== undefined && settings.secure_port !== undefined) {
          report(manifest, `${pointer}/read_only_port`, { one: 'read_only_port', other: 'secure_port' });
        }
        if (settings.anonymous === true && settings.token_path !== undefined) {
          report(manifest, `${pointer}/token_path`, { one: 'anonymous', other: 'token_path' });
        }
      }
    },
  }),
];
