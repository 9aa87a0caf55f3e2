import { readTemplate } from '../../base/go-template/read-template';
import { field, isObject, type JsonObject, type JsonValue, textAt, valueAt } from '../../base/json';
import { fromPointer, toPointer } from '../../base/json-pointer';
import { merged } from '../../base/merged';
import { visibleText } from '../../base/visible-text';
import type { Rereading } from '../../base/yaml/flow-indentation';
import type { DocumentText } from '../../base/yaml/split-documents';
import { OriginInFile, originOnDemand, type TextOrigin } from '../../base/yaml/text-origin';
import { YamlText } from '../../base/yaml/yaml-text';
import { KUSTOMIZE_V1BETA1 } from '../../upstream/kubernetes/api-groups';
import { isClusterScoped } from '../../upstream/kubernetes/cluster-scoped';
import { BodyReader, TEMPLATE_PROBLEM } from './body-reader';
import { cutFile } from './cut-file';
import { type EmbeddedText, embeddedTexts } from './embedded-texts';
import { helmSources, valuesForIstio } from './helm-source';
import { isKustomization, type Kustomizations } from './kustomizations';
import { readList } from './list-items';
import type { Manifest, ManifestContainer } from './manifest';
import type { ManifestFile } from './manifest-file';
import { ProblemList } from './problem-list';
import { quickReader } from './quick-reader';
import type { ReadProblem } from './read-problem';
import { isHelmValues, isPatch, isProgramFile, looksUnfinished, type Recognised, recognise } from './recognise';

/** 16 million characters; etcd takes objects of 1.5 MB, so only a `List` can come near. */
const MAX_DOCUMENT_CHARACTERS = 16_000_000;

/** A file with more documents that cannot be read does not hold manifests. */
const MAX_PROBLEMS_OF_A_FILE = 1_000;

/** Fields that no object has braces in; in others they may be meant, for whoever reads them. */
const UNRENDERED_PATHS = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']] as const;

/** What a kustomization is that does not say it (kubernetes-sigs/kustomize api/types/kustomization.go `FixKustomizationPostUnmarshalling`). */
const A_KUSTOMIZATION: Recognised = { shape: 'kubernetes', apiVersion: KUSTOMIZE_V1BETA1, kind: 'Kustomization' };

/** The path of a document that is all of a text. */
const WHOLE: readonly string[] = [];

/** Where a document comes from. */
interface DocumentOrigin {
  readonly file: string;
  readonly document: number;
  readonly container?: ManifestContainer;
}

/** What a document turned out to be and how it is called. */
type DocumentNames = Pick<Manifest, 'shape' | 'apiVersion' | 'kind' | 'name' | 'namespace' | 'text'>;

/** Reads the files one after another; a document that cannot be read leaves a problem and nothing else. */
export class ManifestReader {
  public readonly manifests: Manifest[] = [];
  /** The Lists whose items are among the manifests. */
  public readonly lists: Manifest[] = [];
  /** What kustomize alone reads: the charts that it renders are among the manifests by their values only. */
  public readonly kustomizationFiles: Manifest[] = [];
  /** All texts that comments may stand in. */
  public readonly texts: YamlText[] = [];

  private readonly problemList = new ProblemList();
  private readonly bodies: BodyReader;

  public constructor(
    private readonly rereading: Rereading,
    private readonly kustomizations?: Kustomizations,
  ) {
    this.bodies = new BodyReader(rereading, this.problemList);
  }

  /** What could not be read, in the order it was found. */
  public get problems(): readonly ReadProblem[] {
    return this.problemList.all;
  }

  /** Reads one file; never throws, whatever is in it. */
  public readFile({ file: path, text, documents: given }: ManifestFile): void {
    const file = visibleText(path);
    const cut = cutFile(file, text, this.problemList);
    if (cut === undefined) return;
    const { content, documents, comments } = cut;
    const values = given?.length === documents.length ? given : undefined;
    const read = values === undefined ? quickReader(content, documents) : (document: number) => values[document];
    const problemsBefore = this.problems.length;
    for (const [document, part] of documents.entries()) {
      if (this.problems.length - problemsBefore >= MAX_PROBLEMS_OF_A_FILE) {
        const rest = `${documents.length - document} documents from here on are not read: too many of the preceding ones cannot be read`;
        this.problemList.report(
          'yaml-syntax',
          'too-many-problems',
          new OriginInFile(file, 0).locate(part.linesBefore, 0),
          rest,
        );
        break;
      }
      this.readDocument(part, read(document), { file, document });
    }
    for (const { text: between, linesBefore } of comments) {
      this.texts.push(new YamlText(between, new OriginInFile(file, linesBefore), this.rereading));
    }
  }

