// Written by `npm run docs:rules` from the files beside this one.
import type { CheckRule } from '../rule';
import { CONDITION_WITHOUT_VALUES_RULE } from './identity/condition-without-values';
import { EXPRESSION_REFUSED_RULE } from './identity/expression-refused';
import { GITHUB_TOKEN_RULE } from './identity/github-token';
import { IDENTITY_COLLISION_RULE } from './identity/identity-collision';
import { IDENTITY_FOR_TWO_CLUSTERS_RULE } from './identity/identity-for-two-clusters';
import { ISSUANCE_RULES } from './identity/issuance';
import { JOIN_RULES } from './identity/join-token';
import { LIFETIME_RULES } from './identity/lifetimes';
import { OIDC_JOIN_ATTRIBUTES_RULE } from './identity/oidc-join-attributes';
import { ROLE_VERSION_RULE } from './identity/role-version';
import { SCOPED_IDENTITY_RULE } from './identity/scoped-identity';
import { SPIFFE_ID_RULES } from './identity/spiffe-ids';
import { TELEPORT_ACCESS_RULES } from './identity/teleport-access';
import { TELEPORT_NAME_COLLISION_RULE } from './identity/teleport-name-collision';
import { TEMPLATE_PRINTS_NUMBER_RULE } from './identity/template-prints-number';
import { TOKEN_NAME_IS_SECRET_RULE } from './identity/token-name-is-secret';
import { AUTHORIZER_INCOMPLETE_RULE } from './installation/authorizer-incomplete';
import { AUTHORIZER_SERVICE_MISSING_RULE } from './installation/authorizer-service-missing';
import { EXTENSION_PROVIDER_TWICE_RULE } from './installation/extension-provider-twice';
import { FOREIGN_ROOTS_NOT_DELIVERED_RULE } from './installation/foreign-roots-not-delivered';
import { GLOBAL_TRUST_DOMAIN_RULES } from './installation/global-trust-domain';
import { INSTALLATION_RULES } from './installation/installation';
import { MESH_CONFIG_REFUSED_RULE } from './installation/mesh-config-refused';
import { NAMESPACE_NETWORK_DIFFERS_RULE } from './installation/namespace-network-differs';
import { NAMESPACE_NOT_DISCOVERED_RULE } from './installation/namespace-not-discovered';
import { PATH_SETTINGS_WEAKENED_RULE } from './installation/path-settings-weakened';
import { TELEMETRY_PROVIDER_UNKNOWN_RULE } from './installation/telemetry-provider-unknown';
import { TRUST_DOMAIN_RULES } from './installation/trust-domains';
import { API_VERSION_REMOVED_RULE } from './kubernetes/api-version-removed';
import { OBJECT_NAME_RULE } from './kubernetes/object-name';
import { OBJECT_REFUSED_RULE } from './kubernetes/object-refused';
import { SERVICE_REFUSED_RULE } from './kubernetes/service-refused';
import { WORKLOAD_REFUSED_RULE } from './kubernetes/workload-refused';
import { CLAIM_ROUTE_WITHOUT_JWT_RULE } from './policy/claim-route-without-jwt';
import { CUSTOM_DRY_RUN_PANIC_RULE } from './policy/custom-dry-run-panic';
import { CUSTOM_POLICY_RULE } from './policy/custom-policy';
import { HTTP_RULE_WITHOUT_WAYPOINT_RULE } from './policy/http-rule-without-waypoint';
import { IDENTITY_AT_GATEWAY_RULE } from './policy/identity-at-gateway';
import { IDENTITY_RULE_ON_PLAIN_PORT_RULE } from './policy/identity-rule-on-plain-port';
import { JWKS_URI_STRICT_RULE } from './policy/jwks-uri-strict';
import { POLICY_RULES } from './policy/policies';
import { POLICY_ADMISSION_RULES } from './policy/policy-admission';
import { POLICY_ATTACHMENT_RULES } from './policy/policy-attachment';
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
import { HOST_NETWORK_NOT_INJECTED_RULE } from './proxies/host-network-not-injected';
import { IMAGE_AUTO_NOT_INJECTED_RULE } from './proxies/image-auto-not-injected';
import { INJECTED_POD_INVALID_RULE } from './proxies/injected-pod-invalid';
import { INJECTION_LABEL_VALUE_RULE } from './proxies/injection-label-value';
import { INJECTION_LABELS_BOTH_RULE } from './proxies/injection-labels-both';
import { ISTIO_ANNOTATION_RULE } from './proxies/istio-annotation';
import { JOB_RULES } from './proxies/job-never-ends';
import { POD_REFUSED_BY_INJECTOR_RULE } from './proxies/pod-refused-by-injector';
import { POD_SECURITY_RULES } from './proxies/pod-security-refused';
import { POLICIES_WITHOUT_PROXY_RULE } from './proxies/policies-without-proxy';
import { PROBE_DENIED_BY_POLICY_RULE } from './proxies/probe-denied-by-policy';
import { PROBE_NOT_REWRITTEN_RULE } from './proxies/probe-not-rewritten';
import { PROXY_USER_RULE } from './proxies/proxy-user';
import { TEMPLATES_WITHOUT_PROXY_RULE } from './proxies/templates-without-proxy';
import { WAYPOINT_RULES } from './proxies/waypoint-class-missing';
import { WAYPOINT_MISSING_RULE } from './proxies/waypoint-missing';
import { WORKLOAD_WITHOUT_OVERLAY_RULE } from './proxies/workload-without-overlay';
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
import { DESTINATION_TWICE_RULE } from './tbot/destination-twice';
import { DIAG_ADDR_RULE } from './tbot/diag-addr';
import { KUBELET_ACCESS_RULES } from './tbot/kubelet-access';
import { TBOT_CONFIG_RULES } from './tbot/tbot-config';
import { TBOT_INLINE_SECRET_RULE } from './tbot/tbot-inline-secret';
import { TBOT_POD_RULES } from './tbot/tbot-pods';
import { TELEPORT_19_REMOVED_RULE } from './tbot/teleport-19-removed';
import { WORKLOAD_API_RULES } from './tbot/workload-api';
import { AGENTGATEWAY_WITHOUT_IDENTITY_RULE } from './traffic/agentgateway-without-identity';
import { DESTINATION_HOST_RULES } from './traffic/destination-hosts';
import { DESTINATION_RULE_RULES } from './traffic/destination-rules';
import { DESTINATIONRULE_MUTUAL_TO_PLAIN_RULE } from './traffic/destinationrule-mutual-to-plain';
import { DESTINATIONRULE_POLICY_DROPPED_RULE } from './traffic/destinationrule-policy-dropped';
import { DESTINATIONRULE_PORT_MISSING_RULE } from './traffic/destinationrule-port-missing';
import { GATEWAY_CLASS_UNKNOWN_RULE } from './traffic/gateway-class-unknown';
import { GATEWAY_CREDENTIAL_ELSEWHERE_RULE } from './traffic/gateway-credential-elsewhere';
import { GATEWAY_PORT_NOT_ON_SERVICE_RULE } from './traffic/gateway-port-not-on-service';
import { GATEWAY_SELECTS_NOTHING_RULE } from './traffic/gateway-selects-nothing';
import { GATEWAY_TLS_CONFLICT_RULE } from './traffic/gateway-tls-conflict';
import { GATEWAY_RULES } from './traffic/gateways';
import { HOST_RULES } from './traffic/host-not-completed';
import { MTLS_RULES } from './traffic/mtls';
import { PORT_PROTOCOLS_DIFFER_RULE } from './traffic/port-protocols-differ';
import { PORT_RULES } from './traffic/ports';
import { ROUTE_GATEWAY_RULES } from './traffic/route-gateways';
import { ROUTE_KIND_NOT_AT_GATEWAY_RULE } from './traffic/route-kind-not-at-gateway';
import { ROUTE_NOT_ATTACHED_RULE } from './traffic/route-not-attached';
import { ROUTE_RULES } from './traffic/routes';
import { SERVER_FIRST_HTTP_RULE } from './traffic/server-first-http';
import { SERVICE_ENTRY_WITHOUT_ENDPOINTS_RULE } from './traffic/service-entry-without-endpoints';
import { SETTINGS_TWICE_RULE } from './traffic/settings-twice';
import { CLIENT_TLS_RULE } from './traffic-values/client-tls';
import { DESTINATION_RULE_REFUSED_RULE } from './traffic-values/destination-rule-refused';
import { ENVOY_FILTER_RULES } from './traffic-values/envoy-filter';
import { ENVOY_FILTER_REFUSED_RULE } from './traffic-values/envoy-filter-refused';
import { EXTENSION_REFUSED_RULE } from './traffic-values/extension-refused';
import { GATEWAY_API_REFUSED_RULE } from './traffic-values/gateway-api-refused';
import { GATEWAY_SERVER_RULE } from './traffic-values/gateway-server';
import { SERVICE_ENTRY_REFUSED_RULE } from './traffic-values/service-entry-refused';
import { SIDECAR_REFUSED_RULE } from './traffic-values/sidecar-refused';
import { TELEMETRY_REFUSED_RULE } from './traffic-values/telemetry-refused';
import { VIRTUAL_SERVICE_REFUSED_RULE } from './traffic-values/virtual-service-refused';
import { WORKLOAD_ENTRY_REFUSED_RULE } from './traffic-values/workload-entry-refused';

