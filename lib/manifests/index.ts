export * from './json';
export * from './json-pointer';
export * from './manifest';
export * from './manifest-set';
export * from './read-manifests';
export * from './read-problem';
export * from './source-location';
export * from './stringify-manifests';
export { readYaml, type YamlError } from './yaml-value';
