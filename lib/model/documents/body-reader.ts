import { findTemplateAction, templateActions, templateToYaml } from '../../base/go-template/go-template';
import { field, isList, isObject, type JsonObject, type JsonValue, textAt } from '../../base/json';
import type { Rereading } from '../../base/yaml/flow-indentation';
import type { TextOrigin } from '../../base/yaml/text-origin';
import type { YamlError } from '../../base/yaml/yaml-result';
import type { YamlText } from '../../base/yaml/yaml-text';
import { readYaml } from '../../base/yaml/yaml-value';
import type { ProblemList } from './problem-list';
import { mayHoldManifest } from './recognise';

/** What is said of a template that nobody has rendered. */
export const TEMPLATE_PROBLEM = 'the document is a template with {{ }}, not a manifest';

/**
 * What to do with a list where a mapping belongs. Lists of anything but objects are passed over as other programs' files
 * are: tasks of Ansible, JSON patches.
 */
export type ListTreatment = 'take' | 'refuse' | 'pass over';

/** Reads single documents as mappings; what is wrong with one is said of it and nothing of it is kept. */
export class BodyReader {
  public constructor(
    private readonly rereading: Rereading,
    private readonly problems: ProblemList,
  ) {}

  /** Reads a text as a mapping, reporting whatever is wrong with it. */
  public read(text: string, yaml: YamlText, origin: TextOrigin, lists: ListTreatment): JsonObject | undefined {
    let result = readYaml(text, { duplicateKeys: 'refuse', rereading: this.rereading });
    if (result.error?.reason === 'duplicate-key') {
      for (const { key, line, column } of yaml.positions.duplicateKeys()) {
        this.problems.report(
          'yaml-duplicate-key',
          'key-twice',
          origin.locate(line, column),
          `key "${key}" appears twice in one mapping`,
        );
      }
      result = readYaml(text, { duplicateKeys: 'last-wins', rereading: this.rereading });
    }
    if (result.error) {
      // What is known to be ours by where it stands cannot be another program's.
      const isForeign = lists === 'pass over' && !mayHoldManifest(text);
      this.reportYamlError(text, result.error, origin, isForeign);
      return undefined;
    }
    if (isObject(result.value)) return result.value;
    if (isList(result.value)) {
      if (lists === 'take') return byName(result.value);
      if (lists === 'pass over' && !result.value.some(looksLikeObject)) return undefined;
    }
    if (result.value !== null) {
      const found = isList(result.value) ? 'a list' : 'a single value';
      this.problems.report(
        'manifest-not-a-mapping',
        isList(result.value) ? 'is-list' : 'is-single-value',
        origin.locate(0, 0),
        `the document is ${found}, not a mapping`,
      );
    }
    return undefined;
  }

  private reportYamlError(text: string, error: YamlError, origin: TextOrigin, isForeign: boolean): void {
    const location = origin.locate(error.line, error.column);
    const templateLine = findTemplateAction(text) ?? this.findNestedQuotes(text);
    if (error.reason === 'nesting') {
      this.problems.report('yaml-nesting', 'too-deep', location, 'the document is nested more than 100 levels deep');
    } else if (error.reason === 'alias-bomb') {
      this.problems.report('yaml-alias-bomb', 'too-many-aliases', location, error.message);
    } else if (templateLine !== undefined) {
      this.problems.report(
        'yaml-template',
        'has-template',
        origin.locate(templateLine, 0),
        TEMPLATE_PROBLEM,
        isForeign,
      );
    } else if (error.reason === 'refused') {
      // Whoever reads another program's file reads it as that program does.
      if (!isForeign) this.problems.report('yaml-syntax', 'go-refuses', location, error.message);
    } else if (error.message.includes('tab characters')) {
      this.problems.report('yaml-tab', 'tab', location, 'this line is indented with a tab', isForeign);
    } else if (error.unclosed) {
      const { what, line, column } = error.unclosed;
      const opened = origin.locate(line, column);
      this.problems.report(
        'yaml-syntax',
        'unclosed',
        location,
        `not YAML: the ${what} opened on line ${opened.line} is never closed`,
        isForeign,
      );
    } else {
      this.problems.report('yaml-syntax', 'not-yaml', location, `not YAML: ${error.message}`, isForeign);
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
