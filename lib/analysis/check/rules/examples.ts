/** An IstioOperator with one injection template, for the rules' examples. */
export function withTemplate(template: string, meshConfig = 'trustDomain: example.teleport.sh'): string {
  return `apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata:
  name: istio
  namespace: istio-system
spec:
  profile: minimal
  meshConfig:
${indent(meshConfig, 4)}
  values:
    sidecarInjectorWebhook:
      templates:
        spire: |
${indent(template.trimEnd(), 10)}
`;
}

/** The overlay as it should be: it gives the stock volume a source, and nothing else. */
export const OVERLAY = `spec:
  volumes:
    - name: workload-socket
      csi:
        driver: csi.spiffe.io
        readOnly: true
`;

/** A workload in the namespace `shop`. */
export function deployment(name: string, podMetadata: string, podSpec: string): string {
  return withoutEmptyLines(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: shop
spec:
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
${indent(podMetadata, 6)}
    spec:
      serviceAccountName: ${name}
${indent(podSpec, 6)}
      containers:
        - name: app
          image: example.com/${name}:1.0.0
`);
}

/** A volume that gives pods the socket as it should be. */
export const CSI_VOLUME = '{name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}';

/** A workload whose pods declare one volume. */
export function withVolume(volume: string): string {
  return deployment('front-end', '', `volumes:\n  - ${volume}`);
}

/** The DaemonSet of the SPIFFE CSI driver, which serves a directory of the node to pods. */
export function csiDriver(version: string, directory: string): string {
  return `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: spiffe-csi-driver, namespace: teleport}
spec:
  selector: {matchLabels: {app: csi}}
  template:
    metadata: {labels: {app: csi}}
    spec:
      containers:
        - name: driver
          image: ghcr.io/spiffe/spiffe-csi-driver:${version}
          args: [-workload-api-socket-dir, /sockets]
          volumeMounts:
            - {name: sockets, mountPath: /sockets, readOnly: true}
      volumes:
        - {name: sockets, hostPath: {path: ${directory}, type: DirectoryOrCreate}}
`;
}

/** A Service for {@link deployment}, in the same namespace. */
export function service(name: string, port: string): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
  namespace: shop
spec:
  selector:
    app: ${name}
  ports:
    - ${port}
`;
}

/** An AuthorizationPolicy for the same namespace. */
export function policy(spec: string, name = 'catalogue', metadata = ''): string {
  return `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: ${name}, namespace: shop${metadata}}
spec:
${spec}
`;
}

/** Several documents in one stream. */
export function stream(...documents: readonly string[]): string {
  return documents.map((document) => (document.endsWith('\n') ? document : `${document}\n`)).join('---\n');
}

/** Moves every line right. */
export function indent(text: string, spaces: number): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? line : ' '.repeat(spaces) + line))
    .join('\n');
}

/** Takes out the lines where an example had nothing to put in. */
export function withoutEmptyLines(text: string): string {
  return text.replace(/\n\s*\n/g, '\n');
}

/** A sound installation of a release of Istio. */
export function withIstioTag(tag: string): string {
  return withTemplate(OVERLAY).replace('profile: minimal', `profile: minimal\n  tag: ${tag}`);
}
