import type { Target, TargetProps } from './target';

/** What a target may name, as users write it. */
export const TARGET_COMPONENTS = {
  istio: 'istio',
  kubernetes: 'kubernetes',
  teleport: 'teleport',
  'csi-driver': 'csiDriver',
} as const satisfies Readonly<Record<string, keyof TargetProps>>;

/** Annotation of an IstioOperator file by which output remembers the releases it was made for. */
export const TARGET_ANNOTATION = 'teleport-istio/target';

/** `istio=1.31.4,kubernetes=1.35.0,teleport=18.11.10,csi-driver=0.2.13`; a line of Istio, which pins nothing, as `1.31`. */
export function printTarget({ istio, kubernetes, teleport, csiDriver }: Target): string {
  return `istio=${istio.patch > 0 ? istio : istio.line},kubernetes=${kubernetes},teleport=${teleport},csi-driver=${csiDriver}`;
}

/** Reads `istio=1.29,teleport=18.6.4`; what is wrong with the text, as a sentence, if it is not a target. */
export function readTarget(text: string): TargetProps | string {
  const releases = new Map<keyof TargetProps, string>();
  for (const part of text.split(',')) {
    const [name = '', release = '', ...rest] = part.split('=').map((side) => side.trim());
    if (!isComponent(name) || release === '' || rest.length > 0) {
      return `Write ${Object.keys(TARGET_COMPONENTS).join('=…, ')}=…; "${part}" is not in this form.`;
    }
    if (releases.has(TARGET_COMPONENTS[name])) return `It names ${name} twice.`;
    releases.set(TARGET_COMPONENTS[name], release);
  }
  return Object.fromEntries(releases);
}

function isComponent(name: string): name is keyof typeof TARGET_COMPONENTS {
  return Object.hasOwn(TARGET_COMPONENTS, name);
}
