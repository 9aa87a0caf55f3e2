import { InvalidInputError } from '../../base/invalid-input-error';
import { isServiceName, RESERVED_SERVICE_NAMES } from '../../upstream/teleport/tbot-services';
import type { OnboardingJoin } from '../teleport/onboarding-join';
import { TeleportCluster } from '../teleport/teleport-cluster';
import { destinationAddress, type TbotDestination } from './destination';
import type { TbotConfigProps } from './tbot-config-props';
import { BOT_CEILING } from './tbot-service-config';

/**
 * Refuses parts that do not go together; each alone is checked where it is written.
 *
 * @throws InvalidInputError
 */
export function checkTbotConfig(where: string, props: TbotConfigProps): void {
  checkCluster(where, props);
  checkServices(where, props);
  checkStorage(where, props.join, storageOf(props));
  checkDestinations(where, props);
  props.credentialLifetime?.checkCeiling(where, BOT_CEILING);
}

/** Where tbot keeps its own credentials, chosen or by default. */
export function storageOf({ storage, join }: TbotConfigProps): TbotDestination {
  if (storage !== undefined) return storage;
  return join.method === 'kubernetes' ? { type: 'memory' } : { type: 'directory', path: '/var/lib/teleport/bot' };
}

function checkCluster(where: string, { server, join }: TbotConfigProps): void {
  if (join.method === 'kubernetes' && server instanceof TeleportCluster && join.cluster.name !== server.name) {
    throw new InvalidInputError({
      where,
      problem: `the join token belongs to the cluster ${join.cluster.name}`,
      value: server.name,
      allowed: "the join token's cluster",
      fix: 'pass the same TeleportCluster to both',
    });
  }
}

function checkServices(where: string, { services, oneshot }: TbotConfigProps): void {
  if (services.length === 0) {
    throw new InvalidInputError({
      where,
      problem: 'tbot has nothing to do',
      value: [],
      allowed: 'at least one service',
    });
  }
  if (oneshot === true && services.some((service) => service.type === 'workload-identity-api')) {
    throw new InvalidInputError({
      where,
      problem: 'with oneshot, a Workload API never starts',
      value: 'workload-identity-api',
      allowed: 'services that write files',
      fix: 'remove oneshot',
    });
  }
  const names = services.flatMap(({ name }) => (name === undefined ? [] : [name]));
  for (const [index, name] of names.entries()) {
    if (!isServiceName(name) || RESERVED_SERVICE_NAMES.includes(name) || names.indexOf(name) !== index) {
      throw new InvalidInputError({
        where,
        problem: 'the name of a service is invalid, reserved by tbot, or used twice',
        value: name,
        allowed: `unique names of lower-case letters, digits, "_", "+" and "-", except ${RESERVED_SERVICE_NAMES.join(', ')}`,
        fix: 'rename the service',
      });
    }
  }
}

/** Some join methods work once, or with a key that tbot makes: what it keeps must survive a restart. */
function checkStorage(where: string, join: OnboardingJoin, storage: TbotDestination): void {
  const needsState =
    join.method === 'token' || (join.method === 'bound_keypair' && join.staticPrivateKeyPath === undefined);
  if (needsState && storage.type === 'memory') {
    throw new InvalidInputError({
      where,
      problem: `with storage in memory, tbot could not join again with "${join.method}" after a restart`,
      value: storage.type,
      allowed: 'storage in a directory or a Kubernetes Secret',
      fix: 'remove storage',
    });
  }
}

function checkDestinations(where: string, props: TbotConfigProps): void {
  const destinations = props.services.flatMap((service) => ('destination' in service ? [service.destination] : []));
  const addresses = [storageOf(props), ...destinations].flatMap((d) => destinationAddress(d) ?? []);
  const sockets = props.services.flatMap((service) => ('listen' in service ? [JSON.stringify(service.listen)] : []));
  for (const all of [addresses, sockets]) {
    const twice = all.find((address, index) => all.indexOf(address) !== index);
    if (twice !== undefined) {
      throw new InvalidInputError({
        where,
        problem: 'two services, or a service and the storage, use the same place and would overwrite each other',
        value: twice,
        allowed: 'a separate directory, Secret or address for each',
      });
    }
  }
}