  private readDocument({ text, linesBefore }: DocumentText, known: JsonValue | undefined, from: DocumentOrigin): void {
    const origin = new OriginInFile(from.file, linesBefore);
    if (text.length > MAX_DOCUMENT_CHARACTERS) {
      this.problemList.report(
        'file-too-large',
        'too-large-document',
        origin.locate(0, 0),
        'the document has more than 16 million characters',
      );
      return;
    }
    const yaml = new YamlText(text, origin, this.rereading);
    this.texts.push(yaml);
    const body = isObject(known) ? known : this.bodies.read(text, yaml, origin, 'pass over');
    if (body) this.addDocument(body, yaml, WHOLE, from);
  }

  private addDocument(body: JsonObject, yaml: YamlText, path: readonly string[], from: DocumentOrigin): void {
    const list = readList(body);
    if (list) {
      const { apiVersion, kind, items } = list;
      const what = { shape: 'kubernetes', apiVersion, kind, name: '', namespace: undefined } as const;
      this.lists.push(toManifest(what, body, yaml, path, from));
      for (const { item, index } of items) this.addDocument(item, yaml, [...path, 'items', String(index)], from);
      return;
    }
    if (yaml.hasDollar && isPatch(body)) return;
    const recognised = recognise(body) ?? (isKustomization(from.file) ? A_KUSTOMIZATION : undefined);
    if (!recognised) {
      if (looksUnfinished(body)) {
        const [missing, code] =
          textAt(body, 'kind') === undefined
            ? (['kind', 'no-kind'] as const)
            : (['apiVersion', 'no-api-version'] as const);
        this.problemList.report('manifest-incomplete', code, yaml.locate(path), `the object has no ${missing}`);
        return;
      }
      // A chart gives the charts it depends on their values under their names.
      for (const [key, values] of Object.entries(body)) {
        if (isObject(values) && isHelmValues(values)) this.addValues(key, values, yaml, [...path, key], from);
      }
      return;
    }
    const unrendered = UNRENDERED_PATHS.find((key) => isTemplate(valueAt(body, key)));
    if (unrendered) {
      this.problemList.report('yaml-template', 'has-template', yaml.locate([...path, ...unrendered]), TEMPLATE_PROBLEM);
      return;
    }
    const name = textAt(body, 'metadata', 'name');
    const isResource = recognised.shape === 'kubernetes' || recognised.shape === 'teleport';
    if (isResource && !name && (recognised === A_KUSTOMIZATION || isProgramFile(body))) {
      const program = toManifest({ ...recognised, name: from.file, namespace: undefined }, body, yaml, path, from);
      if (recognised.kind === 'Kustomization') this.kustomizationFiles.push(program);
      for (const source of helmSources(recognised.apiVersion, recognised.kind, body)) {
        const values = valuesForIstio(source);
        const container = { manifest: program, pointer: toPointer(...source.valuesPath) };
        if (isObject(values))
          this.addValues(source.release || from.file, values, yaml, [...path, ...source.valuesPath], {
            ...from,
            container,
          });
      }
      return;
    }
    if (isResource && !name && textAt(body, 'metadata', 'generateName') === undefined) {
      const given = field(body, 'metadata', 'name');
      // An unquoted "n" or "on" is a boolean to kubectl, and an unquoted 1 a number.
      const [problem, code] =
        given === undefined
          ? (['has no metadata.name', 'no-name'] as const)
          : (['has a metadata.name that is not a string', 'name-not-string'] as const);
      this.problemList.report('manifest-incomplete', code, yaml.locate(path), `the ${recognised.kind} ${problem}`);
    }
    this.add(
      merged(recognised, {
        name: name ?? (isResource ? '' : from.file),
        namespace: this.namespaceOf(body, recognised, from.file),
      }),
      body,
      yaml,
      path,
      from,
    );
  }

