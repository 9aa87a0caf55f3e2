import { DEFAULT_RELEASES } from '../../../upstream/releases/default-releases';
import { indent, stream, withoutEmptyLines } from './examples';

/** How a configuration of tbot begins. */
export const TBOT_HEAD = 'version: v2\nproxy_server: example.teleport.sh:443\n';

interface TbotConfigExample {
  readonly head?: string;
  /** Fields of `onboarding`, indented. */
  readonly onboarding?: string;
  readonly listen?: string;
  readonly selector?: string;
  /** More fields of the service. */
  readonly service?: string;
}

/** A configuration that serves the Workload API, and is right in what an example does not say. */
export function tbotConfig({
  head = TBOT_HEAD,
  onboarding,
  listen = 'unix:///run/tbot/sockets/workload.sock',
  selector = '{name: mesh}',
  service = '',
}: TbotConfigExample = {}): string {
  return withoutEmptyLines(`${head}${onboarding === undefined ? '' : `onboarding:\n${onboarding}`}services:
  - type: workload-identity-api
    listen: ${listen}
    selector: ${selector}
${indent(service, 4)}
`);
}

/** A configuration that attests pods and answers probes. */
const ATTESTING_CONFIG = tbotConfig({
  head: `${TBOT_HEAD}diag_addr: 0.0.0.0:3001\n`,
  service: 'attestors: {kubernetes: {enabled: true}}',
});

interface TbotDaemonSetExample {
  readonly version?: string;
  /** More of the pods' metadata. */
  readonly metadata?: string;
  /** More of the pod spec. */
  readonly pod?: string;
  /** More of the container. */
  readonly container?: string;
  /** A mount beside that of the configuration. */
  readonly mount?: string;
  /** A volume beside that of the configuration. */
  readonly volume?: string;
}

/** The DaemonSet that runs tbot, right in what an example does not say. */
export function tbotDaemonSet({
  version = DEFAULT_RELEASES.teleport,
  metadata = '',
  pod = 'hostPID: true',
  container = '',
  mount,
  volume,
}: TbotDaemonSetExample = {}): string {
  return withoutEmptyLines(`apiVersion: apps/v1
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
          image: public.ecr.aws/gravitational/tbot-distroless:${version}
${indent(container, 10)}
          volumeMounts:
            - {name: config, mountPath: /config}
${mount === undefined ? '' : `            - ${mount}`}
      volumes:
        - {name: config, configMap: {name: tbot}}
${volume === undefined ? '' : `        - ${volume}`}
`);
}

interface TbotPodsExample extends TbotDaemonSetExample {
  readonly config?: string;
}

/** {@link tbotDaemonSet} with the configuration it mounts. */
export function tbotPods({ config = ATTESTING_CONFIG, ...daemonSet }: TbotPodsExample = {}): string {
  const configMap = `apiVersion: v1
kind: ConfigMap
metadata: {name: tbot, namespace: teleport}
data:
  tbot.yaml: |
${indent(config.trimEnd(), 4)}
`;
  return stream(configMap, tbotDaemonSet(daemonSet));
}

/** A token that lets tbot join from Kubernetes, in the way the given fields say. */
export function joinToken(kubernetes: string): string {
  return `kind: token
version: v2
metadata: {name: mesh-join}
spec:
  roles: [Bot]
  bot_name: mesh
  join_method: kubernetes
  kubernetes:
${indent(kubernetes, 4)}
`;
}

/** The path of the SPIFFE ID that Istio expects. */
export const ISTIO_PATH = '/ns/{{ workload.kubernetes.namespace }}/sa/{{ workload.kubernetes.service_account }}';

/** Rules that give an identity to the pods of one namespace. */
export const IDENTITY_RULES = `rules:
  allow:
    - conditions:
        - {attribute: workload.kubernetes.namespace, in: {values: [shop]}}`;

/** An identity for workloads. */
export function workloadIdentity(id: string, rules = IDENTITY_RULES): string {
  return withoutEmptyLines(`kind: workload_identity
version: v1
metadata: {name: mesh, labels: {mesh: shop}}
spec:
  spiffe:
    id: ${id}
${indent(rules, 2)}
`);
}
