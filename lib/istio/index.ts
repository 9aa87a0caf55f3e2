export * from './ambient';
export type { AtLeastOne, NonEmpty } from './at-least-one';
export * from './authorization-policy';
export type * from './authorization-policy-props';
export * from './client-tls';
export * from './destination-rule';
export * from './gateway-parameters';
export * from './ingress-gateway';
export { InjectionOverlay, type InjectionOverlayOptions, type StockTemplate } from './injection-overlay';
export * from './injection-template';
export * from './istio-installation';
export type * from './istio-installation-props';
export * from './istio-trust-domain';
export * from './jwt-issuer';
export * from './kubernetes-gateway';
export type { PlainObject } from './merge-settings';
export * from './mtls-mode';
export type {
  HttpFields,
  HttpMethod,
  HttpOperation,
  HttpOperationOnPorts,
  OperationSpec,
  PortFields,
  PortOperation,
} from './operation';
export * from './path-normalization';
export * from './peer-authentication';
export * from './policy-condition';
export type * from './policy-manifest';
export type {
  AllowPolicyRule,
  AuditPolicyRule,
  CustomPolicyRule,
  DenyPolicyRule,
  RuleSpec,
} from './policy-rule';
export * from './policy-scope';
export * from './principal';
export * from './request-authentication';
export * from './request-principal';
export type {
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
} from './source';
