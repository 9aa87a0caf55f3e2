// Written by `npm run docs:rules` from the files beside this one.
import type { HealthCheck } from '../health-check';
import { KEYS_READABLE_CHECK } from './before/keys-readable';
import { NAMES_FREE_CHECK } from './before/names-free';
import { NAMESPACES_ADMIT_CHECK } from './before/namespaces-admit';
import { NO_OTHER_MESH_CHECK } from './before/no-other-mesh';
import { NODES_HAVE_NAMES_CHECK } from './before/nodes-have-names';
import { RELEASES_FIT_CHECK } from './before/releases-fit';
import { RIGHTS_SUFFICE_CHECK } from './before/rights-suffice';
import { WEBHOOKS_WORK_CHECK } from './before/webhooks-work';
import { ALLOWED_CALLS_CONNECT_CHECK } from './certificates/allowed-calls-connect';
import { CALLS_VERIFY_CHECK } from './certificates/calls-verify';
import { CERTIFICATE_ARRIVED_CHECK } from './certificates/certificate-arrived';
import { CERTIFICATE_ISSUER_CHECK } from './certificates/certificate-issuer';
import { CERTIFICATE_PATH_CHECK } from './certificates/certificate-path';
import { CERTIFICATE_RENEWED_CHECK } from './certificates/certificate-renewed';
import { CERTIFICATE_TRUST_DOMAIN_CHECK } from './certificates/certificate-trust-domain';
import { CERTIFICATE_VALID_CHECK } from './certificates/certificate-valid';
import { NO_FILE_CERTIFICATES_CHECK } from './certificates/no-file-certificates';
import { ONE_IDENTITY_CHECK } from './certificates/one-identity';
import { PROXIES_FIND_SOCKET_CHECK } from './certificates/proxies-find-socket';
import { PROXIES_READY_CHECK } from './certificates/proxies-ready';
import { SECRET_STREAMS_OPEN_CHECK } from './certificates/secret-streams-open';
import { CLOCKS_AGREE_CHECK } from './cluster/clocks-agree';
import { IMAGES_PULLED_CHECK } from './cluster/images-pulled';
import { NODES_READY_CHECK } from './cluster/nodes-ready';
import { RUNS_AS_WRITTEN_CHECK } from './drift/runs-as-written';
import { ISTIO_RULES_CHECK } from './injection/istio-rules';
import { PODS_ADMITTED_CHECK } from './injection/pods-admitted';
import { PODS_AS_INJECTED_CHECK } from './injection/pods-as-injected';
import { PODS_HAVE_PROXIES_CHECK } from './injection/pods-have-proxies';
import { PODS_HAVE_SOCKET_CHECK } from './injection/pods-have-socket';
import { ISTIOD_READY_CHECK } from './istiod/istiod-ready';
import { ONE_RELEASE_CHECK } from './istiod/one-release';
import { ONE_REVISION_CHECK } from './istiod/one-revision';
import { CSI_DRIVER_ON_NODES_CHECK } from './nodes/csi-driver-on-nodes';
import { VOLUMES_MOUNTED_CHECK } from './nodes/volumes-mounted';
import { POLICY_RULES_CHECK } from './policies/policy-rules';
import { REQUESTS_ADMITTED_CHECK } from './policies/requests-admitted';
import { BOT_INSTANCES_LIVE_CHECK } from './teleport/bot-instances-live';
import { IDENTITIES_ISSUED_CHECK } from './teleport/identities-issued';
import { JOIN_KEYS_CURRENT_CHECK } from './teleport/join-keys-current';
import { PODS_ATTESTED_CHECK } from './teleport/pods-attested';
import { TBOT_JOINS_CHECK } from './teleport/tbot-joins';
import { TBOT_MAY_READ_IDENTITY_CHECK } from './teleport/tbot-may-read-identity';
import { TBOT_ONE_RELEASE_CHECK } from './teleport/tbot-one-release';
import { TBOT_RUNS_CHECK } from './teleport/tbot-runs';
import { TBOT_SAYS_HEALTHY_CHECK } from './teleport/tbot-says-healthy';
import { TBOT_TASKS_SUCCEED_CHECK } from './teleport/tbot-tasks-succeed';
import { TELEPORT_HAS_RESOURCES_CHECK } from './teleport/teleport-has-resources';
import { TELEPORT_RULES_CHECK } from './teleport/teleport-rules';

/** Every check, by its file. */
export const HEALTH_CHECKS: readonly HealthCheck[] = [
  KEYS_READABLE_CHECK,
  NAMES_FREE_CHECK,
  NAMESPACES_ADMIT_CHECK,
  NO_OTHER_MESH_CHECK,
  NODES_HAVE_NAMES_CHECK,
  RELEASES_FIT_CHECK,
  RIGHTS_SUFFICE_CHECK,
  WEBHOOKS_WORK_CHECK,
  ALLOWED_CALLS_CONNECT_CHECK,
  CALLS_VERIFY_CHECK,
  CERTIFICATE_ARRIVED_CHECK,
  CERTIFICATE_ISSUER_CHECK,
  CERTIFICATE_PATH_CHECK,
  CERTIFICATE_RENEWED_CHECK,
  CERTIFICATE_TRUST_DOMAIN_CHECK,
  CERTIFICATE_VALID_CHECK,
  NO_FILE_CERTIFICATES_CHECK,
  ONE_IDENTITY_CHECK,
  PROXIES_FIND_SOCKET_CHECK,
  PROXIES_READY_CHECK,
  SECRET_STREAMS_OPEN_CHECK,
  CLOCKS_AGREE_CHECK,
  IMAGES_PULLED_CHECK,
  NODES_READY_CHECK,
  RUNS_AS_WRITTEN_CHECK,
  ISTIO_RULES_CHECK,
  PODS_ADMITTED_CHECK,
  PODS_AS_INJECTED_CHECK,
  PODS_HAVE_PROXIES_CHECK,
  PODS_HAVE_SOCKET_CHECK,
  ISTIOD_READY_CHECK,
  ONE_RELEASE_CHECK,
  ONE_REVISION_CHECK,
  CSI_DRIVER_ON_NODES_CHECK,
  VOLUMES_MOUNTED_CHECK,
  POLICY_RULES_CHECK,
  REQUESTS_ADMITTED_CHECK,
  BOT_INSTANCES_LIVE_CHECK,
  IDENTITIES_ISSUED_CHECK,
  JOIN_KEYS_CURRENT_CHECK,
  PODS_ATTESTED_CHECK,
  TBOT_JOINS_CHECK,
  TBOT_MAY_READ_IDENTITY_CHECK,
  TBOT_ONE_RELEASE_CHECK,
  TBOT_RUNS_CHECK,
  TBOT_SAYS_HEALTHY_CHECK,
  TBOT_TASKS_SUCCEED_CHECK,
  TELEPORT_HAS_RESOURCES_CHECK,
  TELEPORT_RULES_CHECK,
];
