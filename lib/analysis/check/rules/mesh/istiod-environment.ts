import { field, listAt, objectAt, scalarText, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Manifest } from '../../../../model/documents/manifest';
import type { CheckContext } from '../../context/check-context';

/** One environment variable of istiod, wherever it was set. */
export interface IstiodVariable {
  readonly manifest: Manifest;
  readonly name: string;
  readonly setting: string;
  readonly pointer: string;
}

/** istiod's environment: `env` and `pilot.env` of the values, `components.pilot.k8s.env` of an IstioOperator. */
export function istiodEnvironment({ installValues }: CheckContext): readonly IstiodVariable[] {
  return installValues.flatMap(({ manifest, body, pointer }) => {
    const maps = [['env'], ['pilot', 'env']].flatMap((path) =>
      Object.entries(objectAt(body, ...path)).map(([name, setting]) => ({
        manifest,
        name,
        setting: scalarText(setting) ?? '',
        pointer: pointer + toPointer(...path, name),
      })),
    );
    const path = ['spec', 'components', 'pilot', 'k8s', 'env'];
    const entries = listAt(manifest.body, ...path).map((entry, index) => ({
      manifest,
      name: textAt(entry, 'name') ?? '',
      setting: scalarText(field(entry, 'value')) ?? '',
      pointer: toPointer(...path, index),
    }));
    return [...maps, ...entries];
  });
}
