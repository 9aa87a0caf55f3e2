export {
  diffCluster,
  diffManifests,
  kubernetesObjects,
  type ManifestDiff,
  type ObjectDifference,
} from './diff-manifests';
export type { FieldDifference } from './field-differences';
export { type DiffPainter, diffToJson, diffToText } from './render-diff';
