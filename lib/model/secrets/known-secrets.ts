import { addTo } from '../../base/add-to';
import {
  isList,
  isObject,
  type JsonValue,
  listAt,
  objectAt,
  scalarText,
  textAt,
  textsAt,
  valueAt,
} from '../../base/json';
import { onceFor } from '../../base/once-for';
import { podTemplatePath } from '../../upstream/kubernetes/pod-template';
import {
  isSecretToken,
  joinMethodOf,
  ONBOARDING_SECRETS,
  SECRET_JOIN_METHOD,
  TOKEN_SECRETS,
} from '../../upstream/teleport/join-secrets';
import type { Manifest } from '../documents/manifest';
import type { ManifestSet } from '../documents/manifest-set';
import { findTeleportResources } from '../teleport/teleport-resources';
import { isNamedSecret, secretArguments, withoutSecretTexts } from './secret-texts';

/** Replaces a secret. */
export const HIDDEN = '(secret)';

/** Shorter ones are hidden as whole words only, or they would be taken out of the middle of others. */
const LONG = 8;

/**
 * The strings in manifests that are secrets, so that no output contains one: names of join tokens where the name is the
 * secret, what tbot and a token register with, the contents of Secrets, and values behind a name that says so.
 *
 * Only values from files are to go through it, and never a whole output: a file whose Secret holds the words of a verdict must
 * not take the verdict away.
 */
export class KnownSecrets {
  /** By their first characters, so that looking costs the length of the text and not the number of secrets. */
  private readonly byHead = new Map<string, string[]>();

  /** The secrets in a set of manifests, computed once. */
  public static of(manifests: ManifestSet): KnownSecrets {
    return onceFor(manifests, 'KnownSecrets', () => new KnownSecrets(secretsOf(manifests)));
  }

  /** The same for several sets, such as those before and after a change. */
  public static ofAll(sets: readonly ManifestSet[]): KnownSecrets {
    return new KnownSecrets(sets.flatMap(secretsOf));
  }

  private constructor(secrets: Iterable<string>) {
    const longestFirst = [...new Set(secrets)].sort((a, b) => b.length - a.length);
    for (const secret of longestFirst) addTo(this.byHead, secret.slice(0, HEAD), secret);
  }

  /** A value from a file, without the secrets that are in it. */
  public hide(text: string): string {
    return this.hideKnown(withoutSecretTexts(text));
  }

  /** A value of any kind without secrets; names of keys stay. */
  public hideIn(value: JsonValue, key = ''): JsonValue {
    if (isList(value)) return value.map((entry) => this.hideIn(entry, key));
    if (!isObject(value)) {
      if (isNamedSecret(key, value)) return HIDDEN;
      const text = scalarText(value) ?? '';
      const shown = this.hide(text);
      return shown === text ? value : shown;
    }
    const name = textAt(value, 'name') ?? '';
    return Object.fromEntries(
      Object.entries(value).map(([own, entry]) => [own, this.hideIn(entry, own === 'value' ? name : own)]),
    );
  }

  private hideKnown(text: string): string {
    if (this.byHead.size === 0) return text;
    let shown = '';
    let copied = 0;
    for (let at = 0; at < text.length; at += 1) {
      const secret = this.secretAt(text, at);
      if (secret === undefined) continue;
      shown += text.slice(copied, at) + HIDDEN;
      copied = at + secret.length;
      at = copied - 1;
    }
    return shown + text.slice(copied);
  }

