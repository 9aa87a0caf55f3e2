import { ENVOY_METRICS } from '../../upstream/istio/proxy-statistics';
import { SDS_SERVICE, TBOT_METRICS } from '../../upstream/teleport/tbot-metrics';
import { DENIED_REQUESTS, shareByService, UNCONNECTED_REQUESTS } from './promql';

/** One panel: lines over time. */
interface Panel {
  readonly title: string;
  readonly description: string;
  /** Grafana's name of the unit. */
  readonly unit: string;
  /** Each query with the name of its lines. */
  readonly queries: readonly { readonly expr: string; readonly legend: string }[];
}

const IN_NAMESPACE = 'namespace=~"$namespace"';
const TO_NAMESPACE = 'destination_service_namespace=~"$namespace"';
const SERVICE = '{{destination_service_namespace}}/{{destination_service_name}}';

const PANELS: readonly Panel[] = [
  {
    title: 'Certificates: time left',
    description:
      'Of the certificate that each proxy shows to callers. Between 40 and 60 minutes while tbot uses its defaults.',
    unit: 's',
    queries: [
      {
        expr: `min by (namespace, pod) (${ENVOY_METRICS.svidExpiry}{${IN_NAMESPACE}}) - time()`,
        legend: '{{namespace}}/{{pod}}',
      },
    ],
  },
  {
    title: 'Certificates: time since the last renewal',
    description: 'Proxies and gateways. Up to 20 minutes while tbot uses its defaults.',
    unit: 's',
    queries: [
      {
        expr: `time() - (max by (namespace, pod) (${ENVOY_METRICS.svidUpdateTime}{${IN_NAMESPACE}}) > 0) / 1000`,
        legend: '{{namespace}}/{{pod}}',
      },
    ],
  },
  {
    title: 'Proxies without a stream to tbot',
    description: 'They keep the certificate they have.',
    unit: 'short',
    queries: [
      { expr: `count by (namespace) (${ENVOY_METRICS.svidStream}{${IN_NAMESPACE}} == 0)`, legend: '{{namespace}}' },
    ],
  },
  {
    title: 'Certificates and roots that proxies rejected',
    description: 'The proxy goes on with what it had.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (namespace, pod) (increase(${ENVOY_METRICS.svidRejected}{${IN_NAMESPACE}}[$__rate_interval])) > 0`,
        legend: 'certificate {{namespace}}/{{pod}}',
      },
      {
        expr: `sum by (namespace, pod) (increase(${ENVOY_METRICS.rootsRejected}{${IN_NAMESPACE}}[$__rate_interval])) > 0`,
        legend: 'roots {{namespace}}/{{pod}}',
      },
    ],
  },
  {
    title: 'tbot: iterations that failed',
    description: 'After all retries, by what was to be done. The heartbeat only reports to Teleport.',
    unit: 'short',
    queries: [
      {
        expr: `sum by (pod, service, name) (increase(${TBOT_METRICS.failures}[$__rate_interval]))`,
        legend: '{{pod}} {{service}} {{name}}',
      },
    ],
  },
  {
    title: 'tbot: requests for certificates that ended with an error',
    description: 'By the code of gRPC.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (pod, grpc_code) (rate(${TBOT_METRICS.streamsEnded}{grpc_service="${SDS_SERVICE}",grpc_code!~"OK|Canceled"}[$__rate_interval]))`,
        legend: '{{pod}} {{grpc_code}}',
      },
    ],
  },
  {
    title: 'Certificates of the other end that were refused',
    description: 'By the proxy that refused. For clients the cluster says which Service it called.',
    unit: 'short',
    queries: [
      ...[ENVOY_METRICS.serverUnverified, ENVOY_METRICS.serverMisnamed].map((metric) => ({
        expr: `sum by (namespace, pod, cluster_name) (increase(${metric}{${IN_NAMESPACE}}[$__rate_interval])) > 0`,
        legend: '{{namespace}}/{{pod}} → {{cluster_name}}',
      })),
      ...[ENVOY_METRICS.clientUnverified, ENVOY_METRICS.clientMisnamed].map((metric) => ({
        expr: `sum by (namespace, pod) (increase(${metric}{${IN_NAMESPACE}}[$__rate_interval])) > 0`,
        legend: 'callers of {{namespace}}/{{pod}}',
      })),
    ],
  },
  {
    title: 'Requests that policies denied',
    description: 'Counted by the proxies of the callees. Less than all answers 403 where applications give some too.',
    unit: 'reqps',
    queries: [
      {
        expr: `sum by (namespace, pod) (rate(${ENVOY_METRICS.httpDecisions}{${IN_NAMESPACE},authz_enforce_result="denied"}[$__rate_interval])) > 0`,
        legend: '{{namespace}}/{{pod}}',
      },
    ],
  },
  {
    title: 'Answers 403, by Service',
    description: 'As the proxies of the callees report them.',
    unit: 'percentunit',
    queries: [
      {
        expr: shareByService(DENIED_REQUESTS, '$__rate_interval', TO_NAMESPACE),
        legend: SERVICE,
      },
    ],
  },
  {
    title: 'Requests that found no connection (503, UF), by Service',
    description: 'As the proxies of the callers report them.',
    unit: 'percentunit',
    queries: [
      {
        expr: shareByService(UNCONNECTED_REQUESTS, '$__rate_interval', TO_NAMESPACE),
        legend: SERVICE,
      },
    ],
  },
];

const WIDTH = 12;
const HEIGHT = 8;

/** Grafana's dashboard of a mesh, in the format of its API: one row of two panels after the other, and the namespaces to choose from. */
export function meshDashboard() {
  const datasource = { type: 'prometheus', uid: `\${datasource}` };
  return {
    uid: 'teleport-istio',
    title: 'Istio with identities from Teleport',
    tags: ['istio', 'teleport'],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Data source', type: 'datasource', query: 'prometheus' },
        {
          name: 'namespace',
          label: 'Namespace',
          type: 'query',
          datasource,
          query: { query: `label_values(${ENVOY_METRICS.svidUpdateTime}, namespace)`, refId: 'namespaces' },
          refresh: 2,
          sort: 1,
          multi: true,
          includeAll: true,
          allValue: '.*',
          current: { text: 'All', value: '$__all' },
        },
      ],
    },
    panels: PANELS.map(({ title, description, unit, queries }, index) => ({
      id: index + 1,
      type: 'timeseries',
      title,
      description,
      datasource,
      gridPos: { x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
      options: { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi', sort: 'desc' } },
      targets: queries.map(({ expr, legend }, query) => ({
        refId: String.fromCharCode(65 + query),
        datasource,
        expr,
        legendFormat: legend,
      })),
    })),
  };
}
