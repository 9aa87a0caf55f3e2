import { InvalidInputError } from '../../base/invalid-input-error';

/**
 * A pinned image reference: the repository, possibly a mirror's, and the one tag that was checked.
 *
 * Repository and tag are separate everywhere in this library, so that a mirror can be named without the version, and a
 * floating tag cannot be written at all.
 *
 * @throws InvalidInputError if the repository is empty or carries a tag or digest of its own
 */
export function pinnedImage(where: string, repository: string, tag: string): string {
  const lastPart = repository.slice(repository.lastIndexOf('/') + 1);
  if (!/^[a-z0-9]+([._-]+[a-z0-9]+)*$/.test(lastPart)) {
    throw new InvalidInputError({
      where,
      problem: 'not a valid image repository',
      value: repository,
      allowed: 'registry and path without a tag or digest, such as "mirror.example.com/tbot-distroless"',
      fix: 'remove the tag: it is derived from the target version',
    });
  }
  return `${repository}:${tag}`;
}
