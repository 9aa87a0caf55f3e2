export * from './sock-shop';
export type { SockShopService } from './sock-shop-services';
export * from './test-app';
