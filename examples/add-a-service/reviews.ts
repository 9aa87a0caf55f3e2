import { Port } from '../../lib';
import type { SockShop } from '../../lib/demos';

/** All that one service more takes: what it is, who calls it, and whom it calls. */
export function addReviews(shop: SockShop): void {
  const reviews = shop.addService('reviews', {
    image: 'ghcr.io/example/reviews:1.0.0',
    ports: [Port.http(80, { targetPort: 8080 })],
  });
  shop.service('front-end').calls(reviews, { methods: ['GET'], paths: ['/reviews/{*}'] });
  reviews.calls(shop.service('catalogue'), { methods: ['GET'], paths: ['/catalogue/{*}'] });
}
