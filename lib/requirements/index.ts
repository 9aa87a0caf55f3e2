export { type ComponentRequirements, type FoundRequirement, readRequirements } from './read-requirements';
export { requirementsToJson, requirementsToText } from './render-requirements';
