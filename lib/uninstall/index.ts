export { planToScript } from './render-plan';
export { type UninstallStep, uninstallPlan } from './uninstall-plan';
