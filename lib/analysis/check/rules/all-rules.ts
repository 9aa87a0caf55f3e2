import type { Rule } from '../rule';
import { ISSUANCE_RULES } from './identity/issuance';
import { JOIN_RULES } from './identity/join-token';
import { LIFETIME_RULES } from './identity/lifetimes';
import { SPIFFE_ID_RULES } from './identity/spiffe-ids';
import { TELEPORT_ACCESS_RULES } from './identity/teleport-access';
import { AMBIENT_RULES } from './mesh/ambient';
import { DESTINATION_RULE_RULES } from './mesh/destination-rules';
import { GATEWAY_RULES } from './mesh/gateways';
import { INSTALLATION_RULES } from './mesh/installation';
import { MTLS_RULES } from './mesh/mtls';
import { PORT_RULES } from './mesh/ports';
import { ROUTE_RULES } from './mesh/routes';
import { TRUST_DOMAIN_RULES } from './mesh/trust-domains';
import { POLICY_RULES } from './policy/policies';
import { POLICY_ADMISSION_RULES } from './policy/policy-admission';
import { POLICY_PORT_RULES } from './policy/policy-ports';
import { JOINING_RULES } from './policy/policy-subjects';
import { POLICY_VALUE_RULES } from './policy/policy-values';
import { PRINCIPAL_RULES } from './policy/principals';
import { RULE_USE_RULES } from './policy/rule-use';
import { KUBERNETES_RULES } from './reading/kubernetes';
import { READING_RULES } from './reading/reading';
import { SCHEMA_RULES } from './reading/schema';
import { SUPPRESSION_RULES } from './reading/suppressions';
import { CSI_RULES } from './socket/csi';
import { SOCKET_DIRECTORY_RULES } from './socket/socket-directory';
import { SOCKET_NAME_RULES } from './socket/socket-name';
import { TEMPLATE_RULES } from './socket/templates';
import { VOLUME_RULES } from './socket/volumes';
import { ATTESTATION_RULES } from './tbot/attestation';
import { KUBELET_ACCESS_RULES } from './tbot/kubelet-access';
import { TBOT_CONFIG_RULES } from './tbot/tbot-config';
import { TBOT_POD_RULES } from './tbot/tbot-pods';
import { WORKLOAD_API_RULES } from './tbot/workload-api';

/** A subject of rules, as the documentation has its chapters. */
export interface RuleSubject {
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** Every rule, by subject. */
export const RULE_SUBJECTS: readonly RuleSubject[] = [
  { title: 'Reading files', rules: READING_RULES },
  { title: 'Fields and values', rules: SCHEMA_RULES },
  { title: 'Kubernetes basics', rules: KUBERNETES_RULES },
  { title: 'Injection templates', rules: TEMPLATE_RULES },
  { title: 'Volumes of proxies', rules: VOLUME_RULES },
  { title: 'The name of the socket', rules: SOCKET_NAME_RULES },
  { title: 'The directory of the socket', rules: SOCKET_DIRECTORY_RULES },
  { title: 'The SPIFFE CSI driver', rules: CSI_RULES },
  { title: 'Installing Istio', rules: INSTALLATION_RULES },
  { title: 'Ambient mode', rules: AMBIENT_RULES },
  { title: 'Trust domains', rules: TRUST_DOMAIN_RULES },
  { title: 'Gateways and mixed meshes', rules: GATEWAY_RULES },
  { title: 'Routes of gateways', rules: ROUTE_RULES },
  { title: 'SPIFFE IDs', rules: SPIFFE_ID_RULES },
  { title: 'Who gets an identity', rules: ISSUANCE_RULES },
  { title: 'Lifetimes', rules: LIFETIME_RULES },
  { title: 'Teleport roles and bots', rules: TELEPORT_ACCESS_RULES },
  { title: 'Joining Teleport', rules: JOIN_RULES },
  { title: 'tbot configuration', rules: TBOT_CONFIG_RULES },
  { title: 'The Workload API of tbot', rules: WORKLOAD_API_RULES },
  { title: 'Attesting pods', rules: ATTESTATION_RULES },
  { title: 'What the kubelet lets tbot do', rules: KUBELET_ACCESS_RULES },
  { title: 'tbot pods', rules: TBOT_POD_RULES },
  { title: 'Authorization policies', rules: POLICY_RULES },
  { title: 'Principals', rules: PRINCIPAL_RULES },
  { title: 'Policies and ports', rules: POLICY_PORT_RULES },
  { title: 'How policies are used', rules: RULE_USE_RULES },
  { title: 'What Istio refuses in a policy', rules: POLICY_ADMISSION_RULES },
  { title: 'Values that Istio refuses in a policy', rules: POLICY_VALUE_RULES },
  { title: 'Mutual TLS', rules: MTLS_RULES },
  { title: 'DestinationRules', rules: DESTINATION_RULE_RULES },
  { title: 'Ports and protocols', rules: PORT_RULES },
  { title: 'Policies, workloads and identities together', rules: JOINING_RULES },
  { title: 'Suppressions', rules: SUPPRESSION_RULES },
];

/** Every rule. */
export const RULES: readonly Rule[] = RULE_SUBJECTS.flatMap(({ rules }) => rules);

const byName = new Map(RULES.flatMap((rule) => [rule.id, ...(rule.aliases ?? [])].map((name) => [name, rule])));

/** The rule of this id or other name. */
export function findRule(name: string): Rule | undefined {
  return byName.get(name);
}
