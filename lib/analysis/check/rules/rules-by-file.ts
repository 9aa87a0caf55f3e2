// Written by `npm run docs:rules` from the files beside this one.
import type { Rule } from '../rule';
import { CONDITION_WITHOUT_VALUES_RULE } from './identity/condition-without-values';
import { IDENTITY_COLLISION_RULE } from './identity/identity-collision';
import { ISSUANCE_RULES } from './identity/issuance';
import { JOIN_RULES } from './identity/join-token';
import { LIFETIME_RULES } from './identity/lifetimes';
import { OIDC_JOIN_ATTRIBUTES_RULE } from './identity/oidc-join-attributes';
import { SCOPED_IDENTITY_RULE } from './identity/scoped-identity';
import { SPIFFE_ID_RULES } from './identity/spiffe-ids';
import { TELEPORT_ACCESS_RULES } from './identity/teleport-access';
import { TEMPLATE_PRINTS_NUMBER_RULE } from './identity/template-prints-number';
import { TOKEN_NAME_IS_SECRET_RULE } from './identity/token-name-is-secret';
import { AGENTGATEWAY_WITHOUT_IDENTITY_RULE } from './mesh/agentgateway-without-identity';
import { AMBIENT_RULES } from './mesh/ambient';
import { DESTINATION_RULE_RULES } from './mesh/destination-rules';
import { GATEWAY_RULES } from './mesh/gateways';
import { GLOBAL_TRUST_DOMAIN_RULES } from './mesh/global-trust-domain';
import { HOST_RULES } from './mesh/host-not-completed';
import { INJECTION_LABEL_VALUE_RULE } from './mesh/injection-label-value';
import { INSTALLATION_RULES } from './mesh/installation';
import { ISTIO_HOSTING_GONE_RULE } from './mesh/istio-hosting-gone';
import { ISTIO_LINE_ENDED_RULE } from './mesh/istio-line-ended';
import { ISTIO_POLICY_BYPASS_RULE } from './mesh/istio-policy-bypass';
import { ISTIO_REGEX_CVE_RULE } from './mesh/istio-regex-cve';
import { ISTIO_TOO_OLD_RULE } from './mesh/istio-too-old';
import { JOB_RULES } from './mesh/job-never-ends';
import { MTLS_RULES } from './mesh/mtls';
import { PATH_SETTINGS_WEAKENED_RULE } from './mesh/path-settings-weakened';
import { POD_REFUSED_BY_INJECTOR_RULE } from './mesh/pod-refused-by-injector';
import { POD_SECURITY_RULES } from './mesh/pod-security-refused';
import { POLICIES_WITHOUT_PROXY_RULE } from './mesh/policies-without-proxy';
import { PORT_RULES } from './mesh/ports';
import { PROBE_NOT_REWRITTEN_RULE } from './mesh/probe-not-rewritten';
import { ROUTE_RULES } from './mesh/routes';
import { TRUST_DOMAIN_RULES } from './mesh/trust-domains';
import { WAYPOINT_RULES } from './mesh/waypoint-class-missing';
import { AUTHORIZER_INCOMPLETE_RULE } from './policy/authorizer-incomplete';
import { CUSTOM_DRY_RUN_PANIC_RULE } from './policy/custom-dry-run-panic';
import { EXTENSION_PROVIDER_TWICE_RULE } from './policy/extension-provider-twice';
import { HOST_SYNTAX_RULE } from './policy/host-syntax';
import { JWKS_URI_RULE } from './policy/jwks-uri';
import { JWT_RULE_RULE } from './policy/jwt-rule';
import { METHOD_CASE_RULE } from './policy/method-case';
import { METHOD_SYNTAX_RULE } from './policy/method-syntax';
import { PATH_PATTERN_SYNTAX_RULE } from './policy/path-pattern-syntax';
import { PATH_TEMPLATE_SLASH_RULE } from './policy/path-template-slash';
import { PATH_WITH_QUERY_RULE } from './policy/path-with-query';
import { PATH_WITHOUT_SLASH_RULE } from './policy/path-without-slash';
import { POLICY_RULES } from './policy/policies';
import { POLICY_ADMISSION_RULES } from './policy/policy-admission';
import { POLICY_PORT_OF_PROXY_RULE } from './policy/policy-port-of-proxy';
import { POLICY_PORT_RULES } from './policy/policy-ports';
import { JOINING_RULES } from './policy/policy-subjects';
import { POLICY_VALUE_RULES } from './policy/policy-values';
import { PRINCIPAL_RULES } from './policy/principals';
import { RULE_USE_RULES } from './policy/rule-use';
import { SERVICE_ENTRY_TARGET_RULE } from './policy/service-entry-target';
import { CHART_NOT_RENDERED_RULE } from './reading/chart-not-rendered';
import { KUBERNETES_RULES } from './reading/kubernetes';
import { PROBE_PORT_RULE } from './reading/probe-port';
import { READING_RULES } from './reading/reading';
import { SCHEMA_RULES } from './reading/schema';
import { SUPPRESSION_RULES } from './reading/suppressions';
import { UNKNOWN_NAME_NEWER_RULE } from './reading/unknown-name-newer';
import { CSI_RULES } from './socket/csi';
import { POD_SOCKET_NAME_RULE } from './socket/pod-socket-name';
import { SOCKET_DIRECTORY_RULES } from './socket/socket-directory';
import { SOCKET_NAME_RULES } from './socket/socket-name';
import { TEMPLATE_RULES } from './socket/templates';
import { VOLUME_RULES } from './socket/volumes';
import { ATTESTATION_RULES } from './tbot/attestation';
import { AUTHORITY_OVERRIDE_TOO_NEW_RULE } from './tbot/authority-override-too-new';
import { KUBELET_ACCESS_RULES } from './tbot/kubelet-access';
import { TBOT_CONFIG_RULES } from './tbot/tbot-config';
import { TBOT_INLINE_SECRET_RULE } from './tbot/tbot-inline-secret';
import { TBOT_POD_RULES } from './tbot/tbot-pods';
import { TELEPORT_19_REMOVED_RULE } from './tbot/teleport-19-removed';
import { WORKLOAD_API_RULES } from './tbot/workload-api';

