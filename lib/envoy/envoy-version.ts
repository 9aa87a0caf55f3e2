/** The Envoy release whose binary runs our integration test; images and the test's installation derive from it. */
export const ENVOY_VERSION = '1.39.3';

/** Upstream's image without a shell or package manager, at exactly the tested release. */
export const ENVOY_IMAGE = `docker.io/envoyproxy/envoy:distroless-v${ENVOY_VERSION}`;
