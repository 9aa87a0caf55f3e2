import { field, isObject, type JsonValue, textAt } from '../../../base/json';
import type { InjectorSettings } from '../../../model/cluster/injector-settings';
import type { Container, Workload } from '../../../model/cluster/workload';
import { PROXY_CONTAINER } from '../../../upstream/istio/injection';
import { REWRITE_PROBES_ANNOTATION } from '../../../upstream/istio/pod-annotations';
import { PROBE_FIELDS } from '../../../upstream/kubernetes/probes';

const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** An HTTP or gRPC probe of the kubelet. A TCP probe needs only a connection, which every proxy accepts. */
export interface KubeletProbe {
  /** `readinessProbe` and the like. */
  readonly kind: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** JSON pointer to it. */
  readonly pointer: string;
}

/** Probes of application containers; the injector has the proxy's own. */
export function kubeletProbes(workload: Workload): readonly KubeletProbe[] {
  return [...workload.containers, ...workload.initContainers]
    .filter(({ name }: Container) => name !== PROXY_CONTAINER)
    .flatMap(({ body, pointer }) =>
      PROBE_FIELDS.flatMap((kind) => {
        const request = isObject(body[kind]) ? requestOf(body[kind], workload) : undefined;
        return request === undefined ? [] : [{ kind, pointer: `${pointer}/${kind}`, ...request }];
      }),
    );
}

/** Whether the injector redirects probes to the agent, which needs no certificate (istio/istio pkg/kube/inject/app_probe.go). */
export function rewritesProbes({ annotations }: Workload, injector: InjectorSettings): boolean {
  const own = annotations[REWRITE_PROBES_ANNOTATION] ?? '';
  return FALSE.has(own) ? false : TRUE.has(own) || injector.rewritesProbes;
}

function requestOf(probe: JsonValue, workload: Workload): Pick<KubeletProbe, 'port' | 'method' | 'path'> | undefined {
  const http = field(probe, 'httpGet');
  const port = portOf(field(http ?? field(probe, 'grpc'), 'port'), workload);
  if (port === undefined) return undefined;
  if (http === undefined) return { port, method: 'POST', path: '/grpc.health.v1.Health/Check' };
  const path = textAt(http, 'path') ?? '/';
  return { port, method: 'GET', path: path.startsWith('/') ? path : `/${path}` };
}

function portOf(port: JsonValue | undefined, { ports }: Workload): number | undefined {
  if (typeof port === 'string') return ports.find(({ name }) => name === port)?.port;
  return typeof port === 'number' ? port : undefined;
}
