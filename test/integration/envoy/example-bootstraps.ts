import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { load, loadAll } from 'js-yaml';
import type { EnvoyBootstrap } from '../../../lib/constructs/envoy/bootstrap';

/** Tests run as compiled into `build/`; the examples' output is committed beside their source. */
const EXAMPLES = resolve(__dirname, '../../../../examples');

/** A bootstrap that an example gives to an Envoy. */
export interface ExampleBootstrap {
  /** `<example>: <ConfigMap>`. */
  readonly name: string;
  readonly yaml: string;
}

interface ConfigMap {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Every `envoy.yaml` in a ConfigMap of an example's output. */
export function exampleBootstraps(): readonly ExampleBootstrap[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: example }) => {
      const dist = join(EXAMPLES, example, 'dist');
      const files = readdirSync(dist).filter((file) => file.endsWith('.k8s.yaml'));
      const objects = files.flatMap((file) => loadAll(readFileSync(join(dist, file), 'utf8')) as ConfigMap[]);
      return objects.flatMap(({ kind, metadata, data }) => {
        const yaml = kind === 'ConfigMap' ? data?.['envoy.yaml'] : undefined;
        return yaml === undefined ? [] : [{ name: `${example}: ${metadata.name}`, yaml }];
      });
    });
}

/** What is different on this machine than in a pod. */
export interface LocalAddresses {
  /** Where the SDS server listens. */
  readonly socketPath: string;
  /** Port here for each port in the bootstrap. */
  readonly ports: Readonly<Record<number, number>>;
}

/** The bootstrap of an example with the addresses of this machine, and nothing else changed. */
export function onLoopback({ yaml }: ExampleBootstrap, { socketPath, ports }: LocalAddresses): EnvoyBootstrap {
  return JSON.parse(JSON.stringify(load(yaml)), (key, value) => {
    if (key === 'pipe') return { path: socketPath };
    if (key === 'port_value') return ports[value];
    return key === 'address' && /\.svc\.cluster\.local$/.test(value) ? 'localhost' : value;
  });
}
