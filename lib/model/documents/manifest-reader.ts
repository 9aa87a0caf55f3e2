import { findTemplateAction, templateActions, templateToYaml } from '../../base/go-template/go-template';
import { readTemplate } from '../../base/go-template/read-template';
import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../base/json';
import { fromPointer, toPointer } from '../../base/json-pointer';
import type { SourceLocation } from '../../base/source-location';
import { visibleText } from '../../base/visible-text';
import type { Rereading } from '../../base/yaml/flow-indentation';
import { type DocumentText, splitDocuments, splitJsonObjects } from '../../base/yaml/split-documents';
import { originInFile, type TextOrigin } from '../../base/yaml/text-origin';
import { YamlText } from '../../base/yaml/yaml-text';
import { readYaml, readYamlStream, type YamlError } from '../../base/yaml/yaml-value';
import { isClusterScoped } from '../../upstream/kubernetes/cluster-scoped';
import { type EmbeddedText, embeddedTexts } from './embedded-texts';
import { helmSources, valuesForIstio } from './helm-source';
import type { Kustomizations } from './kustomizations';
import { readList } from './list-items';
import type { Manifest, ManifestContainer } from './manifest';
import type { ManifestFile } from './manifest-file';
import type { ReadProblem, ReadProblemId } from './read-problem';
import {
  isHelmValues,
  isPatch,
  isProgramFile,
  looksUnfinished,
  mayHoldManifest,
  type Recognised,
  recognise,
} from './recognise';

/** 64 million characters: a cluster's whole state fits, and memory stays bounded. */
const MAX_FILE_CHARACTERS = 64_000_000;

/** 16 million characters; etcd takes objects of 1.5 MB, so only a `List` can come near. */
const MAX_DOCUMENT_CHARACTERS = 16_000_000;

/** Ten times what a whole cluster has. */
const MAX_DOCUMENTS = 500_000;

/** A file with more documents that cannot be read does not hold manifests. */
const MAX_PROBLEMS_OF_A_FILE = 1_000;

/** What is read at once at most: a parser needs several times a text's size. */
const MAX_STREAM_CHARACTERS = 4_000_000;

