export type { Manifest, ManifestFile, ManifestSet, ReadProblem, ReadProblemId, SourceLocation } from '../manifests';
export { type CheckOptions, check } from './check';
export { type CheckFilesOptions, checkFiles } from './check-files';
export { explainRule, listRules, type RuleSummary } from './explain-rule';
export type { Finding, FindingResource, Severity } from './finding';
export { REPORT_FORMATS, type ReportFormat, type ReportOptions, renderFindings, summarize } from './reporters';
export type { SchemaViolation, UnknownKind } from './strict';
export { type StrictViolation, validateStrictly } from './strict';
export * from './validation-plugin';