/** Every rule, or list of rules, as its file exports it. */
export const RULES_BY_FILE: readonly (CheckRule | readonly CheckRule[])[] = [
  CONDITION_WITHOUT_VALUES_RULE,
  EXPRESSION_REFUSED_RULE,
  GITHUB_TOKEN_RULE,
  IDENTITY_COLLISION_RULE,
  IDENTITY_FOR_TWO_CLUSTERS_RULE,
  ISSUANCE_RULES,
  JOIN_RULES,
  LIFETIME_RULES,
  OIDC_JOIN_ATTRIBUTES_RULE,
  ROLE_VERSION_RULE,
  SCOPED_IDENTITY_RULE,
  SPIFFE_ID_RULES,
  TELEPORT_ACCESS_RULES,
  TELEPORT_NAME_COLLISION_RULE,
  TEMPLATE_PRINTS_NUMBER_RULE,
  TOKEN_NAME_IS_SECRET_RULE,
  AUTHORIZER_INCOMPLETE_RULE,
  AUTHORIZER_SERVICE_MISSING_RULE,
  EXTENSION_PROVIDER_TWICE_RULE,
  FOREIGN_ROOTS_NOT_DELIVERED_RULE,
  GLOBAL_TRUST_DOMAIN_RULES,
  INSTALLATION_RULES,
  MESH_CONFIG_REFUSED_RULE,
  NAMESPACE_NETWORK_DIFFERS_RULE,
  NAMESPACE_NOT_DISCOVERED_RULE,
  PATH_SETTINGS_WEAKENED_RULE,
  TELEMETRY_PROVIDER_UNKNOWN_RULE,
  TRUST_DOMAIN_RULES,
  API_VERSION_REMOVED_RULE,
  OBJECT_NAME_RULE,
  OBJECT_REFUSED_RULE,
  SERVICE_REFUSED_RULE,
  WORKLOAD_REFUSED_RULE,
  CLAIM_ROUTE_WITHOUT_JWT_RULE,
  CUSTOM_DRY_RUN_PANIC_RULE,
  CUSTOM_POLICY_RULE,
  HTTP_RULE_WITHOUT_WAYPOINT_RULE,
  IDENTITY_AT_GATEWAY_RULE,
  IDENTITY_RULE_ON_PLAIN_PORT_RULE,
  JWKS_URI_STRICT_RULE,
  POLICY_RULES,
  POLICY_ADMISSION_RULES,
  POLICY_ATTACHMENT_RULES,
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
  HOST_NETWORK_NOT_INJECTED_RULE,
  IMAGE_AUTO_NOT_INJECTED_RULE,
  INJECTED_POD_INVALID_RULE,
  INJECTION_LABEL_VALUE_RULE,
  INJECTION_LABELS_BOTH_RULE,
  ISTIO_ANNOTATION_RULE,
  JOB_RULES,
  POD_REFUSED_BY_INJECTOR_RULE,
  POD_SECURITY_RULES,
  POLICIES_WITHOUT_PROXY_RULE,
  PROBE_DENIED_BY_POLICY_RULE,
  PROBE_NOT_REWRITTEN_RULE,
  PROXY_USER_RULE,
  TEMPLATES_WITHOUT_PROXY_RULE,
  WAYPOINT_RULES,
  WAYPOINT_MISSING_RULE,
  WORKLOAD_WITHOUT_OVERLAY_RULE,
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
  DESTINATION_TWICE_RULE,
  DIAG_ADDR_RULE,
  KUBELET_ACCESS_RULES,
  TBOT_CONFIG_RULES,
  TBOT_INLINE_SECRET_RULE,
  TBOT_POD_RULES,
  TELEPORT_19_REMOVED_RULE,
  WORKLOAD_API_RULES,
  AGENTGATEWAY_WITHOUT_IDENTITY_RULE,
  DESTINATION_HOST_RULES,
  DESTINATION_RULE_RULES,
  DESTINATIONRULE_MUTUAL_TO_PLAIN_RULE,
  DESTINATIONRULE_POLICY_DROPPED_RULE,
  DESTINATIONRULE_PORT_MISSING_RULE,
  GATEWAY_CLASS_UNKNOWN_RULE,
  GATEWAY_CREDENTIAL_ELSEWHERE_RULE,
  GATEWAY_PORT_NOT_ON_SERVICE_RULE,
  GATEWAY_SELECTS_NOTHING_RULE,
  GATEWAY_TLS_CONFLICT_RULE,
  GATEWAY_RULES,
  HOST_RULES,
  MTLS_RULES,
  PORT_PROTOCOLS_DIFFER_RULE,
  PORT_RULES,
  ROUTE_GATEWAY_RULES,
  ROUTE_KIND_NOT_AT_GATEWAY_RULE,
  ROUTE_NOT_ATTACHED_RULE,
  ROUTE_RULES,
  SERVER_FIRST_HTTP_RULE,
  SERVICE_ENTRY_WITHOUT_ENDPOINTS_RULE,
  SETTINGS_TWICE_RULE,
  CLIENT_TLS_RULE,
  DESTINATION_RULE_REFUSED_RULE,
  ENVOY_FILTER_RULES,
  ENVOY_FILTER_REFUSED_RULE,
  EXTENSION_REFUSED_RULE,
  GATEWAY_API_REFUSED_RULE,
  GATEWAY_SERVER_RULE,
  SERVICE_ENTRY_REFUSED_RULE,
  SIDECAR_REFUSED_RULE,
  TELEMETRY_REFUSED_RULE,
  VIRTUAL_SERVICE_REFUSED_RULE,
  WORKLOAD_ENTRY_REFUSED_RULE,
];