/** What kubectl makes of lines between documents, and a YAML parser does not. */
const SEPARATOR_PROBLEMS = [
  [/^---(?![ \t]*(?:#.*)?\r?$)/m, 'more than a comment follows "---": kubectl refuses it'],
  [
    /^\.\.\.(?=[ \t\r\n]|$)(?!\s*(?:#.*\s*)*(?:$(?![\s\S])|---))/m,
    'kubectl reads nothing between "..." and the next "---"',
  ],
] as const;

const TEMPLATE_PROBLEM = 'the document is a template with {{ }}, not a manifest';

/** Fields that no object has braces in; in others they may be meant, for whoever reads them. */
const UNRENDERED_PATHS = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace']] as const;

/** What every document has that does not depend on its content. */
interface DocumentPlace {
  readonly file: string;
  readonly document: number;
  readonly container?: ManifestContainer;
}

/**
 * What to do with a list where a mapping belongs. Lists of anything but objects are passed over as other programs' files
 * are: tasks of Ansible, JSON patches.
 */
type ListTreatment = 'take' | 'refuse' | 'pass over';

/** What a document turned out to be and how it is called. */
type DocumentNames = Pick<Manifest, 'shape' | 'apiVersion' | 'kind' | 'name' | 'namespace' | 'text'>;

/** Reads the files one after another; a document that cannot be read leaves a problem and nothing else. */
export class ManifestReader {
  public readonly manifests: Manifest[] = [];
  public readonly problems: ReadProblem[] = [];
  /** The Lists whose items are among the manifests. */
  public readonly lists: Manifest[] = [];
  /** All texts that comments may stand in. */
  public readonly texts: YamlText[] = [];

  public constructor(
    private readonly rereading: Rereading,
    private readonly kustomizations?: Kustomizations,
  ) {}

  /** Reads one file; never throws, whatever is in it. */
  public readFile({ file: path, text, documents: given }: ManifestFile): void {
    const file = visibleText(path);
    const origin = originInFile(file, 0);
    if (text.length > MAX_FILE_CHARACTERS) {
      const size = `${Math.ceil(text.length / 1_000_000)} million characters`;
      this.report('file-too-large', origin.locate(0, 0), `the file has ${size}, the limit is 64`);
      return;
    }
    const binary = findBinary(text);
    if (binary !== undefined) {
      const line = text.slice(0, binary).split('\n').length - 1;
      this.report('file-not-text', origin.locate(line, 0), 'the file is binary, not text in UTF-8');
      return;
    }
    const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
    const parts = splitJsonObjects(content) ?? splitDocuments(content);
    const documents = parts.filter(({ hasContent }) => hasContent);
    if (documents.length === 0) this.report('file-empty', origin.locate(0, 0), 'the file has no document');
    if (documents.length > MAX_DOCUMENTS) {
      this.report(
        'file-too-large',
        origin.locate(0, 0),
        `the file has ${documents.length} documents, the limit is 500000`,
      );
      return;
    }
    if (mayHoldManifest(content)) this.reportSeparators(content, origin);
    const isStream = documents.length > 1 && content.length <= MAX_STREAM_CHARACTERS && !content.startsWith('{');
    const values = given ?? (isStream ? readYamlStream(content) : undefined);
    // Where the two readings do not agree on what a document is, each is read on its own.
    const known = values?.length === documents.length ? values : [];
    const problemsBefore = this.problems.length;
    for (const [document, part] of documents.entries()) {
      if (this.problems.length - problemsBefore >= MAX_PROBLEMS_OF_A_FILE) {
        const rest = `${documents.length - document} documents from here on are not read: too many before them cannot be`;
        this.report('yaml-syntax', origin.locate(part.linesBefore, 0), rest);
        break;
      }
      this.readDocument(part, known[document], { file, document });
    }
    for (const { text: between, linesBefore, hasContent } of parts) {
      if (!hasContent) this.texts.push(new YamlText(between, () => originInFile(file, linesBefore), this.rereading));
    }
  }

  /**
   * kubectl and Teleport cut a stream at every line that begins with `---`, refuse one on which more than a comment follows,
   * and read nothing between `...` and the next cut (k8s.io/apimachinery pkg/util/yaml/decoder.go).
   */
  private reportSeparators(content: string, origin: TextOrigin): void {
    for (const [pattern, problem] of SEPARATOR_PROBLEMS) {
      const found = content.search(pattern);
      if (found === -1) continue;
      const line = content.slice(0, found).split('\n').length - 1;
      this.report('yaml-syntax', origin.locate(line, 0), problem);
    }
  }

  private readDocument({ text, linesBefore }: DocumentText, known: JsonValue | undefined, place: DocumentPlace): void {
    const origin = originInFile(place.file, linesBefore);
    if (text.length > MAX_DOCUMENT_CHARACTERS) {
      this.report('file-too-large', origin.locate(0, 0), 'the document has more than 16 million characters');
      return;
    }
    const yaml = new YamlText(text, () => origin, this.rereading);
    this.texts.push(yaml);
    const body = isObject(known) ? known : this.readBody(text, yaml, () => origin, 'pass over');
    if (body) this.addDocument(body, yaml, [], place);
  }

  /** Reads a text as a mapping, reporting whatever is wrong with it. */
  private readBody(
    text: string,
    yaml: YamlText,
    origin: () => TextOrigin,
    lists: ListTreatment,
  ): JsonObject | undefined {
    let result = readYaml(text, { duplicateKeys: 'refuse', rereading: this.rereading });
    if (result.error?.reason === 'duplicate-key') {
      for (const { key, line, column } of yaml.positions.duplicateKeys()) {
        this.report('yaml-duplicate-key', origin().locate(line, column), `key "${key}" stands twice in one mapping`);
      }
      result = readYaml(text, { duplicateKeys: 'last-wins', rereading: this.rereading });
    }
    if (result.error) {
      // What is known to be ours by where it stands cannot be another program's.
      const isForeign = lists === 'pass over' && !mayHoldManifest(text);
      this.reportYamlError(text, result.error, origin(), isForeign);
      return undefined;
    }
    if (isObject(result.value)) return result.value;
    if (isList(result.value)) {
      if (lists === 'take') return byName(result.value);
      if (lists === 'pass over' && !result.value.some(looksLikeObject)) return undefined;
    }
    if (result.value !== null) {
      const found = isList(result.value) ? 'a list' : 'a single value';
      this.report('manifest-not-a-mapping', origin().locate(0, 0), `the document is ${found}, not a mapping`);
    }
    return undefined;
  }

  private reportYamlError(text: string, error: YamlError, origin: TextOrigin, isForeign: boolean): void {
    const location = origin.locate(error.line, error.column);
    const templateLine = findTemplateAction(text) ?? this.findNestedQuotes(text);
    if (error.reason === 'nesting') {
      this.report('yaml-nesting', location, 'the document is nested more than 100 levels deep');
    } else if (error.reason === 'alias-bomb') {
      this.report('yaml-alias-bomb', location, error.message);
    } else if (templateLine !== undefined) {
      this.report('yaml-template', origin.locate(templateLine, 0), TEMPLATE_PROBLEM, isForeign);
    } else if (error.reason === 'refused') {
      // Whoever reads another program's file reads it as that program does.
      if (!isForeign) this.report('yaml-syntax', location, error.message);
    } else if (error.message.includes('tab characters')) {
      this.report('yaml-tab', location, 'a tab indents this line', isForeign);
    } else if (error.unclosed) {
      const { what, line, column } = error.unclosed;
      const opened = origin.locate(line, column);
      this.report(
        'yaml-syntax',
        location,
        `not YAML: the ${what} opened in line ${opened.line} is never closed`,
        isForeign,
      );
    } else {
      this.report('yaml-syntax', location, `not YAML: ${error.message}`, isForeign);
    }
  }

  /** The line, from 0, of the first action of a template whose quotes inside quotes are all that is not YAML. */
  private findNestedQuotes(text: string): number | undefined {
    const [first] = templateActions(text);
    if (first === undefined || this.rereading.isUsedUp) return undefined;
    this.rereading.count(text);
    const { error } = readYaml(templateToYaml(text), { duplicateKeys: 'last-wins', rereading: this.rereading });
    return error ? undefined : text.slice(0, first.start).split('\n').length - 1;
  }

  private addDocument(body: JsonObject, yaml: YamlText, path: readonly string[], place: DocumentPlace): void {
    const list = readList(body);
    if (list) {
      const { apiVersion, kind, items } = list;
      const what = { shape: 'kubernetes', apiVersion, kind, name: '', namespace: undefined } as const;
      this.lists.push(toManifest(what, body, yaml, path, place));
      for (const { item, index } of items) this.addDocument(item, yaml, [...path, 'items', String(index)], place);
      return;
    }
    if (yaml.text.includes('$') && isPatch(body)) return;
    const recognised = recognise(body);
    if (!recognised) {
      if (looksUnfinished(body)) {
        const missing = textAt(body, 'kind') === undefined ? 'kind' : 'apiVersion';
        this.report('manifest-incomplete', yaml.locate(path), `the object has no ${missing}`);
        return;
      }
      // A chart gives the charts it depends on their values under their names.
      for (const [key, values] of Object.entries(body)) {
        if (isObject(values) && isHelmValues(values)) this.addValues(key, values, yaml, [...path, key], place);
      }
      return;
    }
    const unrendered = UNRENDERED_PATHS.find((key) => textAt(body, ...key)?.includes('{{'));
    if (unrendered) {
      this.report('yaml-template', yaml.locate([...path, ...unrendered]), TEMPLATE_PROBLEM);
      return;
    }
    const name = textAt(body, 'metadata', 'name');
    const isResource = recognised.shape === 'kubernetes' || recognised.shape === 'teleport';
    if (isResource && !name && isProgramFile(body)) {
      for (const source of helmSources(recognised.apiVersion, recognised.kind, body)) {
        const values = valuesForIstio(source);
        if (isObject(values))
          this.addValues(source.release || place.file, values, yaml, [...path, ...source.valuesPath], place);
      }
      return;
    }
    if (isResource && !name && textAt(body, 'metadata', 'generateName') === undefined) {
      const given = field(body, 'metadata', 'name');
      // An unquoted "n" or "on" is a boolean to kubectl, and an unquoted 1 a number.
      const problem = given === undefined ? 'has no metadata.name' : 'has a metadata.name that is not a string';
      this.report('manifest-incomplete', yaml.locate(path), `the ${recognised.kind} ${problem}`);
    }
    this.add(
      {
        ...recognised,
        name: name ?? (isResource ? '' : place.file),
        namespace: this.namespaceOf(body, recognised, place.file),
      },
      body,
      yaml,
      path,
      place,
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
    place: DocumentPlace,
  ): void {
    const manifest = toManifest(what, body, yaml, path, place);
    this.manifests.push(manifest);
    for (const embedded of embeddedTexts(what.shape, what.kind, what.name, body)) {
      this.readEmbedded(embedded, manifest, () => yaml.originOf([...path, ...fromPointer(embedded.pointer)]));
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
        this.readEmbedded(embedded, manifest, () => yaml.originOf([...path, ...source.valuesPath]));
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
    place: DocumentPlace,
  ): void {
    const what = { shape: 'helm-values', kind: 'HelmValues', name, apiVersion: '', namespace: undefined } as const;
    this.add(what, values, yaml, path, place);
  }

  private readEmbedded(embedded: EmbeddedText, container: Manifest, origin: () => TextOrigin): void {
    const template = embedded.shape === 'injection-template' ? readTemplate(embedded.text) : undefined;
    if (template?.defect) {
      const { line, problem } = template.defect;
      this.report('template-broken', origin().locate(line, 0), `template "${embedded.name}" ${problem}`);
    }
    const yaml = new YamlText(template?.yaml ?? embedded.text, origin, this.rereading);
    this.texts.push(yaml);
    const lists = embedded.shape === 'annotation' ? 'take' : 'refuse';
    const body = template?.body ?? this.readBody(embedded.text, yaml, origin, lists);
    if (!body) return;
    const { shape, kind, name } = embedded;
    this.add(
      { shape, kind, name, apiVersion: '', namespace: container.namespace, text: embedded.text },
      body,
      yaml,
      [],
      {
        file: container.file,
        document: container.document,
        container: { manifest: container, pointer: embedded.pointer },
      },
    );
  }

  private report(id: ReadProblemId, location: SourceLocation, problem: string, isForeign = false): void {
    // Comments in JSON, and JSON of other programs in general, are not a mistake.
    if (isForeign && location.file.endsWith('.json')) return;
    const last = this.problems.at(-1);
    // What is to be done about a template is done to the whole file.
    if (id === 'yaml-template' && last?.id === id && last.location.file === location.file) return;
    this.problems.push({ id, location, problem: visibleText(problem), ...(isForeign && { isForeign }) });
  }
}

/**
 * Istio ranges over userVolume and userVolumeMount, so a list of objects with names works as a mapping does: the names
 * inside win over the numbers that it writes (istio/istio samples/addons/extras/prometheus-secure-metrics.yaml).
 */
function byName(items: readonly JsonValue[]): JsonObject {
  return Object.fromEntries(items.map((item, index) => [textAt(item, 'name') ?? String(index), item]));
}

function looksLikeObject(item: JsonValue): boolean {
  return field(item, 'kind') !== undefined || field(item, 'apiVersion') !== undefined;
}

/** Offset of what no text has: a NUL. What decoders put in place of bytes may be written out, and bytes are looked at before. */
function findBinary(text: string): number | undefined {
  const at = text.indexOf('\0');
  return at === -1 ? undefined : at;
}

/** Names are made visible here, once for all who print them: the API server takes no name that this changes. */
function toManifest(
  { kind, name, namespace, ...what }: DocumentNames,
  body: JsonObject,
  yaml: YamlText,
  path: readonly string[],
  place: DocumentPlace,
): Manifest {
  return {
    ...what,
    kind: visibleText(kind),
    name: visibleText(name),
    namespace: namespace && visibleText(namespace),
    ...place,
    body,
    locate: (pointer) => yaml.locate([...path, ...fromPointer(pointer)]),
  };
}
