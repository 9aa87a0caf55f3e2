export { type ProjectDependencies, projectFiles } from './project-files';
export { checkProject, DEFAULT_PROJECT, type ProjectJoin, type ProjectOptions } from './project-options';
