/** One wing of `lib/`: a folder of one kind of knowledge, and the wings it may import from. */
export interface Wing {
  /** What the folder knows, for the map in CONTRIBUTING.md. */
  readonly knows: string;
  /** Wings whose files it may import; its own are always allowed. */
  readonly imports: readonly WingName[];
  /** Whether it may import cdk8s and constructs; the others work on plain values, and so on any YAML. */
  readonly usesCdk8s?: true;
}

/** Folders of `lib/`, from the bottom up. */
export type WingName = 'base' | 'upstream' | 'model' | 'analysis' | 'constructs' | 'constructs/app' | 'cli';

/**
 * Which way imports point, said once: biome.json's overrides and CONTRIBUTING.md's map are written from this table by
 * `npm run docs:wings`, and test/architecture holds both and looks for circles.
 */
export const WINGS: Readonly<Record<WingName, Wing>> = {
  base: { knows: 'errors, JSON, YAML, Go templates, text: nothing specific to the domain', imports: [] },
  upstream: {
    knows: 'every fact about SPIFFE, Kubernetes, Istio, Teleport and their releases, each in one place',
    imports: ['base'],
  },
  model: {
    knows: 'manifests with their locations, and the cluster that they describe: one model for all commands',
    imports: ['base', 'upstream'],
  },
  analysis: {
    knows: 'check, access, diff, requirements and uninstall: what manifests mean together',
    imports: ['base', 'upstream', 'model'],
  },
  constructs: {
    knows: 'what an app is written with: Teleport, tbot, the CSI driver, Istio, Envoy, the mesh',
    imports: ['base', 'upstream', 'constructs/app'],
    usesCdk8s: true,
  },
  'constructs/app': {
    knows: 'the app that writes all files or none, after a look at them',
    imports: ['base', 'upstream', 'model', 'analysis'],
    usesCdk8s: true,
  },
  cli: {
    knows: 'one file for each command; no logic of its own',
    imports: ['base', 'upstream', 'model', 'analysis', 'constructs'],
  },
};

/** The wing a file of `lib/` belongs to; the entry points beside the wings belong to none. */
export function wingOf(file: string): WingName | undefined {
  const names = (Object.keys(WINGS) as WingName[]).filter((name) => file.startsWith(`lib/${name}/`));
  return names.sort((a, b) => b.length - a.length)[0];
}

/** Whether a file of the first wing may import one of the second. */
export function mayImport(from: WingName, to: WingName): boolean {
  return from === to || WINGS[from].imports.includes(to);
}
