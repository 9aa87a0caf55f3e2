import { ENVOY_RELEASE } from '../../upstream/releases/default-releases';

/** The Envoy release whose binary runs our integration test; the image and the test's installation derive from it. */
export const ENVOY_VERSION: string = ENVOY_RELEASE;
