import { load } from 'js-yaml';
import { InvalidInputError } from '../../../base/invalid-input-error';
import { CERTIFICATES_VOLUME } from '../../../upstream/istio/proxy-volumes';
import { KNOWN_ISTIO_LINES } from '../../../upstream/releases/istio-lines';

const WHERE = 'InjectionTemplate.withoutWorkloadCerts';

/** A line of a YAML list item that names the volume, with the item's dash on it or on a line above. */
const NAME_LINE = new RegExp(`^\\s*(?:- +)?name: *["']?${CERTIFICATES_VOLUME}["']? *\\r?$`);

/** Works on Istio's own injection templates, as text: Go templates that only become YAML when istiod runs them. */
export const InjectionTemplate = {
  /**
   * Takes the volume `workload-certs` and its mount out of the user's own `sidecar` template, for use under another name
   * beside the overlay (`teleport-sidecar,spire`).
   *
   * The volume holds certificates as files. An agent that finds files there looks for istiod's root where there is none;
   * empty, as it is by default, it does nothing. So this is only for who must be sure that nothing ever fills it.
   *
   * @param text the template, or the ConfigMap `istio-sidecar-injector` as YAML or JSON, from which `sidecar` is taken
   * @returns the template; every other line is as it was
   * @throws InvalidInputError unless the template has exactly one such volume and one mount, in the shape that the
   * known Istio releases give them
   */
  withoutWorkloadCerts(text: string): string {
    const lines = (isConfigMap(text) ? sidecarTemplate(text) : text).split('\n');
    const items = lines.flatMap((line, index) => (NAME_LINE.test(line) ? [listItem(lines, index)] : []));
    const mounts = items.filter((item) => has(lines, item, 'mountPath'));
    const volumes = items.filter((item) => has(lines, item, 'emptyDir'));
    if (items.length !== 2 || mounts.length !== 1 || volumes.length !== 1) {
      throw refusal(
        `expected one volume and one mount called "${CERTIFICATES_VOLUME}", found ${volumes.length} and ${mounts.length} among ${items.length} items`,
      );
    }
    return lines.filter((_, index) => !items.some(({ first, last }) => first <= index && index <= last)).join('\n');
  },
} as const;

/** Lines of one list item, first and last included. */
interface LineRange {
  readonly first: number;
  readonly last: number;
}

function listItem(lines: readonly string[], index: number): LineRange {
  const column = keyColumn(lines[index]);
  let first = index;
  while (!isItemStart(lines[first]) && first > 0 && keyColumn(lines[first - 1]) >= column) first--;
  if (!isItemStart(lines[first])) throw refusal(`line ${index + 1} names "${CERTIFICATES_VOLUME}" outside a list`);
  let last = index;
  while (last + 1 < lines.length && !isItemStart(lines[last + 1]) && keyColumn(lines[last + 1]) >= column) last++;
  if (lines.slice(first, last + 1).some((line) => line.includes('{{'))) {
    throw refusal(`the item at line ${first + 1} is made by template actions`);
  }
  return { first, last };
}

/** Column at which the key of a line begins, after a dash if there is one; -1 for lines without a key. */
function keyColumn(line = ''): number {
  return /^( *(?:- +)?)[A-Za-z]/.exec(line)?.[1]?.length ?? -1;
}

function isItemStart(line = ''): boolean {
  return /^ *- /.test(line);
}

function has(lines: readonly string[], { first, last }: LineRange, key: string): boolean {
  return lines.slice(first, last + 1).some((line) => new RegExp(`^ *(?:- +)?${key}:`).test(line));
}

/** A manifest, as `kubectl get -o yaml` or `-o json` prints it; a template begins with an action or with `metadata:`. */
function isConfigMap(text: string): boolean {
  return /^kind: *ConfigMap *\r?$/m.test(text) || /^\s*\{(?!\{)/.test(text);
}

function sidecarTemplate(configMap: string): string {
  const config = field(field(parse(configMap), 'data'), 'config');
  const template = typeof config === 'string' ? field(field(parse(config), 'templates'), 'sidecar') : undefined;
  if (typeof template !== 'string') throw refusal('the ConfigMap has no data.config with templates.sidecar');
  return template;
}

function parse(text: string): unknown {
  try {
    return load(text);
  } catch (error) {
    throw refusal(`the ConfigMap is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function field(parent: unknown, key: string): unknown {
  return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, key)
    ? (parent as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function refusal(problem: string): InvalidInputError {
  return new InvalidInputError({
    where: WHERE,
    problem,
    allowed: `the stock sidecar template of Istio ${KNOWN_ISTIO_LINES}, or the ConfigMap istio-sidecar-injector that holds it`,
    fix: 'read it from the cluster: kubectl -n istio-system get configmap istio-sidecar-injector -o yaml',
  });
}