  private secretAt(text: string, at: number): string | undefined {
    for (let length = Math.min(HEAD, text.length - at); length > 0; length -= 1) {
      const candidates = this.byHead.get(text.slice(at, at + length));
      const found = candidates?.find(
        (one) => text.startsWith(one, at) && (one.length >= LONG || isWord(text, at, one)),
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

const HEAD = 4;

function isWord(text: string, at: number, word: string): boolean {
  const isPart = (character: string) => /[\w-]/.test(character);
  return !isPart(text.charAt(at - 1)) && !isPart(text.charAt(at + word.length));
}

/** The name of an object for people: that of a token whose name is the secret is not shown. */
export function shownName(manifest: Manifest): string {
  return isNameSecret(manifest) ? HIDDEN : manifest.name;
}

/** Whether an object is a join token whose name is all that it takes to join. */
export function isNameSecret({ kind, body }: Pick<Manifest, 'kind' | 'body'>): boolean {
  return TOKEN_KINDS.has(kind) && joinMethodOf(objectAt(body, 'spec')) === SECRET_JOIN_METHOD;
}

const TOKEN_KINDS: ReadonlySet<string> = new Set(['token', 'TeleportProvisionToken']);

function secretsOf(manifests: ManifestSet): readonly string[] {
  return onceFor(manifests, 'secrets', () => findSecrets(manifests));
}

function findSecrets(manifests: ManifestSet): readonly string[] {
  const certain = [
    ...tokenSecrets(manifests),
    ...manifests.ofKind('TbotConfig').flatMap(({ body }) => onboardingSecrets(body)),
  ];
  const likely = [...secretContents(manifests), ...manifests.all.flatMap(podSecrets)].filter(
    (text) => text.length >= LONG,
  );
  if (likely.length === 0) return certain;
  // A user name or an address in a Secret is often the name of an object, which is public.
  const names = new Set(manifests.all.flatMap(({ name, namespace, kind }) => [name, namespace ?? '', kind]));
  return [...certain, ...likely.filter((text) => !names.has(text))];
}

function tokenSecrets(manifests: ManifestSet): readonly string[] {
  return findTeleportResources(manifests).tokens.flatMap(({ manifest, name, spec }) => [
    ...(isNameSecret(manifest) && name !== '' ? [name] : []),
    ...textsIn(spec, TOKEN_SECRETS),
  ]);
}

function onboardingSecrets(body: JsonValue): readonly string[] {
  const onboarding = objectAt(body, 'onboarding');
  const token = textAt(onboarding, 'token');
  const method = textAt(onboarding, 'join_method') ?? SECRET_JOIN_METHOD;
  return [...(isSecretToken(method, token) ? [token] : []), ...textsIn(onboarding, ONBOARDING_SECRETS)];
}

/** Strings behind paths; a path is that of a file. */
function textsIn(value: JsonValue, paths: readonly (readonly string[])[]): readonly string[] {
  return paths
    .flatMap((path) => scalarText(valueAt(value, path)) ?? [])
    .filter((text) => text !== '' && !text.startsWith('/'));
}

/** What Secrets hold, as written and decoded. */
function secretContents(manifests: ManifestSet): readonly string[] {
  return manifests.ofKind('Secret').flatMap(({ body }) => {
    const written = Object.values(objectAt(body, 'stringData')).flatMap((value) => scalarText(value) ?? []);
    const encoded = Object.values(textsAt(body, 'data'));
    return [...written, ...encoded, ...encoded.map((text) => Buffer.from(text, 'base64').toString('utf8'))].map(
      (text) => text.trim(),
    );
  });
}

/** What pods are given literally under a name that says what it is. */
function podSecrets({ shape, kind, body }: Manifest): readonly string[] {
  if (shape !== 'kubernetes') return [];
  const spec = valueAt(body, [...podTemplatePath(kind), 'spec']);
  if (!isObject(spec)) return [];
  const containers = [...listAt(spec, 'containers'), ...listAt(spec, 'initContainers')];
  return containers.flatMap((container) => [
    ...listAt(container, 'env').flatMap((one) => {
      const value = textAt(one, 'value');
      return isNamedSecret(textAt(one, 'name') ?? '', value) ? [value] : [];
    }),
    ...secretArguments([...listAt(container, 'command'), ...listAt(container, 'args')]),
  ]);
}
