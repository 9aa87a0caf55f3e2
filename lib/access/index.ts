export type {
  Container,
  ContainerPort,
  EffectiveMtlsMode,
  MeshSettings,
  PathNormalization,
  PortProtocol,
  ServerMtlsMode,
  Service,
  ServicePort,
  TeleportIdentity,
  Volume,
  Workload,
} from '../cluster';
export type {
  JsonObject,
  JsonValue,
  Manifest,
  ManifestContainer,
  ManifestFile,
  ManifestSet,
  ManifestShape,
  SourceLocation,
} from '../manifests';
export { type AccessCondition, accessConditions, type Requirement } from './access-condition';
export { type AccessGraph, accessGraph, type GraphNode, type Protection } from './access-graph';
export { type Access, type AccessMatrix, accessMatrix, type MatrixCell } from './access-matrix';
export { checkExpectations, describeRequest, type ExpectationResult } from './check-expectations';
export { type AccessChange, compareMatrices } from './compare-matrices';
export type { CompiledCondition, ConditionPlace, ConversionProblem } from './compiled-condition';
export type { CompiledPolicy } from './compiled-policy';
export type { CompiledRule, DroppedBecause, FilterChain, PolicyAction } from './compiled-rule';
export type { ClientSpeaks, Connection, ConnectionFailure } from './connection';
export type { Caller, Destination } from './connector';
export type { DecidedRequest, Decision, Reason, RuleConsideration } from './decision';
export { type Expectation, type ExpectationProblem, type Expectations, readExpectations } from './expectations';
export { describeConnection, describeReason, explain, ruleName } from './explain';
export type { Exposure } from './exposure';
export type { Claim, Claims, Facts } from './facts';
export type { GraphEdge } from './graph-edges';
export { graphToDot } from './graph-to-dot';
export { graphToHtml } from './graph-to-html';
export { graphToMermaid } from './graph-to-mermaid';
export { graphToSvg } from './graph-to-svg';
export { initialExpectations } from './initial-expectations';
export type { IpAddress } from './ip-range';
export { type ManifestSource, MeshModel, type MeshModelOptions } from './mesh-model';
export type { AuthorizerSettings, PolicyOutcome, PolicyReason, PolicySet, Verdict } from './policy-set';
export { changesToJson, changesToMarkdown, changesToText } from './render-changes';
export { matrixToCsv, matrixToHtml, matrixToJson, matrixToMarkdown, matrixToTable } from './render-matrix';
export * from './request';
export { type RuleUse, type RuleUseOptions, ruleUses, type WithoutIdentity } from './rule-use';
export type { Truth } from './truth';
export type { CertificateAuthority, WorkloadProxy } from './workload-proxy';