  /** As written, or as the one kustomization has it that comes to the file. */
  private namespaceOf(body: JsonObject, { shape, kind }: Recognised, file: string): string | undefined {
    const written = textAt(body, 'metadata', 'namespace');
    if (written !== undefined || shape !== 'kubernetes' || isClusterScoped(kind)) return written;
    const [only, ...others] = this.kustomizations?.namespacesFor(file) ?? [];
    return others.length === 0 ? only : undefined;
  }

  private add(
    what: DocumentNames,
    body: JsonObject,
    yaml: YamlText,
    path: readonly string[],
    from: DocumentOrigin,
  ): void {
    const manifest = toManifest(what, body, yaml, path, from);
    this.manifests.push(manifest);
    for (const embedded of embeddedTexts(what.shape, what.kind, what.name, body)) {
      const origin = originOnDemand(() => yaml.originOf([...path, ...fromPointer(embedded.pointer)]));
      this.readEmbedded(embedded, manifest, origin);
    }
    if (what.shape !== 'kubernetes') return;
    for (const source of helmSources(what.apiVersion, what.kind, body)) {
      const values = valuesForIstio(source);
      const pointer = toPointer(...source.valuesPath);
      if (typeof values === 'string') {
        const embedded = {
          shape: 'helm-values',
          kind: 'HelmValues',
          name: source.release,
          pointer,
          text: values,
        } as const;
        this.readEmbedded(
          embedded,
          manifest,
          originOnDemand(() => yaml.originOf([...path, ...source.valuesPath])),
        );
      } else if (values !== undefined) {
        const { name: file, namespace } = manifest;
        const names = {
          shape: 'helm-values',
          kind: 'HelmValues',
          name: source.release || file,
          apiVersion: '',
          namespace,
        };
        this.add(names as DocumentNames, values, yaml, [...path, ...source.valuesPath], {
          file: manifest.file,
          document: manifest.document,
          container: { manifest, pointer },
        });
      }
    }
  }

  private addValues(
    name: string,
    values: JsonObject,
    yaml: YamlText,
    path: readonly string[],
    from: DocumentOrigin,
  ): void {
    const what = { shape: 'helm-values', kind: 'HelmValues', name, apiVersion: '', namespace: undefined } as const;
    this.add(what, values, yaml, path, from);
  }

  private readEmbedded(embedded: EmbeddedText, container: Manifest, origin: TextOrigin): void {
    const template = embedded.shape === 'injection-template' ? readTemplate(embedded.text) : undefined;
    if (template?.defect) {
      const { line, problem } = template.defect;
      this.problemList.report(
        'template-broken',
        'template-error',
        origin.locate(line, 0),
        `template "${embedded.name}" ${problem}`,
      );
    }
    const yaml = new YamlText(template?.yaml ?? embedded.text, origin, this.rereading);
    this.texts.push(yaml);
    const lists = embedded.shape === 'annotation' ? 'take' : 'refuse';
    const body = template?.body ?? this.bodies.read(embedded.text, yaml, origin, lists);
    if (!body) return;
    const { shape, kind, name } = embedded;
    this.add(
      { shape, kind, name, apiVersion: '', namespace: container.namespace, text: embedded.text },
      body,
      yaml,
      WHOLE,
      {
        file: container.file,
        document: container.document,
        container: { manifest: container, pointer: embedded.pointer },
      },
    );
  }
}

function isTemplate(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && value.includes('{{');
}

/** Names are made visible here, once for all who print them: the API server takes no name that this changes. */
function toManifest(
  { shape, apiVersion, kind, name, namespace, text }: DocumentNames,
  body: JsonObject,
  yaml: YamlText,
  path: readonly string[],
  { file, document, container }: DocumentOrigin,
): Manifest {
  return {
    shape,
    apiVersion,
    kind: visibleText(kind),
    name: visibleText(name),
    namespace: namespace && visibleText(namespace),
    ...(text !== undefined && { text }),
    file,
    document,
    ...(container && { container }),
    body,
    locate: (pointer) => yaml.locate([...path, ...fromPointer(pointer)]),
  };
}
