export { type CheckOptions, check } from './analysis/check/check';
export { type CheckFilesOptions, checkFiles } from './analysis/check/check-files';
export { explainRule, listRules, type RuleSummary } from './analysis/check/explain-rule';
export type { Finding, FindingResource, Severity } from './analysis/check/finding';
export { REPORT_FORMATS, type ReportFormat, renderFindings } from './analysis/check/reporters/render-findings';
export type { ReportOptions } from './analysis/check/reporters/report-options';
export { summarize } from './analysis/check/reporters/summary';
export {
  TeleportIstioValidation,
  type TeleportIstioValidationContext,
  type TeleportIstioValidationProps,
  type TeleportIstioViolation,
} from './analysis/check/validation-plugin';
export type { SchemaViolation } from './analysis/schema/schema-walker';
export type { UnknownKind } from './analysis/schema/unknown-kind';
export { type StrictViolation, validateStrictly } from './analysis/schema/validate-strictly';
export type { SourceLocation } from './base/source-location';
export type { Manifest } from './model/documents/manifest';
export type { ManifestFile, ManifestSet } from './model/documents/manifest-set';
export type { ReadProblem, ReadProblemId } from './model/documents/read-problem';
