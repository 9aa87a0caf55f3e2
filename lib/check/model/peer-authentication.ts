import { type Manifest, objectAt, textAt, textsAt } from '../../manifests';

/** A PeerAuthentication: what a server asks of its callers. */
export interface PeerAuthentication {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  /** `UNSET` if it says nothing. */
  readonly mode: string;
  /** Modes by port of the pod. */
  readonly portModes: Readonly<Record<string, string>>;
}

/** Reads a PeerAuthentication. */
export function toPeerAuthentication(manifest: Manifest): PeerAuthentication {
  const portModes: Record<string, string> = {};
  for (const [port, mtls] of Object.entries(objectAt(manifest.body, 'spec', 'portLevelMtls'))) {
    portModes[port] = textAt(mtls, 'mode') ?? 'UNSET';
  }
  return {
    manifest,
    namespace: manifest.namespace ?? 'default',
    selector: textsAt(manifest.body, 'spec', 'selector', 'matchLabels'),
    mode: textAt(manifest.body, 'spec', 'mtls', 'mode') ?? 'UNSET',
    portModes,
  };
}
