import { type ApiObject, App, type AppProps, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { pointToCaller } from '../../base/caller-stack';
import { InvalidInputError } from '../../base/invalid-input-error';
import { stringifyManifests } from '../../base/yaml/write-yaml';
import { VARIANTS_FOLDER } from '../../model/documents/variants';
import { Target } from '../../upstream/releases/target';
import { applyOrderNotice, earlierFiles } from './apply-order';
import type { DeclaredCalls } from './declared-calls';
import { documentsByFile } from './documents-by-file';
import { findDuplicateObjects, type WrittenObject } from './duplicate-objects';
import { checkSource, withHeader } from './file-header';
import { orderObjects } from './object-order';
import { type OutputFiles, unknownFileWarning, writeOutputDirectory } from './output-directory';
import { CONSTRUCT_METADATA, placeOutput } from './output-place';
import { VariantChart } from './variant-chart';
import { type AppCluster, checkOtherClusters, rememberCluster } from './written-clusters';

/** Options of a {@link MeshApp}. */
export interface MeshAppProps extends Pick<AppProps, 'outdir' | 'recordConstructMetadata'> {
  /**
   * Whether to apply the rules of `teleport-istio check` to the output before it is written, and to verify that its
   * policies allow every declared call: errors stop the synthesis, warnings are printed. This doubles the time of a
   * synthesis.
   *
   * @default true
   */
  readonly check?: boolean;
  /**
   * What to edit instead of the output, which each file names in its first line: a path in your repository, or its URL.
   *
   * @default - the line says that a program generated the file, but not which one
   */
  readonly source?: string;
}

/**
 * An app's output and what is to be said of it.
 *
 * @internal
 */
export interface RenderedApp {
  readonly files: OutputFiles;
  /** What may be wrong. */
  readonly warnings: readonly string[];
  /** What the user still has to do. */
  readonly notices: readonly string[];
}

const MESH_APP = Symbol.for('cdk8s-teleport-istio.MeshApp');

/** A file that is not for `kubectl`: its text, or nothing if it is not to be written this time. */
type FileRenderer = () => string | undefined;

/**
 * A cdk8s app that also writes files other than Kubernetes manifests, and writes either all files or none.
 *
 * In addition to one `<chart>.k8s.yaml` per chart, it writes the files that constructs add, such as
 * `teleport/teleport.yaml` for tctl and `istio/istio-operator.yaml` for istioctl, and writes variants to `variants/`.
 * Everything is rendered and checked in memory first, so an error leaves the output directory unchanged.
 */
export class MeshApp extends App {
  /**
   * The app a construct belongs to.
   *
   * @throws InvalidInputError if it belongs to a plain cdk8s `App`, which would write only half of the output
   */
  public static override of(construct: IConstruct): MeshApp {
    const { root } = construct.node;
    if (isMeshApp(root)) return root;
    throw new InvalidInputError({
      where: construct.node.path,
      problem: 'the app writes only Kubernetes manifests',
      allowed: 'a MeshApp, which also writes the files for tctl, istioctl and helm',
      fix: "create the app with `new MeshApp()` instead of cdk8s' `new App()`",
    });
  }

  private readonly files = new Map<string, FileRenderer>();
  private readonly notices: string[] = [];
  private readonly declarations: (() => DeclaredCalls)[] = [];
  private readonly recordMetadata: boolean;
  private readonly checksOutput: boolean;
  private readonly source: string | undefined;
  private target = Target.of();
  private cluster: (() => AppCluster | undefined) | undefined;

  /** @throws InvalidInputError if `source` is not one line */
  public constructor(props: MeshAppProps = {}) {
    super(props);
    this.recordMetadata = props.recordConstructMetadata ?? process.env.CDK8S_RECORD_CONSTRUCT_METADATA === 'true';
    this.checksOutput = props.check ?? true;
    checkSource(props.source);
    this.source = props.source;
    Object.defineProperty(this, MESH_APP, { value: true });
  }

  /**
   * Adds a file that does not belong to a chart.
   *
   * @param path relative to the output directory, with forward slashes, in a subdirectory, so that `kubectl apply -f`
   * skips it
   * @param render called once per synthesis, after every construct is created
   * @throws InvalidInputError if the file already exists, or the path is outside the output directory
   */
  public addFile(path: string, render: () => string | undefined): void {
    if (!/^[^/\\]+(?:\/[^/\\]+)+$/.test(path) || path.split('/').some((name) => /^\.\.?$|[\0:]/.test(name))) {
      throw new InvalidInputError({
        where: 'MeshApp.addFile',
        problem: 'not a valid path of a file in a subdirectory of the output directory',
        value: path,
        allowed: 'names separated by "/", without "." or ".."',
        fix: 'write it like "notes/readme.txt"',
      });
    }
    if (this.files.has(path)) {
      throw new InvalidInputError({
        where: 'MeshApp.addFile',
        problem: 'two constructs write the same file',
        value: path,
        allowed: 'one TeleportMesh in an app',
        fix: 'create one app per cluster, or a MeshFleet',
      });
    }
    this.files.set(path, render);
  }

  /** Adds an instruction for the user, which is printed to standard error after the output is written. */
  public addNotice(text: string): void {
    this.notices.push(text);
  }

  /**
   * Says what the output has to allow; a MeshService does so.
   *
   * @internal
   */
  public addDeclaredCalls(declare: () => DeclaredCalls): void {
    this.declarations.push(declare);
  }

  /**
   * What the output has to allow.
   *
   * @internal
   */
  public get declaredCalls(): readonly DeclaredCalls[] {
    return this.declarations.map((declare) => declare());
  }

  /** Sets the releases that the output is for, on which the checks depend; a TeleportMesh calls this. */
  public useTarget(target: Target): void {
    this.target = target;
  }

  /**
   * Says which Kubernetes cluster the output is for, unless it is not known yet; a TeleportMesh does so.
   *
   * @internal
   */
  public useCluster(cluster: () => AppCluster | undefined): void {
    this.cluster = cluster;
  }

  /**
   * Writes all files to the output directory, or leaves it unchanged. Prints the order in which to apply the changes,
   * if the order matters.
   *
   * With `cdk8s synth --format helm`, files that are not for Kubernetes are written outside `templates`; with
   * `--stdout` they are omitted.
   *
   * @throws Error listing every validation that failed and every error the checker found, each with its construct path
   * @throws InvalidInputError if the files would replace those that this program wrote for another Kubernetes cluster
   */
  public override synth(): void {
    const { files, warnings, notices } = this.render();
    const cluster = this.cluster?.();
    if (cluster !== undefined) checkOtherClusters(this.outdir, cluster);
    const placed = placeOutput(this.outdir, files);
    const { directory, folder } = placed;
    // cdk8s-cli removes a chart before the app runs, so only a plain directory has something to compare with.
    const order = folder === '' ? applyOrderNotice(directory, earlierFiles(directory), placed.files) : [];
    const unknown = writeOutputDirectory(directory, placed.files, [folder]);
    if (cluster !== undefined) rememberCluster(this.outdir, cluster);
    const unknownWarnings = unknown.map((path) => unknownFileWarning(path, directory));
    for (const text of [...warnings, ...unknownWarnings, ...notices, ...placed.notices, ...order])
      process.stderr.write(`${text}\n`);
  }

  /**
   * What {@link MeshApp.synth} writes and prints, checked and not written: a fleet writes several apps or none.
   *
   * @internal
   * @throws Error as {@link MeshApp.synth} does
   */
  public render(): RenderedApp {
    const objects = this.renderObjects();
    const files = this.renderFiles(objects);
    const warnings = this.checksOutput ? this.check(files, objects) : [];
    return { files, warnings, notices: this.notices };
  }

  /**
   * What {@link MeshApp.synth} would write, unchecked: path relative to the output directory to text.
   *
   * @throws Error listing every validation that failed, each with its construct path
   */
  public synthFiles(): OutputFiles {
    return this.renderFiles(this.renderObjects());
  }

  private check(files: OutputFiles, objects: readonly WrittenObject[]): readonly string[] {
    // Only here, so that whoever imports the constructs does not load the rules.
    const { checkOutput } = require('./output-check') as typeof import('./output-check');
    const { errors, warnings } = checkOutput(files, objects, this.declaredCalls, this.target);
    throwIfAny(errors);
    return warnings.map((warning) => `Warning: ${warning}`);
  }

  private renderObjects(): readonly WrittenObject[] {
    const constructs = this.node.findAll();
    const errors = constructs.flatMap((c) => c.node.validate().map((message) => `[${c.node.path}] ${message}`));
    throwIfAny(errors);

    const objects = orderObjects(constructs).map((object) => ({
      path: object.node.path,
      file: chartFile(object),
      manifest: object.toJson() as Record<string, unknown>,
    }));
    throwIfAny(findDuplicateObjects(objects));
    return objects;
  }

  private renderFiles(objects: readonly WrittenObject[]): OutputFiles {
    const files = new Map<string, string>();
    const add = (path: string, text: string) => files.set(path, withHeader(path, text, this.source));
    for (const [file, documents] of documentsByFile(objects)) add(file, stringifyManifests(documents));
    for (const [path, render] of this.files) {
      const text = render();
      if (text !== undefined) add(path, text);
    }
    if (this.recordMetadata) files.set(CONSTRUCT_METADATA, constructMetadata(objects));
    return files;
  }
}

/** By a mark instead of `instanceof`, so that two copies of this package in one app still know each other. */
function isMeshApp(root: IConstruct): root is MeshApp {
  return MESH_APP in root;
}

/** `<chart path>.k8s.yaml`: cdk8s would add a hash to the name of a chart that is not at the top. */
function chartFile(object: ApiObject): string {
  const chart = Chart.of(object);
  const name = `${chart.node.path.replaceAll('/', '-')}.k8s.yaml`;
  return VariantChart.isVariantChart(chart) ? `${VARIANTS_FOLDER}/${name}` : name;
}

/** What cdk8s-cli reads to name constructs in validation reports (cdk8s-team/cdk8s-core src/app.ts). */
function constructMetadata(objects: readonly WrittenObject[]): string {
  const resources = Object.fromEntries(
    objects.map(({ path, manifest }) => [(manifest.metadata as { name: string }).name, { path }]),
  );
  return JSON.stringify({ version: '1.0.0', resources });
}

function throwIfAny(errors: readonly string[]): void {
  if (errors.length > 0) {
    throw pointToCaller(new Error(`Validation failed with the following errors:\n  ${errors.join('\n  ')}`));
  }
}
