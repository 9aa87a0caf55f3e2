export {
  TeleportIstioValidation,
  type TeleportIstioValidationContext,
  type TeleportIstioValidationProps,
  type TeleportIstioViolation,
} from './analysis/check/validation-plugin';
export { type InvalidInput, InvalidInputError } from './base/invalid-input-error';
export {
  AdmissionGuards,
  type AdmissionGuardsProps,
  type GuardAction,
} from './constructs/admission/admission-guards';
export { MeshApp, type MeshAppProps } from './constructs/app/mesh-app';
export type { OutputFiles } from './constructs/app/output-directory';
export { VariantChart } from './constructs/app/variant-chart';
export { CertificateRefresh } from './constructs/certificate-refresh/certificate-refresh';
export type {
  CertificateRefreshProps,
  RefreshInterval,
  RestartableWorkload,
} from './constructs/certificate-refresh/certificate-refresh-props';
export { SpiffeCsiDriver } from './constructs/csi/spiffe-csi-driver';
export type { SpiffeCsiDriverProps } from './constructs/csi/spiffe-csi-driver-props';
export type { EgressRoute } from './constructs/egress/egress-route';
export { ExternalService } from './constructs/egress/external-service';
export type { ExternalServiceProps } from './constructs/egress/external-service-props';
export { EnrolledWorkload } from './constructs/enroll/enrolled-workload';
export type { EnrollOptions } from './constructs/enroll/enrollment';
export type { EnrollableWorkload, PlusWorkload } from './constructs/enroll/pod-template';
export type { EnvoyBootstrap } from './constructs/envoy/bootstrap';
export {
  type EnvoyClientProps,
  EnvoyProxy,
  type EnvoyProxyProps,
  type EnvoyServerProps,
} from './constructs/envoy/envoy-proxy';
export { EnvoySidecar, type EnvoySidecarProps } from './constructs/envoy/envoy-sidecar';
export type { SpiffeIds } from './constructs/envoy/mutual-tls';
export { ArgoCd, type ArgoCdOptions } from './constructs/fleet/delivery/argo-cd';
export type { ChartPart, ClusterPart, DeliveryStep } from './constructs/fleet/delivery/cluster-part';
export type { DeliveredCluster, FleetDelivery, RenderedDelivery } from './constructs/fleet/delivery/fleet-delivery';
export { Flux, type FluxOptions } from './constructs/fleet/delivery/flux';
export type { GitOpsOptions } from './constructs/fleet/delivery/git-ops-options';
export { FleetCluster } from './constructs/fleet/fleet-cluster';
export { FleetNamespace, type FleetNamespaceProps } from './constructs/fleet/fleet-namespace';
export {
  type ClusterOverrides,
  FleetService,
  type FleetServiceProps,
  type Placement,
  type ServiceNamespaces,
} from './constructs/fleet/fleet-service';
export { MeshFleet } from './constructs/fleet/mesh-fleet';
export type { FleetClusterProps, FleetDefaults, MeshFleetProps } from './constructs/fleet/mesh-fleet-props';
export type { FailoverMode } from './constructs/fleet/own-cluster-first';
export {
  GatewayPolicies,
  type GatewayPoliciesProps,
  type GatewayRequests,
  type GatewayRequestsWithExceptions,
  type RequiredToken,
} from './constructs/gateway/gateway-policies';
export { ClientAddress } from './constructs/istio/installation/client-address';
export type { DiscoveryOptions } from './constructs/istio/installation/discovery-selectors';
export { EgressGateway, type EgressGatewayOptions } from './constructs/istio/installation/egress-gateway';
export {
  type GatewayClassName,
  GatewayParameters,
  type GatewayParametersProps,
  type ParametersRef,
} from './constructs/istio/installation/gateway-parameters';
export {
  type EastWestGatewayOptions,
  type GatewayIdentity,
  type GatewayPort,
  type HelmGatewayOptions,
  IngressGateway,
  type IngressGatewayOptions,
  type PolicyGateway,
} from './constructs/istio/installation/ingress-gateway';
export {
  InjectionOverlay,
  type InjectionOverlayOptions,
  type StockTemplate,
} from './constructs/istio/installation/injection-overlay';
export { InjectionTemplate } from './constructs/istio/installation/injection-template';
export { IstioInstallation, type IstioOperatorManifest } from './constructs/istio/installation/istio-installation';
export type { IstioInstallationProps } from './constructs/istio/installation/istio-installation-props';
export {
  type GatewayListener,
  KubernetesGateway,
  type KubernetesGatewayProps,
} from './constructs/istio/installation/kubernetes-gateway';
export type { MultiClusterOptions } from './constructs/istio/installation/multi-cluster';
export { PathNormalization } from './constructs/istio/installation/path-normalization';
export type { AtLeastOne, NonEmpty, WithOneOf } from './constructs/istio/policy/at-least-one';
export { AuthorizationPolicy } from './constructs/istio/policy/authorization-policy';
export type {
  AllowPolicyProps,
  AuditPolicyProps,
  AuthorizationPolicyCommonProps,
  AuthorizationPolicyProps,
  AuthorizationPolicySpec,
  CustomPolicyProps,
  DenyPolicyProps,
  DryRunProps,
} from './constructs/istio/policy/authorization-policy-props';
export {
  type AuthorizerService,
  type ExtensionProvider,
  ExternalAuthorizer,
  type ExternalAuthorizerOptions,
  type HttpAuthorizerOptions,
} from './constructs/istio/policy/external-authorizer';
export { JwtIssuer, type JwtIssuerProps } from './constructs/istio/policy/jwt-issuer';
export type {
  HttpFields,
  HttpMethod,
  HttpOperation,
  HttpOperationOnPorts,
  OperationSpec,
  PortFields,
  PortOperation,
} from './constructs/istio/policy/operation';
export {
  type ConditionMatch,
  type ConditionSpec,
  type ConditionSubject,
  PolicyCondition,
} from './constructs/istio/policy/policy-condition';
export type { PolicyManifest } from './constructs/istio/policy/policy-manifest';
export type {
  AllowPolicyRule,
  AllowRuleFields,
  AuditPolicyRule,
  AuditRuleFields,
  CustomPolicyRule,
  CustomRuleFields,
  DenyPolicyRule,
  DenyRuleFields,
  RuleSpec,
} from './constructs/istio/policy/policy-rule';
export {
  AttachedScope,
  MeshScope,
  NamespaceScope,
  PolicyScope,
  type PolicyScopeSpec,
  type PolicyTarget,
  WorkloadScope,
} from './constructs/istio/policy/policy-scope';
export { Principal } from './constructs/istio/policy/principal';
export {
  RequestAuthentication,
  type RequestAuthenticationProps,
  type RequestAuthenticationSpec,
} from './constructs/istio/policy/request-authentication';
export { RequestPrincipal } from './constructs/istio/policy/request-principal';
export type {
  NetworkFields,
  NetworkSource,
  NoTokenFields,
  PeerSource,
  PrincipalFields,
  RequestSource,
  ServiceAccountFields,
  ServiceAccountName,
  SourceField,
  SourceSpec,
  TokenFields,
  TrustDomainFields,
} from './constructs/istio/policy/source';
export { ClientTls, type ClientTlsSpec } from './constructs/istio/traffic/client-tls';
export {
  DestinationRule,
  type DestinationRuleProps,
  type DestinationRuleSpec,
} from './constructs/istio/traffic/destination-rule';
export { MtlsMode } from './constructs/istio/traffic/mtls-mode';
export {
  PeerAuthentication,
  type PeerAuthenticationProps,
  type PeerAuthenticationSpec,
  type WidePeerAuthenticationProps,
  type WorkloadPeerAuthenticationProps,
} from './constructs/istio/traffic/peer-authentication';
export { MeshNamespace, type MeshNamespaceProps } from './constructs/mesh/mesh-namespace';
export type { NamespaceOptions } from './constructs/mesh/namespace-labels';
export type { PlaintextCallers } from './constructs/mesh/plaintext-callers';
export { TeleportMesh } from './constructs/mesh/teleport-mesh';
export type {
  MeshCsiDriverOptions,
  MeshIstioOptions,
  MeshKubernetesOptions,
  MeshTbotOptions,
  TeleportMeshProps,
  TeleportResourcesDelivery,
} from './constructs/mesh/teleport-mesh-props';
export { MeshMonitoring } from './constructs/monitoring/mesh-monitoring';
export type { MeshMonitoringProps, MonitoringThresholds } from './constructs/monitoring/mesh-monitoring-props';
export type { AdoptableService, PlusService, PlusServicePort } from './constructs/service/adopted-service';
export type { CallOptions, HttpRequests, WithoutIdentityOptions } from './constructs/service/call';
export type { ICallee } from './constructs/service/callee';
export type { IIdentifiable, IIdentified, MeshCaller } from './constructs/service/caller';
export type { GatewayClients } from './constructs/service/gateway-clients';
export type {
  ExposeOptions,
  GatewayCertificate,
  GatewayRoute,
  OneCertificate,
  RouteOptions,
  SeveralCertificates,
} from './constructs/service/gateway-route';
export type { HttpRoute, HttpRouteOptions } from './constructs/service/http-route';
export { MeshService } from './constructs/service/mesh-service';
export type {
  CommonServiceProps,
  ContainerFields,
  DeploymentServiceProps,
  MeshServiceProps,
  ServiceMtlsOptions,
  StatefulSetServiceProps,
} from './constructs/service/mesh-service-props';
export { type DeclaredProtocol, Port, type PortKind, type PortOptions } from './constructs/service/port';
export type { DestinationRulesMode } from './constructs/service/service-destination-rule';
export type { IServiceMesh, IServiceNamespace } from './constructs/service/service-namespace';
export type {
  Attestors,
  KubeletAccess,
  ReadOnlyKubelet,
  SecureKubelet,
  SigstoreAttestor,
} from './constructs/tbot/attestors';
export { CredentialLifetime, type CredentialLifetimeProps } from './constructs/tbot/credential-lifetime';
export type {
  DestinationReader,
  DirectoryDestination,
  KubernetesSecretDestination,
  MemoryDestination,
  TbotDestination,
} from './constructs/tbot/destination';
export {
  type KubeletCa,
  type KubeletCaConfigMap,
  type KubeletCaFile,
  type KubeletCaNodeFile,
  type KubeletCaVolumeSource,
  KubeletTls,
} from './constructs/tbot/kubelet-tls';
export { TbotConfig } from './constructs/tbot/tbot-config';
export type { AuthServer, TbotConfigProps } from './constructs/tbot/tbot-config-props';
export { TbotDaemonSet } from './constructs/tbot/tbot-daemon-set';
export type { KubeletAddress, TbotPrivilege } from './constructs/tbot/tbot-daemon-set-pod';
export type { TbotDaemonSetProps } from './constructs/tbot/tbot-daemon-set-props';
export type { KubeletAuthorization } from './constructs/tbot/tbot-rbac';
export type {
  CredentialOptions,
  IdentityService,
  KeyAgentService,
  KubernetesClusterSelector,
  KubernetesService,
  TbotService,
  TbotServiceOptions,
  WorkloadApiOptions,
  WorkloadApiService,
  WorkloadApiTcpService,
  WorkloadIdentityAwsRolesAnywhereService,
  WorkloadIdentityFileOptions,
  WorkloadIdentityJwtService,
  WorkloadIdentityX509Service,
} from './constructs/tbot/tbot-service';
export { TbotSidecar } from './constructs/tbot/tbot-sidecar';
export type { AddToPodOptions, TbotSidecarProps } from './constructs/tbot/tbot-sidecar-props';
export type {
  LabelledWorkloadIdentities,
  NamedWorkloadIdentity,
  WorkloadIdentitySelector,
} from './constructs/tbot/workload-identity-selector';
export type { AllowRule } from './constructs/teleport/allow-rule';
export { JoinToken, type JoinTokenProps, type ServiceAccountReference } from './constructs/teleport/join-token';
export { Jwks } from './constructs/teleport/jwks';
export { KubernetesJoin } from './constructs/teleport/kubernetes-join';
export type {
  AzureJoin,
  BoundKeypairJoin,
  GenericOidcJoin,
  GitlabJoin,
  OnboardingJoin,
  PlatformJoin,
  SecretTokenJoin,
  TerraformCloudJoin,
} from './constructs/teleport/onboarding-join';
export { printTctlDocuments } from './constructs/teleport/tctl-documents';
export { type BotReference, TeleportBot, type TeleportBotProps } from './constructs/teleport/teleport-bot';
export {
  type SelfHostedTeleportClusterProps,
  TeleportCluster,
  type TeleportClusterOptions,
  type TeleportEdition,
} from './constructs/teleport/teleport-cluster';
export {
  TeleportOperatorResources,
  type TeleportOperatorResourcesProps,
} from './constructs/teleport/teleport-operator-resources';
export type { TctlDocument, TeleportResource } from './constructs/teleport/teleport-resource';
export { type RoleReference, TeleportRole, type TeleportRoleProps } from './constructs/teleport/teleport-role';
export { type ForeignCaller, TrustBundle } from './constructs/teleport/trust-bundle';
export {
  IstioWorkloadIdentity,
  type IstioWorkloadIdentityProps,
  WorkloadIdentity,
  type WorkloadIdentityProps,
} from './constructs/teleport/workload-identity';
export type { SubjectTemplate, WorkloadIdentityOptions } from './constructs/teleport/workload-identity-options';
export type { MeshMembership } from './upstream/istio/multi-cluster';
export type { PolicyTargetKind } from './upstream/istio/policy-targets';
export type { PodSecurityLevel } from './upstream/kubernetes/pod-security';
export type { IstioVersion } from './upstream/releases/istio-lines';
export { Target, type TargetProps } from './upstream/releases/target';
export { Version } from './upstream/releases/version';
export type { NamespaceIdentity } from './upstream/spiffe/identity-sameness';
export { SpiffeId, type WorkloadIdentityName } from './upstream/spiffe/spiffe-id';
export { TrustDomain } from './upstream/spiffe/trust-domain';
export {
  type CsiSocketOptions,
  type HostPathSocketOptions,
  type SocketDelivery,
  WorkloadApiSocket,
  type WorkloadApiSocketOptions,
  type WorkloadApiVolumeSource,
} from './upstream/spiffe/workload-api-socket';
export { Attribute, type Condition, type ConditionOperator, MapAttribute } from './upstream/teleport/attribute';
export { attributes, type TextAttributes } from './upstream/teleport/attributes';
export type { KubernetesJoinType } from './upstream/teleport/join-methods';
export type { TeleportResourceKind } from './upstream/teleport/resource-kinds';
