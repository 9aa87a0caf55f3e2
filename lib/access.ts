export { decide } from './analysis/access/ask';
export type { CallerSet, TrustDomainOf } from './analysis/access/caller-set';
export type { ClientSpeaks, Connection, ConnectionFailure } from './analysis/access/connection';
export type { Caller, Destination } from './analysis/access/connector';
export type {
  DecidedRequest,
  Decision,
  Reason,
  RuleConsideration,
  WayThroughGateway,
} from './analysis/access/decision';
export { explain } from './analysis/access/explain';
export type { ManifestSource, SynthesizedApp } from './analysis/access/manifest-source';
export { MeshModel, type MeshModelOptions } from './analysis/access/mesh-model';
export { type NamedPort, portName } from './analysis/access/named-port';
export {
  type AccessRequest,
  describeRequestProblem,
  OUTSIDE,
  type RequestEnd,
  type RequestProblem,
} from './analysis/access/request';
export type { WorkloadProxy } from './analysis/access/workload-proxy';
export {
  type CallGroups,
  type CallGroupsOptions,
  callGroups,
  type GroupJoint,
} from './analysis/call-groups/call-groups';
export type { CountedCalls } from './analysis/call-groups/may-call';
export { groupsToJson, groupsToMarkdown, groupsToText } from './analysis/call-groups/render-groups';
export type { EgressAnswer, EgressOutcome } from './analysis/egress/explain-egress';
export { checkExpectations, type ExpectationResult } from './analysis/expectations/check-expectations';
export {
  type Expectation,
  type ExpectationProblem,
  type Expectations,
  type ExpectedAnswer,
  readExpectations,
} from './analysis/expectations/expectations';
export { initialExpectations } from './analysis/expectations/initial-expectations';
export type { FleetMember } from './analysis/fleet/fleet-member';
export { FleetModel } from './analysis/fleet/fleet-model';
export {
  type AccessGraph,
  type AccessGraphOptions,
  accessGraph,
  type GraphNamespace,
  type GraphNode,
  type Protection,
} from './analysis/graph/access-graph';
export type { Exposure } from './analysis/graph/exposure';
export { fleetGraph } from './analysis/graph/fleet-graph';
export type { GraphEdge } from './analysis/graph/graph-edges';
export type { NodeDescription, NodeKind } from './analysis/graph/graph-nodes';
export { graphToDot } from './analysis/graph/graph-to-dot';
export { graphToHtml } from './analysis/graph/graph-to-html';
export { graphToMermaid } from './analysis/graph/graph-to-mermaid';
export { graphToSvg } from './analysis/graph/graph-to-svg';
export type { AccessChange } from './analysis/matrix/access-change';
export { accessConditions, describeCondition } from './analysis/matrix/access-condition';
export {
  type Access,
  type AccessMatrix,
  type AccessMatrixOptions,
  accessMatrix,
  type MatrixCell,
} from './analysis/matrix/access-matrix';
export { compareAccess } from './analysis/matrix/compare-access';
export type { AccessCondition, AccessRequirement, AccessRequirements } from './analysis/matrix/condition';
export type { ExternalCall } from './analysis/matrix/external-calls';
export { matrixToHtml } from './analysis/matrix/matrix-to-html';
export { changesToJson, changesToMarkdown, changesToText } from './analysis/matrix/render-changes';
export {
  matrixToCsv,
  matrixToJson,
  matrixToMarkdown,
  matrixToTable,
} from './analysis/matrix/render-matrix';
export type { ConversionProblem } from './analysis/policy/compiled-condition';
export type {
  DroppedBecause,
  EvaluatedPolicy,
  EvaluatedRule,
  FilterChain,
  PolicyAction,
} from './analysis/policy/evaluated-policy';
export type { Claim, Claims } from './analysis/policy/facts';
export type { PolicyReason, Verdict } from './analysis/policy/policy-set';
export type { Truth } from './analysis/policy/truth';
export { type RuleUse, type RuleUseOptions, ruleUses, type WithoutIdentity } from './analysis/rule-use/rule-use';
export type { JsonObject, JsonValue } from './base/json';
export type { SourceLocation } from './base/source-location';
export type { CertificateAuthority } from './model/cluster/pod-proxy';
export type { Service, ServicePort } from './model/cluster/service';
export type { Container, ContainerPort, Volume, Workload } from './model/cluster/workload';
export type { Manifest, ManifestContainer, ManifestShape } from './model/documents/manifest';
export type { ManifestFile } from './model/documents/manifest-file';
export type { ManifestSet } from './model/documents/manifest-set';
export type { Membership } from './model/fleet/membership';
export type { Authorizer, AuthorizerKind } from './model/installation/authorizers';
export type { MeshSettings } from './model/installation/mesh-settings';
export type { EffectiveMtlsMode, ServerMtlsMode } from './model/policy/peer-authentication';
export type { TeleportIdentity } from './model/teleport/teleport-identities';
export type { ConnectionSettings, EscapedSlashesAction } from './upstream/istio/connection-settings';
export type { NormalizationMode } from './upstream/istio/mesh-config';
export type { PortProtocol } from './upstream/istio/port-protocol';
