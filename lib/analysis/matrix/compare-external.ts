import type { MeshModel } from '../access/mesh-model';
import { ANY_PORT } from '../access/named-port';
import type { AccessChange } from './access-change';
import type { Access } from './access-matrix';
import { ANY_OTHER_HOST, type ExternalCall, type ExternalHost, externalCalls, externalHosts } from './external-calls';

const ACCESS: Readonly<Record<ExternalCall['reach'], Access>> = {
  reachable: 'allowed',
  blocked: 'denied',
  unknown: 'unknown',
};

/** What a change opens and closes for hosts outside the mesh: each host that either side names is evaluated on both. */
export function compareExternal(before: MeshModel, after: MeshModel): readonly AccessChange[] {
  const hosts = [
    ...new Map([...externalHosts(after), ...externalHosts(before)].map((one) => [hostKey(one), one])).values(),
  ];
  const old = byKey(externalCalls(before, hosts));
  const now = byKey(externalCalls(after, hosts));
  return [...new Map([...now, ...old])].flatMap(([key, { from, host, port }]): readonly AccessChange[] => {
    const [was, is] = [old.get(key), now.get(key)];
    const kind = kindOf(was, is);
    if (kind === undefined) return [];
    return [
      {
        from,
        to: host,
        port: port === undefined ? ANY_PORT : { port, name: '' },
        kind,
        ...(kind === 'unknown' && { because: whyUnknown(is, was) }),
        before: was && ACCESS[was.reach],
        after: is && ACCESS[is.reach],
        added: [],
        removed: [],
        transport: { before: undefined, after: undefined },
      },
    ];
  });
}

function kindOf(was: ExternalCall | undefined, is: ExternalCall | undefined): AccessChange['kind'] | undefined {
  const [old, now] = [was?.reach ?? 'blocked', is?.reach ?? 'blocked'];
  if (old === now) return old === 'unknown' && was?.because !== is?.because ? 'unknown' : undefined;
  // Where the files do not say what becomes of hosts in general, a workload that comes or goes changes nothing of that.
  const isGeneral = (was ?? is)?.host === ANY_OTHER_HOST && (was === undefined || is === undefined);
  if (old === 'unknown' || now === 'unknown') return isGeneral ? undefined : 'unknown';
  return now === 'reachable' ? 'opened' : 'closed';
}

function whyUnknown(...sides: readonly (ExternalCall | undefined)[]): string {
  const open = sides.flatMap((side) => (side?.reach === 'unknown' ? [side.because] : []));
  return [...new Set(open)].join('; ');
}

function byKey(calls: readonly ExternalCall[]): ReadonlyMap<string, ExternalCall> {
  return new Map(calls.map((call) => [`${call.from}\n${hostKey(call)}`, call]));
}

function hostKey({ host, port }: ExternalHost): string {
  return `${host}\n${port ?? ''}`;
}
