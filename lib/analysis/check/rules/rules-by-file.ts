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
import { AUTHORIZER_INCOMPLETE_RULE } from './installation/authorizer-incomplete';
import { EXTENSION_PROVIDER_TWICE_RULE } from './installation/extension-provider-twice';
import { GLOBAL_TRUST_DOMAIN_RULES } from './installation/global-trust-domain';
import { INSTALLATION_RULES } from './installation/installation';
import { PATH_SETTINGS_WEAKENED_RULE } from './installation/path-settings-weakened';
import { TRUST_DOMAIN_RULES } from './installation/trust-domains';
import { CUSTOM_DRY_RUN_PANIC_RULE } from './policy/custom-dry-run-panic';
import { IDENTITY_AT_GATEWAY_RULE } from './policy/identity-at-gateway';
import { IDENTITY_RULE_ON_PLAIN_PORT_RULE } from './policy/identity-rule-on-plain-port';
import { POLICY_RULES } from './policy/policies';
import { POLICY_ADMISSION_RULES } from './policy/policy-admission';
import { POLICY_PORT_OF_PROXY_RULE } from './policy/policy-port-of-proxy';
import { POLICY_PORT_RULES } from './policy/policy-ports';
import { JOINING_RULES } from './policy/policy-subjects';
import { PRINCIPAL_SHAPE_RULE } from './policy/principal-shape';
import { PRINCIPAL_RULES } from './policy/principals';
import { RULE_USE_RULES } from './policy/rule-use';
import { SELECTOR_MISSES_PODS_RULE } from './policy/selector-misses-pods';
import { SERVICE_ENTRY_TARGET_RULE } from './policy/service-entry-target';
import { SOURCE_IP_LOST_RULE } from './policy/source-ip-lost';
import { CLAIM_KEY_RULE } from './policy-values/claim-key';
import { HOST_SYNTAX_RULE } from './policy-values/host-syntax';
import { JWKS_URI_RULE } from './policy-values/jwks-uri';
import { JWT_RULE_RULE } from './policy-values/jwt-rule';
import { METHOD_ANY_RULE } from './policy-values/method-any';
import { METHOD_CASE_RULE } from './policy-values/method-case';
import { METHOD_SYNTAX_RULE } from './policy-values/method-syntax';
import { NAMESPACE_VALUE_RULE } from './policy-values/namespace-value';
import { PATH_PATTERN_SYNTAX_RULE } from './policy-values/path-pattern-syntax';
import { PATH_TEMPLATE_SLASH_RULE } from './policy-values/path-template-slash';
import { PATH_WITH_QUERY_RULE } from './policy-values/path-with-query';
import { PATH_WITHOUT_SLASH_RULE } from './policy-values/path-without-slash';
import { POLICY_VALUE_RULES } from './policy-values/policy-values';
import { REQUEST_PRINCIPAL_SHAPE_RULE } from './policy-values/request-principal-shape';
import { VALUE_WITH_SPACE_RULE } from './policy-values/value-with-space';
import { AMBIENT_RULES } from './proxies/ambient';
import { INJECTION_LABEL_VALUE_RULE } from './proxies/injection-label-value';
import { JOB_RULES } from './proxies/job-never-ends';
import { POD_REFUSED_BY_INJECTOR_RULE } from './proxies/pod-refused-by-injector';
import { POD_SECURITY_RULES } from './proxies/pod-security-refused';
import { POLICIES_WITHOUT_PROXY_RULE } from './proxies/policies-without-proxy';
import { PROBE_NOT_REWRITTEN_RULE } from './proxies/probe-not-rewritten';
import { WAYPOINT_RULES } from './proxies/waypoint-class-missing';
import { CHART_NOT_RENDERED_RULE } from './reading/chart-not-rendered';
import { KUBERNETES_RULES } from './reading/kubernetes';
import { PROBE_PORT_RULE } from './reading/probe-port';
import { READING_RULES } from './reading/reading';
import { SCHEMA_RULES } from './reading/schema';
import { SUPPRESSION_RULES } from './reading/suppressions';
import { UNKNOWN_NAME_NEWER_RULE } from './reading/unknown-name-newer';
import { ISTIO_HOSTING_GONE_RULE } from './releases/istio-hosting-gone';
import { ISTIO_LINE_ENDED_RULE } from './releases/istio-line-ended';
import { ISTIO_POLICY_BYPASS_RULE } from './releases/istio-policy-bypass';
import { ISTIO_REGEX_CVE_RULE } from './releases/istio-regex-cve';
import { ISTIO_TOO_OLD_RULE } from './releases/istio-too-old';
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
import { AGENTGATEWAY_WITHOUT_IDENTITY_RULE } from './traffic/agentgateway-without-identity';
import { DESTINATION_RULE_RULES } from './traffic/destination-rules';
import { GATEWAY_RULES } from './traffic/gateways';
import { HOST_RULES } from './traffic/host-not-completed';
import { MTLS_RULES } from './traffic/mtls';
import { PORT_RULES } from './traffic/ports';
import { ROUTE_RULES } from './traffic/routes';
import { SERVICE_ENTRY_WITHOUT_ENDPOINTS_RULE } from './traffic/service-entry-without-endpoints';
import { SETTINGS_TWICE_RULE } from './traffic/settings-twice';
import { CLIENT_TLS_RULE } from './traffic-values/client-tls';
import { GATEWAY_SERVER_RULE } from './traffic-values/gateway-server';
import { SERVICE_ENTRY_REFUSED_RULE } from './traffic-values/service-entry-refused';
import { SIDECAR_REFUSED_RULE } from './traffic-values/sidecar-refused';
import { VIRTUAL_SERVICE_REFUSED_RULE } from './traffic-values/virtual-service-refused';

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
  AUTHORIZER_INCOMPLETE_RULE,
  EXTENSION_PROVIDER_TWICE_RULE,
  GLOBAL_TRUST_DOMAIN_RULES,
  INSTALLATION_RULES,
  PATH_SETTINGS_WEAKENED_RULE,
  TRUST_DOMAIN_RULES,
  CUSTOM_DRY_RUN_PANIC_RULE,
  IDENTITY_AT_GATEWAY_RULE,
  IDENTITY_RULE_ON_PLAIN_PORT_RULE,
  POLICY_RULES,
  POLICY_ADMISSION_RULES,
  POLICY_PORT_OF_PROXY_RULE,
  POLICY_PORT_RULES,
  JOINING_RULES,
  PRINCIPAL_SHAPE_RULE,
  PRINCIPAL_RULES,
  RULE_USE_RULES,
  SELECTOR_MISSES_PODS_RULE,
  SERVICE_ENTRY_TARGET_RULE,
  SOURCE_IP_LOST_RULE,
  CLAIM_KEY_RULE,
  HOST_SYNTAX_RULE,
  JWKS_URI_RULE,
  JWT_RULE_RULE,
  METHOD_ANY_RULE,
  METHOD_CASE_RULE,
  METHOD_SYNTAX_RULE,
  NAMESPACE_VALUE_RULE,
  PATH_PATTERN_SYNTAX_RULE,
  PATH_TEMPLATE_SLASH_RULE,
  PATH_WITH_QUERY_RULE,
  PATH_WITHOUT_SLASH_RULE,
  POLICY_VALUE_RULES,
  REQUEST_PRINCIPAL_SHAPE_RULE,
  VALUE_WITH_SPACE_RULE,
  AMBIENT_RULES,
  INJECTION_LABEL_VALUE_RULE,
  JOB_RULES,
  POD_REFUSED_BY_INJECTOR_RULE,
  POD_SECURITY_RULES,
  POLICIES_WITHOUT_PROXY_RULE,
  PROBE_NOT_REWRITTEN_RULE,
  WAYPOINT_RULES,
  CHART_NOT_RENDERED_RULE,
  KUBERNETES_RULES,
  PROBE_PORT_RULE,
  READING_RULES,
  SCHEMA_RULES,
  SUPPRESSION_RULES,
  UNKNOWN_NAME_NEWER_RULE,
  ISTIO_HOSTING_GONE_RULE,
  ISTIO_LINE_ENDED_RULE,
  ISTIO_POLICY_BYPASS_RULE,
  ISTIO_REGEX_CVE_RULE,
  ISTIO_TOO_OLD_RULE,
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
  AGENTGATEWAY_WITHOUT_IDENTITY_RULE,
  DESTINATION_RULE_RULES,
  GATEWAY_RULES,
  HOST_RULES,
  MTLS_RULES,
  PORT_RULES,
  ROUTE_RULES,
  SERVICE_ENTRY_WITHOUT_ENDPOINTS_RULE,
  SETTINGS_TWICE_RULE,
  CLIENT_TLS_RULE,
  GATEWAY_SERVER_RULE,
  SERVICE_ENTRY_REFUSED_RULE,
  SIDECAR_REFUSED_RULE,
  VIRTUAL_SERVICE_REFUSED_RULE,
];