/** Every rule, or list of rules, as its file exports it. */
export const RULES_BY_FILE: readonly (Rule | readonly Rule[])[] = [
  CONDITION_WITHOUT_VALUES_RULE,
  IDENTITY_COLLISION_RULE,
  ISSUANCE_RULES,
  JOIN_RULES,
  LIFETIME_RULES,
  OIDC_JOIN_ATTRIBUTES_RULE,
  SCOPED_IDENTITY_RULE,
  SPIFFE_ID_RULES,
  TELEPORT_ACCESS_RULES,
  TEMPLATE_PRINTS_NUMBER_RULE,
  TOKEN_NAME_IS_SECRET_RULE,
  AGENTGATEWAY_WITHOUT_IDENTITY_RULE,
  AMBIENT_RULES,
  DESTINATION_RULE_RULES,
  GATEWAY_RULES,
  GLOBAL_TRUST_DOMAIN_RULES,
  HOST_RULES,
  INJECTION_LABEL_VALUE_RULE,
  INSTALLATION_RULES,
  ISTIO_HOSTING_GONE_RULE,
  ISTIO_LINE_ENDED_RULE,
  ISTIO_POLICY_BYPASS_RULE,
  ISTIO_REGEX_CVE_RULE,
  ISTIO_TOO_OLD_RULE,
  JOB_RULES,
  MTLS_RULES,
  PATH_SETTINGS_WEAKENED_RULE,
  POD_REFUSED_BY_INJECTOR_RULE,
  POD_SECURITY_RULES,
  POLICIES_WITHOUT_PROXY_RULE,
  PORT_RULES,
  PROBE_NOT_REWRITTEN_RULE,
  ROUTE_RULES,
  TRUST_DOMAIN_RULES,
  WAYPOINT_RULES,
  AUTHORIZER_INCOMPLETE_RULE,
  CUSTOM_DRY_RUN_PANIC_RULE,
  EXTENSION_PROVIDER_TWICE_RULE,
  HOST_SYNTAX_RULE,
  JWKS_URI_RULE,
  JWT_RULE_RULE,
  METHOD_CASE_RULE,
  METHOD_SYNTAX_RULE,
  PATH_PATTERN_SYNTAX_RULE,
  PATH_TEMPLATE_SLASH_RULE,
  PATH_WITH_QUERY_RULE,
  PATH_WITHOUT_SLASH_RULE,
  POLICY_RULES,
  POLICY_ADMISSION_RULES,
  POLICY_PORT_OF_PROXY_RULE,
  POLICY_PORT_RULES,
  JOINING_RULES,
  POLICY_VALUE_RULES,
  PRINCIPAL_RULES,
  RULE_USE_RULES,
  SERVICE_ENTRY_TARGET_RULE,
  CHART_NOT_RENDERED_RULE,
  KUBERNETES_RULES,
  PROBE_PORT_RULE,
  READING_RULES,
  SCHEMA_RULES,
  SUPPRESSION_RULES,
  UNKNOWN_NAME_NEWER_RULE,
  CSI_RULES,
  POD_SOCKET_NAME_RULE,
  SOCKET_DIRECTORY_RULES,
  SOCKET_NAME_RULES,
  TEMPLATE_RULES,
  VOLUME_RULES,
  ATTESTATION_RULES,
  AUTHORITY_OVERRIDE_TOO_NEW_RULE,
  KUBELET_ACCESS_RULES,
  TBOT_CONFIG_RULES,
  TBOT_INLINE_SECRET_RULE,
  TBOT_POD_RULES,
  TELEPORT_19_REMOVED_RULE,
  WORKLOAD_API_RULES,
];
