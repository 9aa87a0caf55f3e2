import { field, isObject, scalarTextsAt, textAt } from '../../base/json';
import { DEFAULT_OUTBOUND_MODE, type OutboundTrafficMode, toOutboundMode } from '../../upstream/istio/outbound-traffic';
import type { Installation } from '../installation/installation';

/** The mesh configuration for traffic to hosts outside the mesh. */
export interface MeshOutbound {
  /** What sidecars do with unknown hosts; undefined if the files do not state it. */
  readonly mode: OutboundTrafficMode | undefined;
  /** Why the mode is unknown, as a clause; undefined if it is known. */
  readonly unknown: string | undefined;
  /** Whether the mode is Istio's default because nothing sets it. */
  readonly isDefault: boolean;
  /** Who sees a ServiceEntry without `exportTo`; undefined if the configuration decides that by rules of its own. */
  readonly exportTo: readonly string[] | undefined;
  /** Who sees a Service without an annotation that says so. */
  readonly servicesExportTo: readonly string[];
}

/** Reads it from the mesh's installations: the running one's, or else all that the files are for. */
export function meshOutbound(installations: readonly Installation[]): MeshOutbound {
  const running = installations.filter(({ by }) => by === 'cluster');
  const counting = running.length > 0 ? running : installations;
  const hidden = (unknown: string): MeshOutbound => ({ mode: undefined, unknown, isDefault: false, ...EVERYBODY });
  const [first] = counting;
  if (first === undefined) return hidden('the files contain no Istio installation');
  const all = counting.map(ofInstallation);
  const other = all.find(({ mode }) => mode !== all[0]?.mode);
  if (other !== undefined) return hidden('the files have different values for outboundTrafficPolicy');
  const { mode, unknown } = all[0] as ReturnType<typeof ofInstallation>;
  const { meshConfig } = first;
  const stated = scalarTextsAt(meshConfig, 'defaultServiceExportTo');
  const exported = stated.length > 0 ? stated : EVERYBODY.servicesExportTo;
  return {
    mode,
    unknown,
    isDefault: all.every(({ isDefault }) => isDefault),
    exportTo: isObject(field(meshConfig, 'serviceEntryVisibility')) ? undefined : exported,
    servicesExportTo: exported,
  };
}

const EVERYBODY = { exportTo: ['*'], servicesExportTo: ['*'] } as const;

function ofInstallation({ meshConfig, incomplete }: Installation): Omit<MeshOutbound, keyof typeof EVERYBODY> {
  const policy = field(meshConfig, 'outboundTrafficPolicy');
  if (policy == null) {
    const isDefault = incomplete === undefined;
    return { mode: isDefault ? DEFAULT_OUTBOUND_MODE : undefined, unknown: incomplete, isDefault };
  }
  const mode = toOutboundMode(textAt(policy, 'mode'));
  const unknown = mode === undefined ? 'meshConfig.outboundTrafficPolicy has no valid mode' : undefined;
  return { mode, unknown, isDefault: false };
}
