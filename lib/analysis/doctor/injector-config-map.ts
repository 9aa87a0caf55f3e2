/** Whether a ConfigMap has the mesh's or the injector's configuration, of whatever revision: of these a snapshot keeps when they changed. */
export function isInjectorConfigMap(name: string): boolean {
  return /^istio(?:-sidecar-injector)?(?:-|$)/.test(name) && !name.startsWith('istio-ca-');
}
